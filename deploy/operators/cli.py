"""The operators' commands and their words. Exit codes: 0 done, 1 refused or not found, 2 wrong use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.terminal import Json, done, say, settings_or_exit
from domain.bounds import CLIENT, FIRM, MOST_NUMBER, Bound
from domain.ids import ALL_FIRMS, ClientId, FirmId
from domain.reasons import MOST_IN_A_REASON, cleaned

if TYPE_CHECKING:
    from deploy.operators.asking import Decided


def _firm_id(text: str) -> FirmId:
    return FirmId(_bounded(FIRM, text))


def _client_id(text: str) -> ClientId:
    return ClientId(_bounded(CLIENT, text))


def _bounded(bound: Bound, text: str) -> str:
    if not bound.holds(text):
        raise typer.BadParameter(f"expected {bound.expected}")
    return text


def _clean_reason(said: str) -> str:
    reason = cleaned(said)
    if reason is None or len(reason) > MOST_IN_A_REASON:
        raise typer.BadParameter(f"expected words, at most {MOST_IN_A_REASON} characters")
    return reason


Reason = Annotated[
    str,
    typer.Option(
        "--reason",
        parser=_clean_reason,
        metavar="TEXT",
        help="why: it stays in the log and on the timeline",
    ),
]
OneFirm = Annotated[
    str | None, typer.Option("--firm", parser=_firm_id, metavar="FIRM", help="those of this firm")
]
AllFirms = Annotated[bool, typer.Option("--all", help="those of all firms")]
Firm = Annotated[str, typer.Argument(metavar="FIRM", parser=_firm_id)]
Client = Annotated[str, typer.Argument(metavar="CLIENT", parser=_client_id)]
Version = Annotated[
    int | None, typer.Option("--to", min=1, max=MOST_NUMBER, help="the version to return to; see `timeline`")
]


def add_operators_commands(app: typer.Typer) -> None:
    """Add them to `client-sync`."""
    for command in (pause, resume, why, timeline, restore, disconnect):
        app.command()(command)


def pause(reason: Reason, firm: OneFirm = None, all_firms: AllFirms = False, as_json: Json = False) -> None:
    """Start no new request, while decisions go on, and list what waits.

    Example: client-sync pause --firm f-1 --reason "Intuit is down".
    """
    from deploy.operators import pauses

    whose, settings = _whose(firm, all_firms), settings_or_exit()
    decisions = done(pauses.pause(settings, whose, reason), *_expected())
    code = _tell(f"Requests of {_named(whose)} are paused.", decisions, as_json)
    _list_what_waits(whose, decisions, as_json)
    raise typer.Exit(code)


def resume(reason: Reason, firm: OneFirm = None, all_firms: AllFirms = False, as_json: Json = False) -> None:
    """Let requests go on. Example: client-sync resume --all --reason "Intuit is back"."""
    from deploy.operators import pauses

    whose, settings = _whose(firm, all_firms), settings_or_exit()
    decisions = done(pauses.resume(settings, whose, reason), *_expected())
    raise typer.Exit(_tell(f"Requests of {_named(whose)} go on.", decisions, as_json))


def why(firm: Firm, client: Client, as_json: Json = False) -> None:
    """Say why a client is or is not syncing, with the facts. Example: client-sync why f-1 c-1001."""
    from deploy.operators import one_client

    told = done(one_client.explain(settings_or_exit(), FirmId(firm), ClientId(client)), *_expected())
    lines = (told.text, *(f"  {name}: {fact}" for name, fact in told.facts.items()))
    say({"text": told.text, "facts": dict(told.facts)}, "\n".join(lines), as_json)


def timeline(firm: Firm, client: Client, as_json: Json = False) -> None:
    """List what was decided about a client, the oldest first. Example: client-sync timeline f-1 c-1001 --json."""
    from deploy.operators import one_client
    from deploy.operators.words import line

    for told in done(one_client.history(settings_or_exit(), FirmId(firm), ClientId(client)), *_expected()):
        say(*line(told), as_json)


def restore(
    firm: Firm, client: Client, reason: Reason, version: Version = None, as_json: Json = False
) -> None:
    """Undo an unmatch, or return the link to what it was at a version.

    Example: client-sync restore f-1 c-1001 --to 7 --reason "matched with the wrong one".
    """
    from deploy.operators import one_client

    wish = one_client.restore(settings_or_exit(), FirmId(firm), ClientId(client), reason, version)
    as_of = "" if version is None else f" as it was at version {version}"
    raise typer.Exit(_tell(f"The link of {client} is put back{as_of}.", [done(wish, *_expected())], as_json))


def disconnect(firm: Firm, as_json: Json = False) -> None:
    """End a firm's connection; its links are kept and sleep. Example: client-sync disconnect f-1."""
    from deploy.operators import ending

    decided = done(ending.disconnect(settings_or_exit(), FirmId(firm)), *_expected())
    sentence = (
        f"{firm} is disconnected. Its links are kept: nothing is sent or taken until it connects again."
    )
    raise typer.Exit(_tell(sentence, [decided], as_json))


def _tell(sentence: str, decisions: "Sequence[Decided]", as_json: bool) -> int:
    from deploy.operators.words import outcome

    say(*outcome(sentence, decisions), as_json)
    return 1 if all(each.refused for each in decisions) else 0


def _list_what_waits(whose: FirmId, decisions: "Sequence[Decided]", as_json: bool) -> None:
    from deploy.operators import pauses
    from deploy.operators.words import waiting

    for said in waiting(done(pauses.what_waits(settings_or_exit(), whose, decisions), *_expected())):
        say(*said, as_json)


def _expected() -> tuple[type[Exception], ...]:
    from aiokafka.errors import KafkaError

    from adapters.store.migration import NewerDatabaseError
    from deploy.operators.asking import NotDecidedError
    from deploy.operators.one_client import NothingThereError, UnknownClientError
    from domain.ports import KafkaAwayError
    from domain.projection import BeingBuiltError, StoreAwayError

    ours = (NotDecidedError, NothingThereError, UnknownClientError)
    stores = (BeingBuiltError, NewerDatabaseError, StoreAwayError)
    return (*ours, *stores, KafkaAwayError, KafkaError)


def _whose(firm: str | None, all_firms: bool) -> FirmId:
    if (firm is None) is not all_firms:
        typer.echo("Name one firm by --firm, or all of them by --all.", err=True)
        raise typer.Exit(2)
    return ALL_FIRMS if firm is None else FirmId(firm)


def _named(whose: FirmId) -> str:
    return "all firms" if whose == ALL_FIRMS else f"firm {whose}"
