"""Why a client is or is not synced: one sentence in the product's words, and the facts behind it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.web.obstacle_texts import shut_text, waiting_text
from adapters.web.problem_texts import field_names, problem_text
from adapters.web.refusal_texts import refusal_text
from domain.apply.refusals import Refusal
from domain.inputs import Choice
from domain.rows import AllRow, CustomerRow, FirmRow, Former, Held, LinkRow, LinkStatus, Reason


@dataclass(frozen=True, slots=True)
class Why:
    """`facts`: ids, times, settings, who and in which words; never a client's values."""

    text: str
    facts: Mapping[str, str]


_STATUS = {
    LinkStatus.MATCHING: "It is being matched: Canopy's values are on their way to the QuickBooks customer.",
    LinkStatus.CREATING: "A QuickBooks customer is being created for it.",
    LinkStatus.UNMATCHING: "It is being unmatched: we are finding out whether the last change still went through.",
}
_REASON = {
    Reason.NEVER_MATCHED: "It was never matched with a QuickBooks customer. Match it, or create one.",
    Reason.LEFT_OUT: 'It was added with "Sync client" off. Edits never link it; match it or create a customer.',
    Reason.CREATING_IS_OFF: '"Creating new clients in Canopy" was off when it was added, so nothing was created.',
    Reason.CHOICE_UNKNOWN: "We have not been told yet whether it is to be synced. Match it, or create a customer.",
    Reason.CUSTOMER_GONE: "Its customer is no longer in QuickBooks. Match another one, or create a new one.",
    Reason.MATCH_STALE: "The customer changed while it was being matched, so nothing was sent. Look and match again.",
    Reason.CLIENT_DELETED: "It was deleted in Canopy, so its customer was let go; nothing was deleted in QuickBooks.",
    Reason.DISCONNECTED: "The firm has another QuickBooks company now, and its customer is in the one before. Match it "
    "with a customer of this one, or connect that company again and restore it.",
}


def why(
    link: LinkRow,
    firm: FirmRow,
    customer: CustomerRow | None = None,
    everybody: AllRow | None = None,
    offered: Collection[Choice] = (),
    no_restore: Refusal | None = None,
) -> Why:
    """Explain a link as it stands. `customer`: its own, if known; `everybody`: what goes for all firms.

    `offered`: the choices of its question that would not be refused. `no_restore`: why it can't be put back.
    """
    return Why(_text(link, firm, customer, everybody, offered, no_restore), _facts(link, firm, everybody))


def _text(
    link: LinkRow,
    firm: FirmRow,
    customer: CustomerRow | None,
    everybody: AllRow | None,
    offered: Collection[Choice],
    no_restore: Refusal | None,
) -> str:
    asleep = _of_the_firm(firm)
    if asleep is not None:
        return asleep
    if link.problem is not None and link.status is LinkStatus.NEEDS_ATTENTION:
        return problem_text(link.problem, offered)
    if link.status is LinkStatus.NOT_SYNCED:
        return _not_synced(link, no_restore)
    paused = _paused(firm, everybody)
    if link.write is not None and paused is not None:
        return paused
    if link.waiting is not None and link.pending:
        return waiting_text(link.waiting.why)
    if link.status is LinkStatus.CREATING and not link.pending:
        return _not_created_yet(link, firm)
    if link.status in _STATUS:
        return _STATUS[link.status]
    away = _away(link, customer)
    if away is not None:
        return away
    if link.held != Held():
        fields = field_names(dict.fromkeys((*link.held.to_quickbooks, *link.held.to_canopy)))
        return (
            f"It is synced, but {fields} changed while editing was switched off. Send it, or leave it held."
        )
    return "It is synced; a change is on its way." if link.pending else "It is synced and in step."


