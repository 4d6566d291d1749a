"""The operators' commands and their words."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

import typer

from deploy.asked_first import Yes, ask_first
from deploy.needed_settings import Runs
from deploy.operators import ways
from deploy.operators.audit_cli import audit
from deploy.operators.batches_cli import batches
from deploy.operators.firm_settings_cli import firm_settings
from deploy.operators.options import (
    AllFirms,
    AnswerVersion,
    AsOf,
    Client,
    Firm,
    LeftVersion,
    OneFirm,
    PerhapsReason,
    Preview,
    Reason,
    Since,
    Version,
    wants_a_reason,
)
from deploy.operators.replay_cli import replay
from deploy.settings import Settings
from deploy.terminal import AskedInVainError, Exit, Json, complain, done, end, say, store_away
from domain.ids import ALL_FIRMS, ClientId, FirmId

if TYPE_CHECKING:
    from adapters.web.api.undo_shapes import UndoLeaveBothPreviewAnswer, UndoPreviewAnswer
    from deploy.operators.decided import Decided
    from deploy.operators.ports import Clients
    from deploy.operators.words import Said


def add_operators_commands(app: typer.Typer) -> None:
    """Add them to `client-sync`."""
    for command in (pause, resume, why, timeline, suggestions, unmatch, restore, disconnect, erase):
        app.command()(command)
    app.command("undo-answer")(undo_answer)
    app.command("undo-leave-both")(undo_leave_both)
    app.add_typer(replay, name="replay")
    app.add_typer(batches, name="batches")
    app.add_typer(audit, name="audit")
    app.add_typer(firm_settings, name="firm-settings")


def pause(
    reason: Reason,
    firm: OneFirm = None,
    all_firms: AllFirms = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Start no new request, while decisions go on, and list what waits.

    Example: client-sync pause --firm f-1 --reason "Intuit is down".
    """
    whose, settings = _whose(firm, all_firms), ways.way_or_exit(Runs.KAFKA)
    if whose == ALL_FIRMS:
        ask_first("Nothing will be sent for any firm until you resume. Pause all of them?", yes)
    decisions = done(settings, ways.through(ways.acts(settings), lambda acts: acts.pause(whose, reason)))
    code = _tell(f"Requests of {_named(whose)} are paused.", decisions, as_json)
    _list_what_waits(settings, whose, decisions, as_json)
    raise typer.Exit(code)


def resume(reason: Reason, firm: OneFirm = None, all_firms: AllFirms = False, as_json: Json = False) -> None:
    """Let requests go on. Example: client-sync resume --all --reason "Intuit is back"."""
    whose, settings = _whose(firm, all_firms), ways.way_or_exit(Runs.KAFKA)
    decisions = done(settings, ways.through(ways.acts(settings), lambda acts: acts.resume(whose, reason)))
    raise typer.Exit(_tell(f"Requests of {_named(whose)} go on.", decisions, as_json))


def why(firm: Firm, client: Client, as_json: Json = False) -> None:
    """Say why a client is or is not syncing, with the facts. Example: client-sync why f-1 c-1001."""
    settings = ways.way_or_exit(Runs.DATABASE)
    whom = FirmId(firm), ClientId(client)
    told = done(settings, ways.through(ways.clients(settings), lambda clients: clients.why(*whom)))
    lines = (told.text, *(f"  {name}: {fact}" for name, fact in told.facts.items()))
    say({"text": told.text, "facts": dict(told.facts)}, as_json, *lines)


def timeline(
    firm: Firm, client: Client, as_of: AsOf = None, since: Since = None, as_json: Json = False
) -> None:
    """List what was decided about a client, the oldest first; or say how it stood, and what is different since.

    Example: client-sync timeline f-1 c-1001 --as-of 2026-11-23T10:00:00Z --since 4.
    """
    from deploy.operators.words import line

    if as_of is not None:
        _show_past(FirmId(firm), ClientId(client), as_of, since, as_json)
        return
    if since is not None:
        end("Say up to when by --as-of.", Exit.WRONG_USE)

    settings = ways.way_or_exit(Runs.DATABASE)
    whom = FirmId(firm), ClientId(client)
    for told in done(settings, ways.through(ways.clients(settings), lambda asked: asked.timeline(*whom))):
        facts, lines = line(told)
        say(facts, as_json, *lines)


