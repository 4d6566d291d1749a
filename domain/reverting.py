"""What taking a batch back would do to each of its rows: a match by an unmatch, an unmatch by a restore."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from domain.batches import ABOUT_VALUES, BatchRow, Do
from domain.fields import Values
from domain.ids import ClientId, CustomerId, EffectId, FirmId, Side
from domain.refusals import Refusal
from domain.replacing import replace
from domain.replays import PlannedRow
from domain.restoring import ForeseenCode
from domain.rows import LinkRow, LinkStatus
from domain.table import Table
from domain.values_back import Replaced, foresee_unmatch

RevertOutcome = Literal["unmatched", "restored", "question", "already_so", "changed", "blocked", "sent"]
"""`unmatched`, `restored`: it is; `question`: restored, and a person is asked; `already_so`: it is as before already;
`changed`: matched with somebody else by now; `blocked`: refused; `sent`: values went out, and there is nothing to take apart."""

CARRIED_OUT: tuple[RevertOutcome, ...] = ("unmatched", "restored", "question")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertedRow:
    """What taking back one row of a batch comes to. The versions: as of when it was looked at; `decided_version`: the link's, as rows have it.

    `replaced`: what stands in QuickBooks since the match wrote it there, which an unmatch leaves where it is. `values_back`: what
    QuickBooks would be given, if its values are put back too; `kept_for`: why they can't be. Of an unmatch that is
    undone, `planned` says what its restore comes to.
    """

    number: int
    do: Do
    client_id: ClientId
    customer_id: CustomerId | None
    outcome: RevertOutcome
    link_version: int
    decided_version: int
    customer_sync_token: int | None = None
    replaced: Replaced = field(default_factory=dict)
    values_back: Values = field(default_factory=dict)
    kept_for: Refusal | None = None
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

    def as_row(self, *, put_values_back: bool = False) -> BatchRow:
        """Give the row that asks for it. `put_values_back`: where there are some that can be."""
        do: Do = "unmatch" if self.planned is None else "restore"
        return BatchRow(
            do="unmatch_with_values_back" if put_values_back and self.values_back else do,
            client_id=self.client_id,
            customer_id=self.customer_id,
            link_version=self.link_version,
            customer_sync_token=self.customer_sync_token if put_values_back or self.planned else None,
        )

    def as_moved(self) -> BatchRow:
        """Give the row that asks for nothing, since it is not as its person saw it. It is kept, so that the result names it."""
        return BatchRow(do="leave", client_id=self.client_id, customer_id=self.customer_id)


def reverted(number: int, row: BatchRow, link: LinkRow, got: CustomerId | None) -> RevertedRow:
    """Say what taking a row back would do to its link as it stands. `got`: whom the row linked it with."""
    return RevertedRow(
        number=number,
        do=row.do,
        client_id=link.client_id,
        customer_id=got,
        outcome=_outcome(row.do, link, got),
        link_version=link.version,
        decided_version=link.decided_version,
    )


def with_what_was_replaced(
    table: Table,
    firm: FirmId,
    row: RevertedRow,
    replaced: Replaced,
    at: datetime,
    started: Container[EffectId],
) -> RevertedRow:
    """Say of a row that is unmatched what its match replaced, and what putting that back would write: decided as when it is asked for.

    `table`: rows that nobody else sees, which then hold what the unmatch would leave.
    """
    link = table.link(firm, row.client_id)
    if link is None or row.outcome != "unmatched":
        return row
    told = foresee_unmatch(table, link, replaced, at, started)
    if not told.replaced:
        return row
    return replace(
        row,
        link_version=link.version,
        decided_version=link.decided_version,
        replaced=told.replaced,
        values_back=told.writes,
        kept_for=told.refusal,
        customer_sync_token=told.customer_sync_token,
    )


def undone(number: int, planned: PlannedRow, decided_version: int) -> RevertedRow:
    """Say what undoing an unmatch of a batch would do, as it was planned on a copy of the rows. `decided_version`: its link's."""
    return RevertedRow(
        number=number,
        do="unmatch",
        client_id=planned.client_id,
        customer_id=planned.customer_id,
        outcome=planned.outcome,
        link_version=planned.link_version,
        decided_version=decided_version,
        customer_sync_token=planned.customer_sync_token,
        planned=planned,
    )


def _outcome(do: Do, link: LinkRow, got: CustomerId | None) -> RevertOutcome:
    if do in ABOUT_VALUES:
        return "sent"
    if link.status in (LinkStatus.NOT_SYNCED, LinkStatus.UNMATCHING):
        return "already_so"
    other = got is not None and link.customer_id not in (None, got)
    return "changed" if other else "unmatched"
