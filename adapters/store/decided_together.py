"""What the log has decided of all that was asked for together, by the id that its intents carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.kept_tables import history
from domain.decision import Verdict
from domain.ids import FirmId, IntentId


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


async def said_of(connection: AsyncConnection, firm: FirmId, batch: str) -> Mapping[IntentId, Said]:
    """Give what was decided about each intent that is decided."""
    lines = history.c
    names = ("partition", "offset", "verdict", "code", "facts", "input_id")
    query = select(*(lines[name] for name in names)).where(lines.batch == batch, lines.firm_id == firm)
    found: dict[IntentId, Said] = {}
    for line in (await connection.execute(query.order_by(lines.offset))).mappings():
        # By the intent, not by the row: what a client that is gone is refused stands on its firm's. The first decision counts.
        found.setdefault(IntentId(line["input_id"]), _of(line))
    return found


def _of(line: Any) -> Said:
    return Said(
        partition=line["partition"],
        offset=line["offset"],
        verdict=Verdict(line["verdict"]),
        code=line["code"],
        facts=line["facts"],
    )
