"""What can be done from a line of a timeline: only what would not be refused now, by the rules that decide it.

A value that was replaced can be put back; an answer can be taken back as long as what it wrote stands, and so can what both sides
were left with; a link that is apart can return to any version at which it had a customer.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.store.answers_given import ANSWERED, AnswerGiven
from adapters.store.both_left import LEFT
from adapters.store.read_model import ReadModel
from adapters.store.views import HistoryLine, PastLink
from adapters.web.api.field_values import value_shape
from adapters.web.api.held_again_preview import held_again_of
from adapters.web.api.undo_preview import undo_of
from domain.decision import Change
from domain.ids import CustomerId
from domain.inputs import PutBack, Restore
from domain.known import Known
from domain.link.allowed import refusal_of
from domain.link.offers import NOT_SENT
from domain.remembered import Settled
from domain.rows import LinkRow
from domain.table import Table

MOST_CUSTOMERS = 20
"""Of so many former customers of one client a link can be returned to by its timeline; the newest first."""


@dataclass(frozen=True, slots=True)
class LineOffers:
    """`known`: the rows around the link as it stands now. `past`: what it held, by the customer that it had.

    `undone`: the answers that can be taken back, by the version that each left; `held_again`: the times when both sides were left
    as they are that can be.
    """

    known: Known
    link: LinkRow
    past: Mapping[CustomerId, PastLink] = field(default_factory=dict)
    undone: Container[int] = ()
    held_again: Container[int] = ()

    def restore(self, line: HistoryLine) -> bool:
        """Say whether the link can return to what it was at this line."""
        past = self.past.get(line.row.customer_id) if line.row.customer_id is not None else None
        if past is None:
            return False
        asked = Restore(firm_id=self.link.firm_id, client_id=self.link.client_id, intent_id=NOT_SENT)
        return refusal_of(self.known, self.link, past.put_into(asked, line.version)) is None

    def undo_answer(self, line: HistoryLine) -> bool:
        """Say whether the answer that this line tells of can be taken back."""
        return line.code == ANSWERED and line.version in self.undone

    def hold_again(self, line: HistoryLine) -> bool:
        """Say whether what both sides kept at this line can be held again."""
        return line.code == LEFT and line.version in self.held_again

    def put_back(self, change: Change) -> dict[str, Any] | None:
        """Write what is asked of the API to put back what a change replaced; None: nothing was, or it can't be."""
        if change.what not in ("sent", "lost") or change.before is None or self._stands_on_both_sides(change):
            return None
        asked = PutBack(
            firm_id=self.link.firm_id,
            client_id=self.link.client_id,
            intent_id=NOT_SENT,
            field=change.field,
            value=change.before,
        )
        if refusal_of(self.known, self.link, asked) is not None:
            return None
        shape = value_shape(change.before)
        value = shape if isinstance(shape, str) or shape is None else shape.model_dump()
        return {"field": change.field, "value": value}

    def _stands_on_both_sides(self, change: Change) -> bool:
        link = self.link
        row = self.known.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
        sides = (link.client, row.customer if row is not None else None)
        return all(side is not None and side.values.get(change.field) == change.before for side in sides)


async def line_offers(
    reads: ReadModel, known: Table, link: LinkRow, lines: Sequence[HistoryLine]
) -> LineOffers:
    """Look up what can be taken back, and what a link can return to, where it is apart."""
    undone = await _undone(reads, link, lines)
    if link.customer_id is not None:
        return LineOffers(known, link, undone=undone, held_again=await _held_again(reads, known, link, lines))
    newest: dict[CustomerId, int] = {}
    for line in lines:
        if line.row.customer_id is not None and len(newest) < MOST_CUSTOMERS:
            newest.setdefault(line.row.customer_id, line.version)
    if not newest:
        return LineOffers(known, link, undone=undone)
    around = await reads.surroundings.of(link.firm_id, [link], also=newest)
    past: dict[CustomerId, PastLink] = {}
    for customer, version in newest.items():
        found = await reads.links.at_version(link.firm_id, link.client_id, version)
        if found is not None:
            past[customer] = found
    return LineOffers(around, link, past, undone)


async def _undone(reads: ReadModel, link: LinkRow, lines: Sequence[HistoryLine]) -> Container[int]:
    if not any(line.code == ANSWERED for line in lines):
        return ()
    return await _can_be_undone(reads, link, await reads.answers.newest(link.firm_id, link.client_id))


async def _held_again(
    reads: ReadModel, known: Known, link: LinkRow, lines: Sequence[HistoryLine]
) -> Container[int]:
    if not any(line.code == LEFT for line in lines):
        return ()
    return [
        each.version
        for each in await reads.both_left.newest(link.firm_id, link.client_id)
        if refusal_of(known, link, held_again_of(link.firm_id, link.client_id, each)) is None
    ]


async def answer_can_be_undone(reads: ReadModel, link: LinkRow, version: int) -> bool:
    """Say whether the answer that left a link at a version can be taken back now."""
    given = await reads.answers.at(link.firm_id, link.client_id, version)
    return given is not None and version in await _can_be_undone(reads, link, [given])


async def _can_be_undone(reads: ReadModel, link: LinkRow, given: Sequence[AnswerGiven]) -> Container[int]:
    about = [each.settled.about for each in given if isinstance(each.settled, Settled) and each.settled.about]
    around = await reads.surroundings.of(link.firm_id, [link], also=about)
    return [
        each.version
        for each in given
        if isinstance(each.settled, Settled)
        and refusal_of(around, link, undo_of(link.firm_id, link.client_id, each)) is None
    ]
