"""What is counted and listed by how clients stand is what each record says of itself, in both databases."""

from dataclasses import replace

from adapters.store.client_lists import ClientLists, Listing
from adapters.store.database import Database
from adapters.store.link_list import LinkList
from domain.fields import Field
from domain.firm_rows import AllFirmsRow, Paused
from domain.ids import CustomerId
from domain.remembered import Held
from domain.rows import CustomerRow, LinkRow
from domain.standing import Around, Standing, standing
from tests.integration.gateway.firm import CONNECTED, FIRM, client_row, customer_row, synced_row
from tests.integration.gateway.log_writer import NOW
from tests.integration.store.test_lists import show

HELD = Held(to_quickbooks=(Field.EMAIL,))
LINKS: tuple[LinkRow, ...] = (
    client_row("c-1", "Not Synced"),
    synced_row("c-2", "In Step", "2"),
    synced_row("c-3", "Inactive", "3"),
    synced_row("c-4", "Noticed", "4"),
    synced_row("c-5", "Its customer is unknown", "5"),
    synced_row("c-6", "Held", "6", held=HELD),
    synced_row("c-7", "Held and inactive", "7", held=HELD),
)


def inactive(row: CustomerRow) -> CustomerRow:
    assert row.customer is not None
    return replace(row, customer=replace(row.customer, active=False))


CUSTOMERS = {
    CustomerId("2"): customer_row("2", "In Step"),
    CustomerId("3"): inactive(customer_row("3", "Inactive")),
    CustomerId("4"): replace(customer_row("4", "Noticed"), noticed_at=NOW),
    CustomerId("6"): customer_row("6", "Held"),
    CustomerId("7"): inactive(customer_row("7", "Held and inactive")),
}
assert CONNECTED.connection is not None
PAUSED = Paused(since=NOW, by="user:lee")
AROUND = (
    Around(CONNECTED),
    Around(replace(CONNECTED, paused=PAUSED)),
    Around(CONNECTED, AllFirmsRow(partition=0, paused=PAUSED)),
    Around(replace(CONNECTED, connection=replace(CONNECTED.connection, asleep_since=NOW))),
    Around(replace(CONNECTED, connection=replace(CONNECTED.connection, reauthorise_since=NOW))),
    Around(replace(CONNECTED, connection=replace(CONNECTED.connection, back=True))),
    Around(replace(CONNECTED, connection=None)),
)


async def test_counts_filters_and_records_agree(database: Database) -> None:
    """Whatever holds for the whole firm."""
    await show(database, *LINKS, *CUSTOMERS.values())
    lists = LinkList(database)
    for around in AROUND:
        counts = await lists.standings(FIRM, around)
        for each in Standing:
            listed = await ClientLists(database).page(FIRM, Listing(stands=each), around)
            so = {
                link.client_id
                for link in LINKS
                if standing(link, CUSTOMERS.get(link.customer_id or CustomerId("")), around) is each
            }
            assert {row.client_id for row in listed.clients} == so
            assert counts[each] == len(so)
