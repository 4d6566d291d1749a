"""What the log has decided of all that was asked for together, by the id that its intents carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.kept_tables import history
from adapters.store.lately import Lately
from domain.decision import Verdict
from domain.ids import FirmId, IntentId

MOST_KEPT = 8
"""A batch has up to 5,000 rows, a replay 20,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was decided about one row's intent."""

    partition: int
    offset: int
    verdict: Verdict
    code: str
    facts: Mapping[str, str]

    @property
    def is_refused(self) -> bool:
        """Say whether nothing was done."""
        return self.verdict is not Verdict.APPLIED

    @property
    def position(self) -> str:
        """Name the place of its decision in the log."""
        return f"p{self.partition}:{self.offset}"


@dataclass(frozen=True, slots=True)
class SoFar:
    """What is known of one that was looked at before. `last`: the offset of the last decision among it; None: there is none."""

    firm: FirmId
    batch: str
    said: Mapping[IntentId, Said] = field(default_factory=dict)
    last: int | None = None


class DecidedTogether:
    """Of those that were looked at last, what is known already is not read again: what is decided stays so."""

    def __init__(self) -> None:
        self._known = Lately[tuple[FirmId, str], SoFar](MOST_KEPT)

    def so_far(self, firm: FirmId, batch: str) -> SoFar:
        """Give what is known of one. To be taken before a look at the database begins: then it is no newer than that."""
        return self._known.get((firm, batch)) or SoFar(firm, batch)

    async def read_on(self, connection: AsyncConnection, known: SoFar) -> Mapping[IntentId, Said]:
        """Give what was decided about each intent that is decided."""
        since = await _since(connection, known)
        if not since:
            return known.said
        said = dict(known.said)
        for line in since:
            # By the intent, not by the row: what a client that is gone is refused stands on its firm's. The first decision counts.
            said.setdefault(IntentId(line["input_id"]), _of(line))
        now = SoFar(known.firm, known.batch, said, since[-1]["offset"])
        before = self.so_far(known.firm, known.batch)
        if before.last is None or before.last < since[-1]["offset"]:
            self._known.keep((known.firm, known.batch), now)
        return said


async def said_of(connection: AsyncConnection, firm: FirmId, batch: str) -> Mapping[IntentId, Said]:
    """Give what was decided about each intent that is decided, of one that is not looked at often."""
    return await DecidedTogether().read_on(connection, SoFar(firm, batch))


async def _since(connection: AsyncConnection, known: SoFar) -> Sequence[Any]:
    lines = history.c
    names = ("partition", "offset", "verdict", "code", "facts", "input_id")
    query = select(*(lines[name] for name in names)).where(
        lines.batch == known.batch, lines.firm_id == known.firm
    )
    if known.last is not None:
        query = query.where(lines.offset > known.last)  # all of a firm lies in one partition
    return (await connection.execute(query.order_by(lines.offset))).mappings().all()


def _of(line: Any) -> Said:
    return Said(
        partition=line["partition"],
        offset=line["offset"],
        verdict=Verdict(line["verdict"]),
        code=line["code"],
        facts=line["facts"],
    )
