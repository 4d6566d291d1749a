"""Asks before what touches a whole firm, or all of them. A script can't answer, so it is not asked."""

import sys
from typing import Annotated

import typer

Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="don't ask first; nothing is asked without a terminal")
]


def ask_first(question: str, yes: bool) -> None:
    """Ask who sits at a terminal.

    Raises:
        typer.Abort: they don't want it.
    """
    if not yes and is_a_terminal():
        typer.confirm(question, abort=True, err=True)


def is_a_terminal() -> bool:
    """Say whether somebody can answer."""
    return sys.stdin.isatty()
