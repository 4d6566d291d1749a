"""Runs the demo. Exit code 0: everything was as it says; 1: something differed, or the system did not start."""

import asyncio
import sys
import time
from collections.abc import Sequence

from rich.console import Console

from deploy.demo.article import STORY
from deploy.demo.firm import Firm
from deploy.demo.stack import NotUpError, Stack, running_stack
from deploy.demo.telling import Step, tell


def main() -> int:
    """Start a system, tell the story, and stop it again."""
    console = Console(highlight=False)
    begun = time.monotonic()
    try:
        with (
            console.status("Starting Kafka, both stand-ins, a worker and a gateway …"),
            running_stack() as stack,
        ):
            console.print(f"[dim]Everything is up after {time.monotonic() - begun:.1f} s.[/]")
            return asyncio.run(play(stack, console))
    except NotUpError as wrong:
        console.print(f"[bold red]Not started.[/] {wrong}")
        return 1


async def play(
    stack: Stack,
    console: Console,
    story: Sequence[Step] = STORY,
    firm: str = "f-demo",
    realm: str = "9130357766899999",
) -> int:
    """Tell a story about a firm of its own; gives the exit code."""
    async with Firm.open(stack, firm, realm) as opened:
        return 0 if await tell(story, opened, console) else 1


if __name__ == "__main__":
    sys.exit(main())
