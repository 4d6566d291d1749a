"""What a switch held is sent because a person says so."""

from dataclasses import replace

from domain.apply.refusals import Refusal
from domain.rows import Held, LinkRow, together


def push(link: LinkRow) -> LinkRow | Refusal:
    """Send what is held of a link."""
    if link.held == Held():
        return Refusal("nothing_to_push")
    pushed = Held(
        to_quickbooks=together(link.pushed.to_quickbooks, link.held.to_quickbooks),
        to_canopy=together(link.pushed.to_canopy, link.held.to_canopy),
    )
    return replace(link, pushed=pushed, held=Held())
