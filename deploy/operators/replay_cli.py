"""`client-sync replay`: the commands and their words."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.needed_settings import Runs
from deploy.operators import ways
from deploy.operators.options import OneFirmNamed, Reason, bounded
from deploy.terminal import Exit, Json, done, end, say
from domain.bounds import BATCH, CLIENT, ENGINE, ID, MOST_NUMBER, moment

if TYPE_CHECKING:
    from adapters.web.api.replay_shapes import ReplayAnswer
    from domain.ids import ClientId

MOST_CHARACTERS = 8 * 1024 * 1024

replay = typer.Typer(
    no_args_is_help=True, help="Acts taken back together: planned, looked at, applied, told."
)


def _moment(text: str) -> datetime:
    try:
        return moment(text if len(text) > len("2026-01-31") else f"{text}T00:00:00Z")
    except ValueError as wrong:
        raise typer.BadParameter(f"{wrong}, or a day, which begins at midnight UTC") from None


def _actor(text: str) -> str:
    return bounded(ID, text if ":" in text else f"user:{text}")


def _kind(text: str) -> str:
    if text not in ("unmatch", "restore"):
        raise typer.BadParameter("expected unmatch, or restore to take a replay back")
    return text


def _plan_id(text: str) -> str:
    return bounded(BATCH, text)


def _version(text: str) -> str:
    return bounded(ENGINE, text)


Plan = Annotated[str, typer.Argument(metavar="PLAN", parser=_plan_id)]
Since = Annotated[
    datetime | None,
    typer.Option(parser=_moment, metavar="TIME", help="done then or later, such as 2026-01-31"),
]
Until = Annotated[datetime | None, typer.Option(parser=_moment, metavar="TIME", help="done before then")]
Kind = Annotated[
    str, typer.Option(parser=_kind, metavar="KIND", help="what is taken back: unmatch or restore")
]
Actor = Annotated[str | None, typer.Option(parser=_actor, metavar="WHO", help="done by them, such as dana")]
Batch = Annotated[
    str | None,
    typer.Option(
        parser=_plan_id,
        metavar="BATCH",
        help="asked for together: a replay's id, or a batch's number or id; one of matches: see `batches revert`",
    ),
]
ByVersion = Annotated[
    str | None,
    typer.Option(
        "--version",
        parser=_version,
        metavar="VERSION",
        help="decided by this version of the program, such as 1.4.0; one that decided nothing names those that did",
    ),
]
Ids = Annotated[Path | None, typer.Option(metavar="FILE", help="clients, one id a line")]
Count = Annotated[
    int | None,
    typer.Option("--confirm", min=0, max=MOST_NUMBER, help="how many clients the plan asks something for"),
]


@replay.command("plan")
def plan(
    firm: OneFirmNamed,
    since: Since = None,
    until: Until = None,
    kind: Kind = "unmatch",
    actor: Actor = None,
    batch: Batch = None,
    version: ByVersion = None,
    ids: Ids = None,
    as_json: Json = False,
) -> None:
    """Say what taking acts back would do to each client; nothing is changed, and the plan is kept.

    Example: client-sync replay plan --firm f-1 --since 2026-11-24 --until 2026-11-26 --actor dana.
    """
    from deploy.operators import replaying
    from domain.acts import ActFilter
    from domain.ids import EngineVersion, FirmId

    wanted = ActFilter(
        since=since,
        until=until,
        kind=kind,
        actor=actor,
        batch=batch,
        engine=EngineVersion(version) if version is not None else None,
        clients=_clients(ids),
    )
    settings = ways.way_or_exit(Runs.DATABASE)
    asked = replaying.plan(settings, FirmId(firm), "restore" if kind == "restore" else "unmatch", wanted)
    _tell(done(settings, asked), as_json)


@replay.command("apply")
def apply(plan: Plan, reason: Reason, confirm: Count = None, as_json: Json = False) -> None:
    """Carry a plan out as it stands, and tell how each row has ended; what has changed since is skipped.

    Killed, it goes on; asked for again, nothing is done twice. Example: client-sync replay apply r-0123456789abcdef --reason INC-42.
    """
    from deploy.operators import replaying
    from deploy.operators.replay_words import ended

    settings = ways.way_or_exit(Runs.DATABASE)
    shown = done(settings, replaying.apply(settings, plan, reason, confirm, _progress))
    _tell(shown, as_json)
    raise typer.Exit(Exit.DONE if ended(shown) else Exit.REFUSED)


@replay.command("show")
def show(plan: Plan, as_json: Json = False) -> None:
    """Show a plan, and how each row has ended. Example: client-sync replay show r-0123456789abcdef --json."""
    from deploy.operators import replaying

    settings = ways.way_or_exit(Runs.DATABASE)
    _tell(done(settings, replaying.show(settings, plan)), as_json)


@replay.command("list")
def list_(as_json: Json = False) -> None:
    """List the newest plans of all firms. Example: client-sync replay list."""
    from deploy.operators import replaying
    from deploy.operators.replay_words import list_line

    settings = ways.way_or_exit(Runs.DATABASE)
    for each in done(settings, replaying.listed(settings)):
        facts, lines = list_line(each)
        say(facts, as_json, *lines)


@replay.command("cancel")
def cancel(plan: Plan, as_json: Json = False) -> None:
    """Ask for nothing more of a plan; what is asked for already is carried out.

    Example: client-sync replay cancel r-0123456789abcdef.
    """
    from deploy.operators import replaying

    settings = ways.way_or_exit(Runs.DATABASE)
    _tell(done(settings, replaying.cancel(settings, plan)), as_json)


def _tell(shown: "ReplayAnswer", as_json: bool) -> None:
    from deploy.operators.replay_words import replay_lines

    for facts, lines in replay_lines(shown):
        say(facts, as_json, *lines)


def _progress(decided: int, asked: int) -> None:
    typer.echo(f"{datetime.now(UTC):%H:%M:%S}  {decided} of {asked} decided", err=True)


def _clients(file: Path | None) -> "tuple[ClientId, ...]":
    from domain.ids import ClientId

    if file is None:
        return ()
    try:
        with file.open(encoding="utf-8") as opened:
            read = opened.read(MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as wrong:
        end(f"--ids: {file} can't be read ({type(wrong).__name__}).", Exit.WRONG_USE)
    if len(read) > MOST_CHARACTERS:
        end(f"--ids: {file} is longer than {MOST_CHARACTERS} characters.", Exit.WRONG_USE)
    named = [line.strip() for line in read.splitlines() if line.strip()]
    wrong_lines = [number for number, name in enumerate(named, 1) if not CLIENT.holds(name)]
    if wrong_lines:
        end(
            f"--ids: expected one client a line, each {CLIENT.expected}; line {wrong_lines[:1]}.",
            Exit.WRONG_USE,
        )
    if not named:
        end(f"--ids: no client stands in {file}.", Exit.WRONG_USE)
    return tuple(ClientId(name) for name in dict.fromkeys(named))