def suggestions(firm: Firm, client: Client, as_json: Json = False) -> None:
    """List the customers that a client may be, the best first, with reasons. Example: client-sync suggestions f-1 c-1001."""
    from deploy.operators.suggestion_words import suggestion_line

    settings = ways.way_or_exit(Runs.DATABASE)
    whom = FirmId(firm), ClientId(client)
    asked = ways.through(ways.clients(settings), lambda clients: clients.suggestions(*whom))
    found = done(settings, asked).suggestions
    if not found and not as_json:
        say({}, as_json, "Nobody in QuickBooks looks like this client.")
    for each in found:
        facts, line = suggestion_line(each)
        say(facts, as_json, line)


def _show_past(firm: FirmId, client: ClientId, as_of: str, since: str | None, as_json: bool) -> None:
    from deploy.operators.past_words import as_it_stood

    settings = ways.way_or_exit(Runs.DATABASE)
    asked = ways.through(ways.clients(settings), lambda clients: clients.stood(firm, client, as_of, since))
    stood = done(settings, asked)
    facts, lines = as_it_stood(stood.client, stood.position, stood.time)
    say(facts, as_json, *lines)


def unmatch(firm: Firm, client: Client, reason: Reason, as_json: Json = False) -> None:
    """Take a link apart; both sides stay as they are. Example: client-sync unmatch f-1 c-1001 --reason "the wrong customer"."""
    settings = ways.way_or_exit(Runs.KAFKA)
    whom = FirmId(firm), ClientId(client)
    decided = done(settings, ways.through(ways.acts(settings), lambda acts: acts.unmatch(*whom, reason)))
    raise typer.Exit(_tell(f"The link of {client} is taken apart.", [decided], as_json))


