"""What is looked up beside a long list is found by an index: the firm's list is not gone through, however long it is."""

import re

from adapters.store.batch_ends import BatchEnds
from adapters.store.database import Database
from adapters.store.near_rows import NearRows
from adapters.store.suggested import suggested_for
from domain.batches import BatchRow
from domain.ids import CustomerId
from tests.integration.gateway.firm import client_row, customer_row
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
    assert len(questions) == 2
    for ways in await ways_of(database, questions):
        assert not any(ALL_OF_A_FIRM.search(way) for way in ways), ways


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
