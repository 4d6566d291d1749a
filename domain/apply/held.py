"""What was held is sent because a person says so; or it is not, and the other side's value or each side's own stays."""

from domain.agreed import Pair, without_empty
from domain.apply.kept_side import keep_side
from domain.draft import Draft
from domain.fields import together
from domain.link.allowed import granted
from domain.remembered import Held
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
