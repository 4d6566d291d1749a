"""Linking a client with a customer that exists: for the first time, or again."""

from dataclasses import replace
from datetime import UTC, datetime

from domain.apply import unmatching
from domain.apply.free_customers import not_to_be_linked, unfit_for_a_match
from domain.apply.refusals import Refusal
from domain.apply.survivors import NOTHING_COMPARED, survivor_of
from domain.draft import Draft
from domain.ids import CustomerId
from domain.inputs import Match, Restore
from domain.known import Known
from domain.rows import FirmRow, Former, Held, LinkRow, LinkStatus, NotKept


def not_to_be_matched(known: Known, link: LinkRow, customer_id: CustomerId | None) -> Refusal | None:
    """Say why the client can't be matched with this customer; None: it can."""
    if link.write is not None:
        return Refusal("write_under_way")
    if link.customer_id is not None:
        return Refusal("already_linked", {"customer_id": link.customer_id})
    if link.client is None or link.client.presence != "present":
        return Refusal("client_gone")
    row = known.customer(link.firm_id, customer_id) if customer_id is not None else None
    return not_to_be_linked(known, link.firm_id, row) or unfit_for_a_match(row)


def match(draft: Draft, link: LinkRow, intent: Match) -> LinkRow | Refusal:
    """Give the link its customer, as the person saw it or not at all."""
    refusal = not_to_be_matched(draft, link, intent.customer_id) or moved_since(
        draft, link, intent.customer_id, intent.customer_sync_token
    )
    return refusal or begin(draft, link, intent.customer_id)


def moved_since(known: Known, link: LinkRow, customer_id: CustomerId, token: int | None) -> Refusal | None:
    """Say that the customer is no longer as it was when it had this token; None: it is, or nobody says what they saw."""
    row = known.customer(link.firm_id, customer_id)
    now = row.customer.sync_token if row is not None and row.customer is not None else None
    return Refusal("stale") if token not in (None, now) else None


def begin(draft: Draft, link: LinkRow, customer_id: CustomerId) -> LinkRow:
    """Begin a match: `plan` then overwrites, by what stands in Canopy alone, as it was reviewed."""
    return replace(
        link,
        status=LinkStatus.MATCHING,
        reason=None,
        problem=None,
        customer_id=customer_id,
        create_asked_by=None,
        agreed={},
        uncompared=(),
        taken=None,
        changed_at={},
        held=Held(),
        pushed=Held(),
        wanted={},
        not_kept=NotKept(),
        choice="on",
        since=draft.now,
        actor=draft.cause.actor,
    )


def restore(draft: Draft, firm: FirmRow, link: LinkRow, intent: Restore) -> LinkRow | Refusal:
    """Put back what an unmatch took apart, or what stood at an older version; `plan` then compares what has drifted."""
    if link.status is LinkStatus.UNMATCHING and link.write is not None:
        going_on = unmatching.undo(link, link.write)
        return replace(going_on, choice="on", since=draft.now, actor=draft.cause.actor)
    refusal, former = not_to_be_restored(draft, firm, link, intent), _wanted(link, intent)
    if refusal is not None or former is None:
        return refusal or Refusal("nothing_to_restore")
    survivor = survivor_of(draft, firm.firm_id, former.customer_id)
    client_now = link.client.version if link.client is not None else None
    if intent.client_version not in (None, client_now):
        return Refusal("stale")
    if (moved := moved_since(draft, link, survivor, intent.customer_sync_token)) is not None:
        return moved
    if survivor != former.customer_id:
        former = replace(
            former, customer_id=survivor, agreed={}, uncompared=NOTHING_COMPARED, resume="synced"
        )
    return put_together(draft, link, former)


def put_together(draft: Draft, link: LinkRow, former: Former) -> LinkRow:
    """Put a link back as it was before it was taken apart."""
    return replace(
        link,
        status=LinkStatus(former.resume),
        reason=None,
        problem=None,
        customer_id=former.customer_id,
        create_asked_by=None,
        agreed=former.agreed,
        uncompared=former.uncompared,
        former=None,
        taken=None,
        choice="on",
        since=draft.now,
        actor=draft.cause.actor,
    )


def not_to_be_restored(
    known: Known, firm: FirmRow, link: LinkRow, intent: Restore | None = None
) -> Refusal | None:
    """Say why the link can't be put back; None: it can. `intent` None: what an unmatch took apart last."""
    if link.status is LinkStatus.UNMATCHING and link.write is not None:
        return None
    former = _wanted(link, intent)
    if former is None:
        return Refusal("nothing_to_restore")
    if link.customer_id is not None:
        return Refusal("matched_since", _since(link) | {"customer_id": link.customer_id})
    if link.status is not LinkStatus.NOT_SYNCED and link.problem is None:
        return Refusal("being_created", _since(link))
    if link.client is None or link.client.presence != "present":
        return Refusal("client_gone")
    if former.realm_id is not None and firm.connection and former.realm_id != firm.connection.realm_id:
        return Refusal("other_realm", {"realm_id": former.realm_id})
    survivor = survivor_of(known, firm.firm_id, former.customer_id)
    refusal = not_to_be_linked(known, link.firm_id, known.customer(link.firm_id, survivor))
    if refusal is not None:
        return refusal
    moved = (
        survivor == former.customer_id and former.resume == "matching" and _edited_since(known, link, former)
    )
    return Refusal("stale") if moved else None  # the match would overwrite what nobody has seen


def _since(link: LinkRow) -> dict[str, str]:
    facts = {"since": link.since.isoformat()} if link.since is not None else {}
    return facts | ({"actor": link.actor} if link.actor is not None else {})


def _wanted(link: LinkRow, intent: Restore | None) -> Former | None:
    """Say what to put back: what that version held, else what was taken apart last."""
    if intent is None or intent.version is None:
        return link.former
    if intent.customer_id is None:
        return None
    at = link.since or datetime.min.replace(tzinfo=UTC)
    known = link.former if link.former is not None and link.former.customer_id == intent.customer_id else None
    return Former(
        customer_id=intent.customer_id,
        agreed=intent.agreed,
        unmatched_at=at,
        unmatched_by=None,
        realm_id=intent.realm_id or (known.realm_id if known is not None else None),
    )


def _edited_since(known: Known, link: LinkRow, former: Former) -> bool:
    row = known.customer(link.firm_id, former.customer_id)
    customer = row.customer if row is not None else None
    return customer is None or not customer.active or customer.updated_at >= former.unmatched_at