def restore(
    firm: Firm,
    client: Client,
    reason: PerhapsReason = None,
    version: Version = None,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Undo an unmatch, or return the link to what it was at a version; or only say what that would do.

    Example: client-sync restore f-1 c-1001 --to 7 --reason "matched with the wrong one".
    """
    if preview:
        _show_restore(FirmId(firm), ClientId(client), version, as_json)
        return
    if reason is None:
        wants_a_reason()
    settings = ways.way_or_exit(Runs.KAFKA)
    whom = FirmId(firm), ClientId(client)
    asked = ways.through(ways.acts(settings), lambda acts: acts.restore(*whom, reason, version))
    decided = done(settings, asked)
    as_of = "" if version is None else f" as it was at version {version}"
    raise typer.Exit(_tell(f"The link of {client} is put back{as_of}.", [decided], as_json))


def _show_restore(firm: FirmId, client: ClientId, version: int | None, as_json: bool) -> None:
    from deploy.operators.restore_words import foreseen

    settings = ways.way_or_exit(Runs.DATABASE)
    asked = ways.through(
        ways.clients(settings), lambda clients: clients.restore_preview(firm, client, version)
    )
    seen = done(settings, asked)
    _say_foreseen(foreseen(seen), as_json, blocked=seen.outcome == "blocked")


def undo_answer(
    firm: Firm,
    client: Client,
    reason: PerhapsReason = None,
    answer: AnswerVersion = None,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Take an answer back: what it wrote over stands again, and the question is open again; or only say what that would do.

    Example: client-sync undo-answer f-1 c-1001 --reason "kept the wrong email".
    """
    whom = FirmId(firm), ClientId(client)
    if preview:
        _show_undo(lambda clients: clients.undo_preview(*whom, answer), as_json)
    if reason is None:
        wants_a_reason()
    settings = ways.way_or_exit(Runs.KAFKA)
    asked = ways.through(ways.acts(settings), lambda acts: acts.undo_answer(*whom, reason, answer))
    raise typer.Exit(_tell(f"The answer about {client} is taken back.", [done(settings, asked)], as_json))


def undo_leave_both(
    firm: Firm,
    client: Client,
    reason: PerhapsReason = None,
    left: LeftVersion = None,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Hold again what was held before both sides were left as they are; nothing is written. Or only say what that would do.

    Example: client-sync undo-leave-both f-1 c-1001 --reason "the new phone is right after all".
    """
    whom = FirmId(firm), ClientId(client)
    if preview:
        _show_undo(lambda clients: clients.undo_leave_both_preview(*whom, left), as_json)
    if reason is None:
        wants_a_reason()
    settings = ways.way_or_exit(Runs.KAFKA)
    asked = ways.through(ways.acts(settings), lambda acts: acts.undo_leave_both(*whom, reason, left))
    raise typer.Exit(_tell(f"The changes of {client} are held again.", [done(settings, asked)], as_json))


def _show_undo(
    look: "Callable[[Clients], Awaitable[UndoPreviewAnswer | UndoLeaveBothPreviewAnswer]]", as_json: bool
) -> NoReturn:
    from deploy.operators.restore_words import foreseen_undo

    settings = ways.way_or_exit(Runs.DATABASE)
    seen = done(settings, ways.through(ways.clients(settings), look))
    _say_foreseen(foreseen_undo(seen), as_json, blocked=seen.outcome == "blocked")


def _say_foreseen(told: "Said", as_json: bool, *, blocked: bool) -> NoReturn:
    facts, lines = told
    say(facts, as_json, *lines)
    raise typer.Exit(Exit.REFUSED if blocked else Exit.DONE)


def erase(firm: Firm, client: Client, reason: Reason, yes: Yes = False, as_json: Json = False) -> None:
    """Erase a person whom Canopy has no more: their values, here and in the past. Nothing undoes it.

    Example: client-sync erase f-1 c-1001 --reason "asked by letter".
    """
    settings = ways.way_or_exit(Runs.KAFKA)
    ask_first(f"All that is held of client {client} of {firm} will be gone for good. Erase it?", yes)
    whom = FirmId(firm), ClientId(client)
    erased = done(settings, ways.through(ways.acts(settings), lambda acts: acts.erase(*whom, reason)))
    sentence = f"Client {client} is erased: rows, history and plans hold no value of it any more."
    if not erased.is_shown:
        sentence = (
            f"Client {client} is erased in the log. History and read model follow as soon as a gateway runs."
        )
    kept = erased.decided.facts.get("customer_kept")
    if kept is not None:
        sentence += f" Customer {kept} is left as it is: another client has it, or had it last."
    raise typer.Exit(_tell(sentence, [erased.decided], as_json))


def disconnect(firm: Firm, yes: Yes = False, as_json: Json = False) -> None:
    """End a firm's connection; its links are kept, and stand still. Example: client-sync disconnect f-1."""
    settings = ways.way_or_exit(Runs.KAFKA)
    ask_first(f"All links of {firm} will stand still, and nothing is sent or taken. Disconnect it?", yes)
    decided = done(settings, ways.through(ways.acts(settings), lambda acts: acts.disconnect(FirmId(firm))))
    sentence = (
        f"{firm} is disconnected. Its links are kept: nothing is sent or taken until it connects again."
    )
    raise typer.Exit(_tell(sentence, [decided], as_json))


def _tell(sentence: str, decisions: "Sequence[Decided]", as_json: bool) -> int:
    from deploy.operators.words import outcome

    facts, lines = outcome(sentence, decisions)
    say(facts, as_json, *lines)
    return Exit.REFUSED if all(each.refused for each in decisions) else Exit.DONE


def _list_what_waits(
    settings: Settings, whose: FirmId, decisions: "Sequence[Decided]", as_json: bool
) -> None:
    """List it where that can be read: what was asked is done in any case, and the exit code says that."""
    from deploy.operators.words import waiting
    from domain.projection import BeingBuiltError, StoreAwayError

    try:
        waits = asyncio.run(ways.through(ways.acts(settings), lambda acts: acts.waits(whose, decisions)))
    except AskedInVainError as in_vain:
        complain(f"What waits can't be listed. {in_vain}", in_vain.exit_code)
    except BeingBuiltError:
        complain("What waits can't be listed: the read model is being built again.")
    except StoreAwayError as away:
        complain(f"What waits can't be listed. {store_away(away)}", Exit.AWAY)
    else:
        for facts, lines in waiting(waits):
            say(facts, as_json, *lines)


def _whose(firm: str | None, all_firms: bool) -> FirmId:
    if (firm is None) is not all_firms:
        end("Name one firm by --firm, or all of them by --all.", Exit.WRONG_USE)
    return ALL_FIRMS if firm is None else FirmId(firm)


def _named(whose: FirmId) -> str:
    return "all firms" if whose == ALL_FIRMS else f"firm {whose}"
