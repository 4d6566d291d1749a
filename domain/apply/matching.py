"""Linking a client with a customer that exists: for the first time, or again."""

from dataclasses import replace

from domain.apply import unmatching
from domain.apply.refusals import Refusal
from domain.draft import Draft
from domain.inputs import Match
from domain.rows import CustomerRow, Former, LinkRow, LinkStatus


def match(draft: Draft, link: LinkRow, wish: Match) -> LinkRow | Refusal:
    """Give the link its customer; `plan` then overwrites, on what the person saw or not at all."""
    if link.pending:
        return Refusal("write_under_way")
    if link.customer_id is not None:
        return Refusal("already_linked", {"customer_id": link.customer_id})
    if link.client is None or link.client.presence != "present":
        return Refusal("client_gone")
    row = draft.customer(link.firm_id, wish.customer_id)
    refusal = _not_to_be_linked(draft, link, row)
    if refusal is not None:
        return refusal
    customer = row.customer if row is not None else None
    if customer is None or not customer.active:
        return Refusal("customer_inactive")
    if wish.customer_sync_token not in (None, customer.sync_token):
        return Refusal("stale")
    return replace(
        link,
        status=LinkStatus.MATCHING,
        reason=None,
        problem=None,
        customer_id=wish.customer_id,
        create_asked_by=None,
        choice="on",
        since=draft.now,
        actor=draft.cause.actor,
    )


def restore(draft: Draft, link: LinkRow) -> LinkRow | Refusal:
    """Put back what an unmatch took apart; `plan` then compares what has drifted since."""
    if link.status is LinkStatus.UNMATCHING:
        going_on = unmatching.undo(link)
        return replace(going_on, choice="on", since=draft.now, actor=draft.cause.actor)
    former = link.former
    if link.status is not LinkStatus.NOT_SYNCED or former is None:
        return Refusal("nothing_to_restore")
    if link.client is None or link.client.presence != "present":
        return Refusal("client_gone")
    refusal = _not_to_be_linked(draft, link, draft.customer(link.firm_id, former.customer_id))
    if refusal is not None:
        return refusal
    if former.resume == "matching" and _edited_since(draft, link, former):
        return Refusal("stale")  # the match would overwrite what nobody has seen
    return replace(
        link,
        status=LinkStatus(former.resume),
        reason=None,
        customer_id=former.customer_id,
        agreed=former.agreed,
        former=None,
        choice="on",
        since=draft.now,
        actor=draft.cause.actor,
    )


def _edited_since(draft: Draft, link: LinkRow, former: Former) -> bool:
    row = draft.customer(link.firm_id, former.customer_id)
    customer = row.customer if row is not None else None
    return customer is None or not customer.active or customer.updated_at >= former.unmatched_at


def _not_to_be_linked(draft: Draft, link: LinkRow, row: CustomerRow | None) -> Refusal | None:
    if row is None or row.customer is None:
        return Refusal("customer_unknown")
    if row.customer.gone:
        return Refusal("customer_gone", {"customer_id": row.customer_id})
    if row.customer.job:
        return Refusal("customer_is_job", {"customer_id": row.customer_id})
    holder = draft.link_of(link.firm_id, row.customer_id)
    if holder is not None:
        facts = {"customer_id": row.customer_id, "client_id": holder.client_id}
        if holder.since is not None:
            facts["since"] = holder.since.isoformat()
        if holder.actor is not None:
            facts["actor"] = holder.actor
        return Refusal("customer_linked", facts)
    return None
