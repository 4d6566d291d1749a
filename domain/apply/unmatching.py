"""Taking a link apart, now or once the write under way is back, so that it can be put together again for ever."""

from datetime import timedelta

from domain.draft import Draft
from domain.effects import Write
from domain.fields import Field
from domain.ids import CustomerId, RealmId
from domain.link.transitions import begin_unmatch, take_apart
from domain.remembered import Former
from domain.replacing import replace
from domain.rows import LinkRow, LinkStatus, Reason

LOOK_FOR = timedelta(seconds=60)
"""How long the fate of a write under way is looked for after an unmatch."""


def begin(draft: Draft, link: LinkRow) -> LinkRow:
    """Withdraw a write that has not started; one that may have is looked for, and nothing is sent again."""
    matched = link.status is not LinkStatus.MATCHING and not _to_be_matched(link)
    link = replace(link, since=draft.now, actor=draft.cause.actor, choice="off", waiting=None)
    write = link.write
    if write is not None and draft.has_started(write):
        return begin_unmatch(link, looked_for(draft, write))
    return finish(draft, link, matched=matched)


def looked_for(draft: Draft, write: Write) -> Write:
    """Let a write that may be on its way be looked for, and not be sent again."""
    return replace(write, stop_at=draft.now + LOOK_FOR)


def _to_be_matched(link: LinkRow) -> bool:
    return link.problem is not None and link.problem.resume == "matching"


def finish(
    draft: Draft,
    link: LinkRow,
    *,
    reason: Reason = Reason.UNMATCHED,
    created: CustomerId | None = None,
    matched: bool = True,
    unconfirmed: tuple[Field, ...] = (),
    not_put_back: tuple[Field, ...] = (),
) -> LinkRow:
    """Let the customer go and keep what undo needs.

    `created`: the customer that a create under way still made. `matched`: the match, if it was one, is carried out.
    `not_put_back`: of the values that were to stand in QuickBooks again.
    """
    customer = created or link.customer_id
    former = link.former
    if customer is not None:
        former = Former(
            customer_id=customer,
            agreed=link.agreed,
            unmatched_at=link.since or draft.now,
            unmatched_by=link.actor,
            resume="synced" if matched else "matching",
            unconfirmed=unconfirmed,
            because=draft.because(link),
            uncompared=link.uncompared,
            not_put_back=not_put_back,
        )
    return take_apart(link, reason, former)


def let_go(draft: Draft, link: LinkRow, realm: RealmId | None) -> LinkRow:
    """Take a link apart whose company another one replaces; put back once the firm has that company again."""
    link = replace(
        link, lost_create=None, shelved=None, taken=None
    )  # whoever turns up from here on is another company's
    was_apart = link.customer_id is None and link.status is LinkStatus.NOT_SYNCED
    # What is on its way may still be carried out, and in a company that is not ours to ask any more.
    write = link.write
    sent = tuple(write.values) if write is not None and draft.has_started(write) else ()
    apart = (
        link
        if was_apart
        else finish(
            draft,
            replace(link, since=draft.now, actor=draft.cause.actor),
            reason=Reason.DISCONNECTED,
            unconfirmed=sent,
        )
    )
    former = apart.former
    if former is None:
        return apart
    # What was taken apart before may be of yet another company, and says so.
    return replace(apart, former=replace(former, realm_id=former.realm_id or realm))


def match_is_stale(draft: Draft, link: LinkRow) -> LinkRow:
    """Take a match back whose customer is no longer as the person saw it: nothing is overwritten unseen.

    A write that may be on its way, as a temporary name may, is looked for first, and nothing is sent again.
    """
    write = link.write
    if write is not None and draft.has_started(write):
        return replace(link, pending=(looked_for(draft, write), *link.reads))
    return take_apart(replace(link, since=draft.now), Reason.MATCH_STALE, link.former)


def client_is_deleted(draft: Draft, link: LinkRow) -> LinkRow:
    """Take a link apart whose client is deleted in Canopy, for good: its customer is free for another one."""
    return finish(
        draft, replace(link, since=draft.now, actor=draft.cause.actor), reason=Reason.CLIENT_DELETED
    )


def customer_is_gone(draft: Draft, link: LinkRow) -> LinkRow:
    """Take a link apart whose customer QuickBooks no longer knows."""
    return finish(draft, replace(link, since=draft.now, actor=draft.cause.actor), reason=Reason.CUSTOMER_GONE)
