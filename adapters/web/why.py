"""Why a client is or is not synced: one sentence in the product's words, and the facts behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.web.problem_texts import field_names, problem_text
from domain.rows import FirmRow, Former, Held, LinkRow, LinkStatus, Reason


@dataclass(frozen=True, slots=True)
class Why:
    """`facts`: ids, times, settings and who; never a client's values."""

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
}


def why(link: LinkRow, firm: FirmRow) -> Why:
    """Explain a link as it stands."""
    return Why(_text(link, firm), _facts(link, firm))


def _text(link: LinkRow, firm: FirmRow) -> str:
    if firm.connection is None:
        return "This firm is not connected to QuickBooks, so nothing is synced. Connect it in the settings."
    if link.problem is not None and link.status is LinkStatus.NEEDS_ATTENTION:
        return problem_text(link.problem)
    if link.status is LinkStatus.NOT_SYNCED:
        return _not_synced(link)
    if link.waiting is not None and link.pending:
        return f"A change waits because of the other side ({link.waiting.why}); we try again by ourselves."
    if link.status is LinkStatus.CREATING and not link.pending:
        return _not_created_yet(link, firm)
    if link.status in _STATUS:
        return _STATUS[link.status]
    if link.held != Held():
        fields = field_names(dict.fromkeys((*link.held.to_quickbooks, *link.held.to_canopy)))
        return (
            f"It is synced, but {fields} changed while editing was switched off. Send it, or leave it held."
        )
    return "It is synced; a change is on its way." if link.pending else "It is synced and in step."


def _not_synced(link: LinkRow) -> str:
    if link.reason is Reason.UNMATCHED or (link.former is not None and link.reason is None):
        return _unmatched(link.former)
    return _REASON.get(link.reason or Reason.NEVER_MATCHED, _REASON[Reason.NEVER_MATCHED])


def _unmatched(former: Former | None) -> str:
    if former is None:
        return "It was unmatched. Match it, or create a customer."
    who = (former.unmatched_by or "somebody").removeprefix("user:")
    on = former.unmatched_at.date().isoformat()
    return f"It was unmatched from customer {former.customer_id} on {on} by {who}. Restore puts it back."


def _not_created_yet(link: LinkRow, firm: FirmRow) -> str:
    connection = firm.connection
    if connection is not None and not (connection.customers_listed and connection.clients_listed):
        return "Its customer is created once we have read all that is in QuickBooks and Canopy."
    if link.create_asked_by == "rule" and not firm.settings.actions_from_canopy.creating:
        return '"Creating new clients in Canopy" is off, so its customer is not created for now.'
    return _STATUS[LinkStatus.CREATING]


def _facts(link: LinkRow, firm: FirmRow) -> dict[str, str]:
    known = {
        "status": link.status.value,
        "reason": link.reason.value if link.reason and link.status is LinkStatus.NOT_SYNCED else None,
        "since": link.since.isoformat() if link.since else None,
        "actor": link.actor,
        "customer_id": link.customer_id,
        "former_customer_id": link.former.customer_id if link.former else None,
        "problem": link.problem.code if link.problem else None,
        "waiting_until": link.waiting.until.isoformat() if link.waiting and link.pending else None,
        "waiting_why": link.waiting.why if link.waiting and link.pending else None,
        "realm_id": firm.connection.realm_id if firm.connection else None,
    }
    return {name: fact for name, fact in known.items() if fact is not None}
