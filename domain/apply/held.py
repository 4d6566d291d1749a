"""What was held is sent because a person says so; or it is not, and the other side's value or each side's own stays.

That each side keeps its own can be taken back: then it is held again, as before.
"""

from domain.agreed import Pair, without_empty
from domain.apply.kept_side import keep_side
from domain.decision import Change
from domain.draft import Draft
from domain.fields import Field, together
from domain.ids import Side
from domain.link.allowed import granted
from domain.link.held_again import held_again
from domain.meaning import spelled_as_there
from domain.remembered import Held, LeftApart
from domain.replacing import replace
from domain.rows import LinkRow


def push(link: LinkRow) -> LinkRow:
    """Send what is held of a link."""
    pushed = Held(
        to_quickbooks=together(link.pushed.to_quickbooks, link.held.to_quickbooks),
        to_canopy=together(link.pushed.to_canopy, link.held.to_canopy),
    )
    return replace(link, pushed=pushed, held=Held())


def take_theirs(draft: Draft, link: LinkRow) -> LinkRow:
    """Let the value stay that stands where what is held would go, and the side that changed get it too."""
    held = link.held
    link = keep_side(draft, link, "quickbooks", held.to_quickbooks)
    link = keep_side(draft, link, "canopy", held.to_canopy)
    return replace(link, held=Held(), drifted=())


def leave_both(draft: Draft, link: LinkRow) -> LinkRow:
    """Agree that each side keeps its own: neither has changed from here on."""
    ours = granted(link.client).values
    row = draft.customer_of(link)
    theirs = granted(row.customer if row is not None else None).values
    fields = together(link.held.to_quickbooks, link.held.to_canopy)
    agreed = {**link.agreed, **{field: Pair(ours.get(field), theirs.get(field)) for field in fields}}
    return replace(link, agreed=without_empty(agreed), held=Held(), drifted=())


def hold_again(draft: Draft, link: LinkRow, asked: LeftApart) -> LinkRow:
    """Hold what was held before both sides were left as they are, where they still stand so."""
    left = granted(held_again(draft, link, asked))
    draft.note(*(_held_again(link, left, "quickbooks", each) for each in left.held.to_quickbooks))
    draft.note(*(_held_again(link, left, "canopy", each) for each in left.held.to_canopy))
    return replace(
        link,
        held=Held(
            to_quickbooks=together(link.held.to_quickbooks, left.held.to_quickbooks),
            to_canopy=together(link.held.to_canopy, left.held.to_canopy),
        ),
        # What was to be tried again since, of all fields, goes without these.
        pushed=Held(
            to_quickbooks=tuple(each for each in link.pushed.to_quickbooks if each not in left.stands),
            to_canopy=tuple(each for each in link.pushed.to_canopy if each not in left.stands),
        ),
        drifted=together(link.drifted, left.drifted),
        agreed=without_empty({**link.agreed, **left.agreed}),
        changed_at={**link.changed_at, **left.changed_at},
        uncompared=together(link.uncompared, left.uncompared),
    )


def _held_again(link: LinkRow, left: LeftApart, side: Side, field: Field) -> Change:
    """Name it beside what stands on the side where it would go."""
    pair = left.stands[field]
    there, here = (pair.customer, pair.client) if side == "quickbooks" else (pair.client, pair.customer)
    value = spelled_as_there(here, there)
    return Change(key=link.key, what="held", side=side, field=field, before=there, after=value)
