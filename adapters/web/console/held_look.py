"""What is held of one client, field by field: what stands on both sides, and what an act would put where."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.store.views import LinkView
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in, text_of
from adapters.web.texts.fields import FIELD_LABELS
from adapters.web.texts.obstacles import side_name
from adapters.web.texts.why import held_text
from domain.ids import Side
from domain.selection import SelectionAct


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldField:
    """One field, what stands on each side, and on which it was edited. `writes_to`: the side that an act writes to; None: neither."""

    label: str
    canopy: str
    quickbooks: str
    edited: Side
    writes_to: Side | None

    @property
    def to(self) -> str | None:
        """Name the side that is written to."""
        return side_name(self.writes_to) if self.writes_to is not None else None

    @property
    def now(self) -> str:
        """Give what stands there now."""
        return self.canopy if self.writes_to == "canopy" else self.quickbooks

    @property
    def after(self) -> str:
        """Give what would stand there then."""
        return self.quickbooks if self.writes_to == "canopy" else self.canopy


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """One client with all that is held of it, and why. `seen`: as of when both sides are shown; `acts`: what is offered, and how it is called."""

    client_id: str
    version: int
    seen: dict[str, int]
    name: str
    address: str
    why: str
    fields: Sequence[HeldField]
    acts: Sequence[tuple[SelectionAct, str]]


def held_line(
    visit: Visit,
    view: LinkView,
    *,
    does: SelectionAct = "push",
    acts: Sequence[tuple[SelectionAct, str]] = (),
) -> HeldLine:
    """Lay it out. `does`: the act that is looked at."""
    row, customer = view.row, view.customer.customer if view.customer is not None else None
    ours = row.client.values if row.client is not None else {}
    theirs = customer.values if customer is not None else {}
    edited: Sequence[tuple[Side, Side]] = (("canopy", "quickbooks"), ("quickbooks", "canopy"))
    held = {"canopy": row.held.to_quickbooks, "quickbooks": row.held.to_canopy}
    return HeldLine(
        client_id=row.client_id,
        version=row.version,
        seen=versions_seen(view),
        name=name_in(ours) or row.client_id,
        address=visit.client_address(row.client_id),
        why=held_text(row),
        fields=[
            HeldField(
                label=FIELD_LABELS[field],
                canopy=text_of(ours.get(field)),
                quickbooks=text_of(theirs.get(field)),
                edited=edited_in,
                writes_to=_written(does, edited_in, other),
            )
            for edited_in, other in edited
            for field in held[edited_in]
        ],
        acts=acts,
    )


def versions_seen(view: LinkView) -> dict[str, int]:
    """Say as of when both sides are shown."""
    client = view.row.client
    customer = view.customer.customer if view.customer is not None else None
    known = {
        "client_version": client.version if client is not None else None,
        "customer_sync_token": customer.sync_token if customer is not None else None,
    }
    return {name: version for name, version in known.items() if version is not None}


def _written(does: SelectionAct, edited_in: Side, other: Side) -> Side | None:
    if does == "leave_both":
        return None
    return edited_in if does == "take_theirs" else other
