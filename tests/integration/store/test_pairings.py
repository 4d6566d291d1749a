"""Both lists of a firm are paired anew whenever something was decided about it, and only then."""

from dataclasses import replace
from datetime import timedelta

from adapters.store.database import Database
from adapters.store.pairings import Pairings
from adapters.store.projection import Projection
from domain.decision import Verdict
from domain.ids import FirmId
from domain.inputs import Cause
from domain.projection import Decided, Stretch
from domain.rows import Row
from tests.integration.gateway.firm import FIRM, client_row, customer_row, synced_row
from tests.integration.gateway.log_writer import NOW


async def _decide(database: Database, first: int, *rows: Row, minutes: int) -> None:
    """Show decisions from an offset on, about inputs that were written so many minutes after NOW."""
    projection = Projection(database)
    build = (await projection.build("log")).id
    at = NOW + timedelta(minutes=minutes)
    decided = tuple(
        Decided(
            partition=0,
            offset=n,
            version=n + 1,
            verdict=Verdict.APPLIED,
            code="seen",
            row=row,
            cause=Cause(topic="t", partition=0, offset=n, id=f"i-{n}", at=at),
        )
        for n, row in enumerate(rows, first)
    )
    last = first + len(rows)
    await projection.apply(Stretch(partition=0, first=0, next_offset=last, decided=decided), build)
    await projection.complete("log", build)


async def test_a_decision_counts_whenever_its_input_was_written(database: Database) -> None:
    """An event that waited for minutes is decided behind an answer that came later."""
    pairings = Pairings(database)
    await _decide(database, 0, client_row("c-1", "Ada Roe"), customer_row("58", "Ada Roe"), minutes=5)
    assert [each.client_id for each in (await pairings.of(FIRM)).pairing.pairs] == ["c-1"]

    await _decide(database, 2, synced_row("c-1", "Ada Roe", "58"), minutes=0)
    paired = await pairings.of(FIRM)
    other = replace(client_row("c-9", "Bo"), firm_id=FirmId("f-other"))
    await _decide(database, 3, other, minutes=9)

    assert (paired.pairing.pairs, paired.matched) == ((), 1)
    assert await pairings.of(FIRM) is paired, "what happens to others costs this firm nothing"
