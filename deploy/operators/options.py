"""Options that several of the operators' commands have, each with its bounds."""

from typing import Annotated, NoReturn

import typer

from deploy.terminal import Exit, end
from domain.bounds import CLIENT, FIRM, MOST_NUMBER, Bound
from domain.ids import ClientId, FirmId
from domain.points import point_named
from domain.reasons import MOST_IN_A_REASON, cleaned


def firm_id(text: str) -> FirmId:
    """Read a firm's id."""
    return FirmId(bounded(FIRM, text))


def client_id(text: str) -> ClientId:
    """Read a client's id."""
    return ClientId(bounded(CLIENT, text))


def bounded(bound: Bound, text: str) -> str:
    """Read a text that lies within a bound; others are refused with what was expected."""
    if not bound.holds(text):
        raise typer.BadParameter(f"expected {bound.expected}")
    return text


def wants_a_reason() -> NoReturn:
    """End a command that was typed with neither a reason nor `--preview`."""
    end("Say why, by --reason, or look first at what it would do, by --preview.", Exit.WRONG_USE)


def clean_reason(said: str) -> str:
    """Read a person's reason: words, on one line."""
    reason = cleaned(said)
    if reason is None or len(reason) > MOST_IN_A_REASON:
        raise typer.BadParameter(f"expected words, at most {MOST_IN_A_REASON} characters")
    return reason


Reason = Annotated[
    str,
    typer.Option(
        "--reason",
        parser=clean_reason,
        metavar="TEXT",
        help="why: it stays in the log and on the timeline",
    ),
]
PerhapsReason = Annotated[
    str | None,
    typer.Option(
        "--reason",
        parser=clean_reason,
        metavar="TEXT",
        help="why: it stays in the log and on the timeline",
    ),
]
Preview = Annotated[bool, typer.Option("--preview", help="only say what it would do")]
OneFirm = Annotated[
    str | None, typer.Option("--firm", parser=firm_id, metavar="FIRM", help="those of this firm")
]
AllFirms = Annotated[bool, typer.Option("--all", help="those of all firms")]
Firm = Annotated[str, typer.Argument(metavar="FIRM", parser=firm_id)]
Client = Annotated[str, typer.Argument(metavar="CLIENT", parser=client_id)]


def _point(text: str) -> str:
    try:
        point_named(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None
    return text


AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", parser=_point, metavar="WHEN", help="how it stood at a version, a time or a position"
    ),
]
AsOfNamed = Annotated[
    str,
    typer.Option("--as-of", parser=_point, metavar="WHEN", help="how all stood at a time or a position"),
]
Since = Annotated[
    str | None,
    typer.Option("--since", parser=_point, metavar="WHEN", help="with --as-of: what is different since then"),
]
Version = Annotated[
    int | None, typer.Option("--to", min=1, max=MOST_NUMBER, help="the version to return to; see `timeline`")
]
AnswerVersion = Annotated[
    int | None,
    typer.Option(
        "--answer",
        min=1,
        max=MOST_NUMBER,
        help="the version that the answer left; see `timeline`; else the last",
    ),
]
LeftVersion = Annotated[
    int | None,
    typer.Option(
        "--left",
        min=1,
        max=MOST_NUMBER,
        help="the version at which both sides were left; see `timeline`; else the last",
    ),
]
OneFirmNamed = Annotated[str, typer.Option("--firm", parser=firm_id, metavar="FIRM", help="the firm")]
