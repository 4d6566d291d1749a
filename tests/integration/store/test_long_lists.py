"""What is looked up beside a long list is found by an index: the firm's list is not gone through, however long it is."""

import re
from dataclasses import replace

from adapters.store.batch_ends import BatchEnds
from adapters.store.database import Database
from adapters.store.decided_together import DecidedTogether
from adapters.store.link_list import MOST_OF_AN_ADDRESS, LinkList
from adapters.store.near_rows import NearRows
from adapters.store.suggested import suggested_for
from domain.batches import BatchRow
from domain.fields import Field
from domain.ids import CustomerId
from domain.rows import LinkRow
from tests.integration.gateway.firm import FIRM, client_row, customer_row
from tests.integration.store.test_batches import Bench
from tests.integration.store.test_lists import show
from tests.integration.store.ways import asked, ways_of

ALL_OF_A_FIRM = re.compile(
    r"(built_links|built_customers) USING.*\(build=\? AND firm_id=\?\)|SCAN (built|read)_"
)


async def test_how_a_batch_stands_is_found_row_by_row(database: Database) -> None:
    """The link of each row by its client, or where there is none yet by its customer."""
    bench, ends = Bench(database, 2), BatchEnds(database)
    bench.world.know_customer("200", display_name="Only There")
    batch = await bench.begin(
        bench.match(1), BatchRow(do="create_client", customer_id=CustomerId("200")), bench.match(2)
    )
    with asked() as statements:
        await bench.desk.shown(batch)
        await ends.at_work(batch, {})

    questions = [each for each in statements if "read_links" in each[0]]
    assert len(questions) == 3
    for ways in await ways_of(database, questions):
        assert not any(ALL_OF_A_FIRM.search(way) for way in ways), ways


async def test_what_is_decided_of_a_batch_is_read_once(database: Database) -> None:
    """A page that is open looks again and again: it reads what was decided since, and closely only the rows that it shows."""
    bench = Bench(database, 4)
    batch = await bench.begin(*(bench.match(n) for n in (1, 2, 3)))
    bench.engine.stalls = True
    await bench.asker.look()
    first = await bench.desk.shown(batch, lambda states: range(len(states))[1:2])
    assert (first.counts, first.numbers) == ({"under_way": 3}, range(1, 2))
    assert [(number, end.state, end.client_id) for number, _, end in first.part] == [(1, "under_way", "c-2")]
    bench.engine.stalls = False
    bench.world.settle()
    await bench.world.flush(database)

    with asked() as statements:
        second = await bench.desk.shown(batch, lambda states: range(len(states))[1:2])

    assert second.counts == {"done": 3}
    of_rows = [
        each for each in statements if "FROM batch_rows ORDER" in each[0] or "batch_rows.do," in each[0]
    ]
    assert not of_rows, "rows stay as they were asked for"
    (of_history,) = [each for each in statements if "FROM history" in each[0]]
    assert "offset" in of_history[0].split("WHERE")[1].split("ORDER")[0], "what was known is not read again"
    for ways in await ways_of(database, [each for each in statements if "read_links" in each[0]]):
        assert not any(ALL_OF_A_FIRM.search(way) for way in ways), ways


async def test_a_look_that_began_before_another_one_knows_no_more_than_it_sees(database: Database) -> None:
    """Else a row would be called done whose link, as that look has it, is not matched yet."""
    bench, decided = Bench(database, 3), DecidedTogether()
    batch = await bench.begin(bench.match(1), bench.match(2))
    known = decided.so_far(FIRM, batch.id)
    async with database.read() as early:
        assert await decided.read_on(early, known) == {}
        await bench.asker.look()
        async with database.read() as late:
            assert len(await decided.read_on(late, decided.so_far(FIRM, batch.id))) == 2

        assert await decided.read_on(early, known) == {}

    assert len(decided.so_far(FIRM, batch.id).said) == 2


async def test_who_is_like_a_customer_is_found_by_name_or_by_address(database: Database) -> None:
    """Of an address that everybody has some are enough."""
    office = [_mailed_at("office@example.com", f"c-{n}", f"Client {n:02}") for n in range(30)]
    await show(database, client_row("c-ada", "Ada Roe"), client_row("c-bo", "Bo Roe"), *office)
    with asked() as statements:
        found = await LinkList(database).alike(
            FIRM, ["ada  ROE", "", "Nobody"], ["C-BO@example.com", "office@example.com"]
        )

    known = {each.row.client_id for each in found}
    assert known == {"c-ada", "c-bo", *(f"c-{n}" for n in range(MOST_OF_AN_ADDRESS))}
    questions = [each for each in statements if "FROM read_links" in each[0]]
    assert questions
    for ways in await ways_of(database, questions):
        assert not any(ALL_OF_A_FIRM.search(way) for way in ways), ways


def _mailed_at(email: str, client_id: str, name: str) -> LinkRow:
    row = client_row(client_id, name)
    if row.client is None:
        raise AssertionError("it has a client")
    values = {**row.client.values, Field.EMAIL: email}
    return replace(row, client=replace(row.client, values=values))


async def test_what_is_suggested_is_found_by_what_both_share(database: Database) -> None:
    """Those near the client, of either side."""
    await show(database, client_row("c-1", "Ada Roe"), customer_row("58", "Roe, Ada"))
    row = client_row("c-1", "Ada Roe")
    with asked() as statements:
        assert [each.suggestion.customer_id for each in await suggested_for(NearRows(database), row)] == [
            "58"
        ]

    questions = [each for each in statements if "read_match_keys" in each[0]]
    assert len(questions) == 2
    for ways in await ways_of(database, questions):
        assert not any(ALL_OF_A_FIRM.search(way) for way in ways), ways
