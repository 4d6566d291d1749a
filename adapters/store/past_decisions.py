"""Finds what was decided about an intent: for who asks again, after the gateway that heard it first is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select

from adapters.store.database import Database
from adapters.store.kept_tables import history
from domain.decision import Verdict
from domain.ids import FirmId, IntentId


@dataclass(frozen=True, slots=True)
class PastDecision:
    """How an intent ended: at which offset, and the next one behind all of it."""

    verdict: Verdict
    code: str
    facts: Mapping[str, str]
    partition: int
    offset: int
    next_offset: int


class PastDecisions:
    """Reads `history`, so it knows what the projector has applied."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def about(self, firm: FirmId, intent: IntentId) -> PastDecision | None:
        """Give the decision about an intent, of what goes for all firms one of them; None if there is none yet."""
        return next(iter(await self.by_partition(firm, intent)), None)

    async def by_partition(self, firm: FirmId, intent: IntentId) -> tuple[PastDecision, ...]:
        """Give the decision about an intent of each partition that has decided it, in their order."""
        lines = history.c
        wanted = select(history).where(lines.input_id == intent, lines.firm_id == firm)
        # The same intent once more is decided too: that it was a repeat.
        wanted = wanted.where(lines.code != "repeat").order_by(lines.partition, lines.offset)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).all()
        return tuple(_decision(list(lines)) for _, lines in groupby(found, lambda line: line.partition))


def _decision(lines: Sequence[Row[Any]]) -> PastDecision:
    first, last = lines[0], lines[-1]
    # In a log before this one: all that it led to has been shown.
    reached = max(last.offset + 1, 0)
    return PastDecision(
        Verdict(first.verdict), first.code, first.facts, first.partition, first.offset, reached
    )
