"""State as of a point is the fold of all records up to it, for any history, any client and any point."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.store.database import Database
from adapters.store.past_states import PastStates
from adapters.store.preparation import build_again, prepare
from adapters.store.projection import Projection
from domain.ids import ClientId, CustomerId, FirmId
from domain.inputs import Cause
from domain.past import client_among, difference, fold
from domain.points import Moment, Place, Version
from domain.projection import Decided, Stretch
from domain.rows import CustomerRow, LinkRow, LinkStatus, Row, Tombstone
from tests.integration.gateway.firm import FIRM, client_row
from tests.integration.gateway.log_writer import NOW
from tests.integration.store.decided import decided
from tests.integration.store.recorded_world import RecordedWorld

CLIENTS = [ClientId(f"c-{n}") for n in range(3)]
CUSTOMERS = [CustomerId(f"{n}") for n in range(2)]
FIRMS = [FIRM, FirmId("f-2")]

steps = st.lists(
    st.tuples(
        st.sampled_from(FIRMS),
        st.sampled_from([*CLIENTS, *CUSTOMERS]),
        st.sampled_from([None, *CUSTOMERS]),
        st.integers(0, 3),  # seconds by which its input was told later than the one before, or earlier
    ),
    max_size=14,
)


def history_of(steps: Sequence[Any]) -> list[Decided]:
    """Lay steps out as records of one partition; each row counts its versions."""
    versions: dict[str, int] = {}
    lines: list[Decided] = []
    for offset, (firm, about, customer, later) in enumerate(steps):
        row: Row
        if about in CUSTOMERS:
            row = CustomerRow(firm_id=firm, customer_id=CustomerId(about))
        else:
            status = LinkStatus.SYNCED if customer is not None else LinkStatus.NOT_SYNCED
            base = client_row(ClientId(about), f"Name {offset}")
            row = replace(base, firm_id=firm, status=status, customer_id=customer)
        versions[row.key] = versions.get(row.key, 0) + 1
        line = decided(replace(row, version=versions[row.key]), offset)
        assert line.cause is not None
        cause: Cause = replace(line.cause, at=NOW + timedelta(seconds=offset + 2 * later - 3))
        lines.append(replace(line, cause=cause))
    return lines


async def filled(database: Database, lines: Sequence[Decided]) -> PastStates:
    """Show the records, one by one."""
    projection = Projection(database)
    build = (await projection.build("log")).id
    for line in lines:
        stretch = Stretch(partition=0, first=line.offset, next_offset=line.offset + 1, decided=(line,))
        await projection.apply(stretch, build)
    return PastStates(database)


async def check_as_folded(states: PastStates, lines: Sequence[Decided]) -> None:
    """Compare every client of every firm at every record, by place, by version and by the list; and every moment."""
    rows = [line.row for line in lines if isinstance(line.row, LinkRow | CustomerRow)]
    for n, line in enumerate(lines, 1):
        folded, firm = fold(rows[:n]), FirmId(line.row.firm_id)
        cut = await states.cut(firm, Place(0, n - 1))
        assert cut is not None
        assert cut.offset == n - 1
        expected = [client_among(folded, firm, client) for client in CLIENTS]
        assert [await states.one(firm, client, cut) for client in CLIENTS] == expected
        first = await states.page(firm, cut, limit=1)
        rest = await states.page(firm, cut, after=first.cursor) if first.cursor else None
        listed = [*first.clients, *(rest.clients if rest else ())]
        assert listed == [each for each in expected if each is not None]
        if isinstance(line.row, LinkRow):
            assert await states.cut(firm, Version(line.version), line.row.client_id) == cut
        assert line.cause is not None
        by_then = [
            each.offset
            for each in lines
            if each.row.firm_id == firm and each.cause is not None and each.cause.at <= line.cause.at
        ]
        at = await states.cut(firm, Moment(line.cause.at))
        assert at is not None
        assert at.offset == max(by_then)


@given(steps=steps)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
def test_the_state_as_of_n_is_the_fold_of_the_first_n_records(tmp_path: Path, steps: Sequence[Any]) -> None:
    """Whatever was decided, in whatever order its inputs were told."""

    async def story() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path}/{abs(hash(repr(steps)))}.db")
        try:
            await prepare(database)
            lines = history_of(steps)
            states = await filled(database, lines)
            await check_as_folded(states, lines)
        finally:
            await database.close()

    asyncio.run(story())


async def test_a_life_is_told_as_of_any_of_its_records(database: Database) -> None:
    """Of a real client: also after the read model was built again; and what is different between two of them."""
    world = RecordedWorld()
    world.add_client("c-1", display_name="Ana", email="ana@example.com")
    world.settle()
    synced = world.link().version
    world.edit_client("c-1", email="new@example.com")
    world.settle()
    world.intent("unmatch", "c-1")
    await world.flush(database)
    await build_again(database)
    states = PastStates(database)
    rows: list[Row] = [line.row for line in world.lines if not isinstance(line.row, Tombstone)]

    for n in range(1, len(rows) + 1):
        cut = await states.cut(world.firm.firm_id, Place(0, n - 1))
        assert cut is not None
        there = await states.one(world.firm.firm_id, ClientId("c-1"), cut)
        assert there == client_among(fold(rows[:n]), world.firm.firm_id, ClientId("c-1"))
    firm = world.firm.firm_id
    before = await states.cut(firm, Version(synced), ClientId("c-1"))
    now = await states.cut(firm, Moment(world.now))
    assert before is not None
    assert now is not None
    told = difference(
        await states.one(firm, ClientId("c-1"), before), await states.one(firm, ClientId("c-1"), now)
    )
    assert {each.what: (each.before, each.after) for each in told.aspects}["status"] == (
        "synced",
        "not_synced",
    )
    assert [(each.side, each.field, each.after) for each in told.values if each.side == "canopy"] == [
        ("canopy", "email", "new@example.com")
    ]
    changed = await states.page(firm, now, since=before)
    assert [each.link.client_id for each in changed.clients] == ["c-1"]
    assert (await states.page(firm, now, since=now)).clients == ()
    assert await states.cut(firm, Moment(NOW - timedelta(days=900))) is None
