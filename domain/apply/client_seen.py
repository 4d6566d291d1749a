"""A newer snapshot of a client: what it changes in its row, and what the timeline says of it."""

from domain.apply.perhaps_ours import asks_whose_it_is
from domain.decision import Change
from domain.draft import Draft
from domain.fields import Field, Values, differing
from domain.firm_rows import FirmRow
from domain.ids import Side
from domain.link.transitions import without_question
from domain.meaning import alike
from domain.progress import source_changed
from domain.replacing import replace
from domain.rows import LinkRow
from domain.snapshots import Client

ASKED_UNTIL_ANSWERED = ("possible_duplicate", "customers_merged", "loop", "our_error")
"""Questions that no edit of a field settles."""


def take_client(
    draft: Draft,
    firm: FirmRow,
    link: LinkRow,
    client: Client,
    *,
    sent: Values | None = None,
    believed: bool = False,
) -> LinkRow:
    """Replace the snapshot if this one is newer, or is `believed` whatever its version.

    `sent`: what we wrote ourselves, which is no news when it comes back.
    """
    known = link.client
    if known is not None and client.version <= known.version and not believed:
        return link
    moved = differing(known.values, client.values) if known is not None else ()
    draft.note(*seen(link, "canopy", known.values if known else {}, client.values, moved, sent or {}))
    times = {**link.client_times, **dict.fromkeys(moved, client.changed_at)}
    link = replace(link, client=client, client_times=times)
    if not asks_whose_it_is(draft, link):
        link = settle_problem(link, moved)
    if any(field not in (sent or {}) for field in moved):
        link = source_changed(link, "canopy")
    if believed:
        return link  # a backup takes back no choice of a person's
    # What a person sent was the value that stood there then, not the one that stands there now.
    chosen = tuple(f for f in moved if f in link.wanted and link.wanted[f] == client.values.get(f))
    sent_on = tuple(f for f in link.pushed.to_quickbooks if f not in moved or f in chosen)
    # A newer edit stands in for what a person chose before it.
    wanted = {f: v for f, v in link.wanted.items() if f not in moved}
    if sent_on != link.pushed.to_quickbooks or wanted != link.wanted:
        link = replace(link, pushed=replace(link.pushed, to_quickbooks=sent_on), wanted=wanted)
    if firm.settings.actions_from_canopy.editing:
        # A new edit while the switch is on goes, and takes with it what was held of that field.
        kept = tuple(field for field in link.held.to_quickbooks if field not in moved)
        if kept != link.held.to_quickbooks:
            link = replace(link, held=replace(link.held, to_quickbooks=kept))
    return link


def client_is_gone(link: LinkRow) -> LinkRow:
    """Take in that Canopy, asked for just this client, has none: it was deleted, with whatever it held in the end."""
    gone = replace(link.client, presence="deleted") if link.client is not None else None
    return replace(link, client=gone, wanted={}, behind=None, waiting=None)


def seen(
    link: LinkRow, side: Side, before: Values, after: Values, moved: tuple[Field, ...], sent: Values
) -> list[Change]:
    """Name for the timeline what a side changed, leaving out what we sent it ourselves."""
    return [
        Change(
            key=link.key,
            what="seen",
            side=side,
            field=field,
            before=before.get(field),
            after=after.get(field),
        )
        for field in moved
        if field not in sent or not alike(field, sent[field], after.get(field))
    ]


def settle_problem(link: LinkRow, moved: tuple[Field, ...]) -> LinkRow:
    """Lift a problem once one of the fields that it is about has another value.

    A rejection is then worth a new try, and a question is asked anew, since nobody has seen what stands there now.
    """
    problem = link.problem
    if problem is None or problem.code in ASKED_UNTIL_ANSWERED:
        return link
    about = problem.fields or tuple(Field)
    if not any(field in about for field in moved):
        return link
    return without_question(link)
