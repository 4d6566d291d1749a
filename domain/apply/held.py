"""What a switch held is sent because a person says so."""

from dataclasses import replace

from domain.rows import Held, LinkRow, together


def push(link: LinkRow) -> LinkRow:
    """Send what is held of a link."""
    pushed = Held(
        to_quickbooks=together(link.pushed.to_quickbooks, link.held.to_quickbooks),
        to_canopy=together(link.pushed.to_canopy, link.held.to_canopy),
    )
    return replace(link, pushed=pushed, held=Held())
