"""One decision of a firm as a sentence, whoever it was about; that of a client reads as on its own timeline."""

from typing import assert_never

from markupsafe import Markup

from adapters.store.views import FirmAct, HistoryLine
from adapters.web.console.clock import Clock
from adapters.web.console.sentences import Kind, customer_named, sentence
from adapters.web.console.words import named
from domain.codes import IntentCode
from domain.ids import ClientId, FirmId
from domain.rows import CustomerRow, LinkRow


def act_sentence(act: FirmAct, before: LinkRow | None, clock: Clock) -> tuple[Kind, Markup]:
    """Tell a decision. `before`: the client's link as the decision found it, if it was about one."""
    if isinstance(act.row, LinkRow):
        return sentence(_line(act, act.row), before, clock)
    # What is about a customer or the firm says nothing of a client's link.
    nobody = LinkRow(firm_id=FirmId(""), client_id=ClientId(""))
    customer = None
    if isinstance(act.row, CustomerRow):
        found = named(act.row)
        customer = customer_named(found.name, found.customer_id)
    return sentence(_line(act, nobody), nobody, clock, customer)


def kind_words(code: IntentCode) -> str:  # noqa: C901, PLR0912  (one case for each)
    """Name a kind of act in the list of those that can be looked for."""
    match code:
        case "match":
            return "Matches"
        case "unmatch":
            return "Unmatches"
        case "restore":
            return "Restores"
        case "create":
            return "New customers"
        case "add_client":
            return "Clients added from QuickBooks"
        case "answer":
            return "Answers to questions"
        case "undo_add_client":
            return "Clients not added after all"
        case "undo_answer":
            return "Answers taken back"
        case "put_back":
            return "Values put back"
        case "push":
            return "Held changes sent"
        case "release_held":
            return "All held changes sent"
        case "take_theirs":
            return "Other side's values taken"
        case "leave_both":
            return "Both sides left as they are"
        case "retry":
            return "Tries again"
        case "settings":
            return "Changed settings"
        case "pause":
            return "Pauses"
        case "resume":
            return "Resumed syncing"
        case "connect":
            return "Connections"
        case "disconnect":
            return "Disconnections"
        case "erase":
            return "Erased clients"
        case _:
            assert_never(code)


def _line(act: FirmAct, row: LinkRow) -> HistoryLine:
    return HistoryLine(
        partition=act.partition,
        offset=act.offset,
        version=row.version,
        time=act.time,
        actor=act.actor,
        verdict=act.verdict,
        code=act.code,
        changes=act.changes,
        facts=act.facts,
        row=row,
        reason=act.reason,
        engine=act.engine,
    )
