"""What taking a batch back would do to each of its rows: a match by an unmatch, an unmatch by a restore."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from domain.batches import BatchRow, Do
from domain.decision import Change
from domain.fields import Field, Value, Values
from domain.ids import ClientId, CustomerId, Side
from domain.replays import PlannedRow
from domain.restoring import ForeseenCode
from domain.rows import LinkRow, LinkStatus

RevertOutcome = Literal["unmatched", "restored", "question", "already_so", "changed", "blocked", "sent"]
"""`unmatched`, `restored`: it is; `question`: restored, and a person is asked; `already_so`: it is as before already;
`changed`: matched with somebody else by now; `blocked`: refused; `sent`: values went out, and there is nothing to take apart."""

CARRIED_OUT: tuple[RevertOutcome, ...] = ("unmatched", "restored", "question")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertedRow:
    """What taking back one row of a batch comes to. The versions: as of when it was looked at.

    `stays`: what the match wrote over in QuickBooks, as it was before and as it was written; an unmatch writes nothing,
    so these values stay there. Of an unmatch that is undone, `planned` says what its restore comes to.
    """

    number: int
    do: Do
    client_id: ClientId
    customer_id: CustomerId | None
    outcome: RevertOutcome
    link_version: int
    customer_sync_token: int | None = None
    stays: Mapping[Field, tuple[Value, Value]] = field(default_factory=dict)
    planned: PlannedRow | None = None

    @property
    def is_carried_out(self) -> bool:
        """Say whether something is asked for if the batch is taken back."""
        return self.outcome in CARRIED_OUT

    @property
    def code(self) -> ForeseenCode | None:
        """Say what a restore comes to, by its code."""
        return self.planned.code if self.planned is not None else None

    @property
    def writes(self) -> Mapping[Side, Values]:
        """Give what a restore would write, by side."""
        return self.planned.writes if self.planned is not None else {}

    def as_row(self) -> BatchRow:
        """Give the row that asks for it."""
        return BatchRow(
            do="unmatch" if self.planned is None else "restore",
            client_id=self.client_id,
            customer_id=self.customer_id,
            link_version=self.link_version,
            customer_sync_token=self.customer_sync_token,
        )


def reverted(
    number: int, row: BatchRow, link: LinkRow, got: CustomerId | None, wrote: Iterable[Change]
) -> RevertedRow:
    """Say what taking a row back would do to its link as it stands. `got`: whom the row linked it with; `wrote`: what that changed."""
    return RevertedRow(
        number=number,
        do=row.do,
        client_id=link.client_id,
        customer_id=got,
        outcome=_outcome(row.do, link, got),
        link_version=link.version,
        stays={
            each.field: (each.before, each.after)
            for each in wrote
            if each.what == "sent" and each.side == "quickbooks" and row.do == "match"
        },
    )


def undone(number: int, planned: PlannedRow) -> RevertedRow:
    """Say what undoing an unmatch of a batch would do, as it was planned on a copy of the rows."""
    return RevertedRow(
        number=number,
        do="unmatch",
        client_id=planned.client_id,
        customer_id=planned.customer_id,
        outcome=planned.outcome,
        link_version=planned.link_version,
        customer_sync_token=planned.customer_sync_token,
        planned=planned,
    )


def _outcome(do: Do, link: LinkRow, got: CustomerId | None) -> RevertOutcome:
    if do in ("push", "retry"):
        return "sent"
    if link.status in (LinkStatus.NOT_SYNCED, LinkStatus.UNMATCHING):
        return "already_so"
    other = got is not None and link.customer_id not in (None, got)
    return "changed" if other else "unmatched"