def _of_the_firm(firm: FirmRow) -> str | None:
    """Say what holds up every client of the firm."""
    connection = firm.connection
    if connection is None:
        return "This firm is not connected to QuickBooks, so nothing is synced. Connect it in the settings."
    if connection.asleep_since is not None:
        by = (connection.asleep_by or "somebody").removeprefix("user:")
        return (
            f"QuickBooks is disconnected since {connection.asleep_since.date().isoformat()} ({by}). Links are kept; "
            "nothing is sent or taken until it is connected again."
        )
    if connection.replaces is not None:
        return "Another QuickBooks company was connected; the links with the one before are being let go."
    if connection.reauthorise_since is not None:
        return shut_text(connection.shut_by)
    return None


def _paused(firm: FirmRow, everybody: AllRow | None) -> str | None:
    paused = firm.paused or (everybody.paused if everybody is not None else None)
    if paused is None:
        return None
    by = (paused.by or "somebody").removeprefix("user:")
    on = paused.since.date().isoformat()
    return f"A change waits, because requests are paused by {by} since {on}{_in_words(paused.reason)}."


def _away(link: LinkRow, customer: CustomerRow | None) -> str | None:
    """Say that one of the two is not there to be kept in step."""
    if link.client is not None and link.client.presence == "archived":
        return "The client is archived in Canopy, so nothing is sent or taken; restored, both sides are compared."
    if customer is not None and customer.customer is not None and not customer.customer.active:
        return "Its customer is inactive in QuickBooks, so nothing is sent or taken until it is active again."
    return None


def _not_synced(link: LinkRow, no_restore: Refusal | None) -> str:
    if link.reason is Reason.UNMATCHED or (link.former is not None and link.reason is None):
        return _unmatched(link.former, no_restore)
    return _REASON.get(link.reason or Reason.NEVER_MATCHED, _REASON[Reason.NEVER_MATCHED])


def _unmatched(former: Former | None, no_restore: Refusal | None) -> str:
    if former is None:
        return "It was unmatched. Match it, or create a customer."
    who = (former.unmatched_by or "somebody").removeprefix("user:")
    on = former.unmatched_at.date().isoformat()
    said = _in_words(former.because)
    way = (
        refusal_text(no_restore.code, no_restore.facts) if no_restore is not None else "Restore puts it back."
    )
    return f"It was unmatched from customer {former.customer_id} on {on} by {who}{said}. {way}"


def _in_words(reason: str | None) -> str:
    return f": “{reason}”" if reason else ""


def _not_created_yet(link: LinkRow, firm: FirmRow) -> str:
    connection = firm.connection
    if connection is not None and not (connection.customers_listed and connection.clients_listed):
        return "Its customer is created once we have read all that is in QuickBooks and Canopy."
    if link.create_asked_by == "rule" and not firm.settings.actions_from_canopy.creating:
        return '"Creating new clients in Canopy" is off, so its customer is not created for now.'
    return _STATUS[LinkStatus.CREATING]


def _facts(link: LinkRow, firm: FirmRow, everybody: AllRow | None) -> dict[str, str]:
    connection = firm.connection
    paused = firm.paused or (everybody.paused if everybody is not None else None)
    known = {
        "status": link.status.value,
        "reason": link.reason.value if link.reason and link.status is LinkStatus.NOT_SYNCED else None,
        "since": link.since.isoformat() if link.since else None,
        "actor": link.actor,
        "actor_reason": link.because,
        "customer_id": link.customer_id,
        "former_customer_id": link.former.customer_id if link.former else None,
        "unmatched_reason": link.former.because if link.former else None,
        "problem": link.problem.code if link.problem else None,
        "waiting_until": link.waiting.until.isoformat() if link.waiting and link.pending else None,
        "waiting_why": link.waiting.why if link.waiting and link.pending else None,
        "realm_id": connection.realm_id if connection else None,
        "disconnected_since": _when(connection.asleep_since) if connection else None,
        "reauthorise_since": _when(connection.reauthorise_since) if connection else None,
        "paused_since": _when(paused.since) if paused else None,
        "paused_by": paused.by if paused else None,
        "paused_reason": paused.reason if paused else None,
        "held": ", ".join(dict.fromkeys((*link.held.to_quickbooks, *link.held.to_canopy))) or None,
    }
    return {name: fact for name, fact in known.items() if fact is not None}


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
