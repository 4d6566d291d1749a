"""The commands as one group, which says what was typed wrongly as JSON too, where `--json` is among it.

Typer says it itself, in a frame for people, before any command of ours has begun.
"""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from typer import Abort
from typer.core import TyperGroup
from typer.exceptions import TyperException

from deploy.reach import asks_a_gateway, out_of_reach
from deploy.terminal import Exit, complain, end, errors_as_json

HELP = frozenset({"-h", "--help"})


class CommandGroup(TyperGroup):
    """Runs the command that was typed."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find it; where a gateway is asked, only what a gateway can answer, or what asks nobody."""
        found = super().resolve_command(ctx, args)
        name, command, rest = found
        words = (name or "", *rest[:1]) if isinstance(command, TyperGroup) else (name or "",)
        if not ctx.resilient_parsing and not HELP & set(rest) and asks_a_gateway():
            why_not = out_of_reach(words)
            if why_not is not None:
                end(why_not, Exit.WRONG_USE)
        return found

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run it, and end the process with its exit code, unless that is somebody else's business."""
        given = list(sys.argv[1:] if args is None else args)
        run = partial(
            super().main, given, prog_name, complete_var, windows_expand_args=windows_expand_args, **extra
        )
        if "--json" not in given or not standalone_mode:
            return run(standalone_mode=standalone_mode)
        with errors_as_json():
            try:
                code = run(standalone_mode=False)
            except Abort:
                complain("Aborted.", code := Exit.REFUSED)
            except TyperException as wrong:
                complain(wrong.format_message(), code := Exit(wrong.exit_code))
        sys.exit(code)
