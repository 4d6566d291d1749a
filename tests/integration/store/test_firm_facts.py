"""What is said of a firm as a whole, in both databases."""

from dataclasses import replace

from adapters.store.database import Database
from adapters.store.firm_facts import FirmFacts
from domain.ids import CustomerId
from domain.rows import CustomerRow
from tests.integration.gateway.firm import CONNECTED, FIRM, customer_row
from tests.integration.gateway.log_writer import NOW
from tests.integration.store.test_lists import show


async def test_only_what_is_there_is_counted(database: Database) -> None:
    """A customer that is gone, or that only a notification named, is neither one of the list nor a sub-customer."""
    was_there = (customer_row("3", "Cleo").customer, customer_row("4", "Dora", job=True).customer)
    gone = [
        CustomerRow(firm_id=FIRM, customer_id=each.customer_id, version=1, customer=replace(each, gone=True))
        for each in was_there
        if each is not None
    ]
    named = CustomerRow(firm_id=FIRM, customer_id=CustomerId("5"), version=1, noticed_at=NOW)
    await show(
        database,
        CONNECTED,
        customer_row("1", "Ada"),
        customer_row("2", "Bea", job=True),
        *gone,
        named,
        replace(named, customer_id=CustomerId("6"), noticed_at=None),
    )

    view = await FirmFacts(database).connection(FIRM)

    assert (view.customers, view.sub_customers) == (1, 1)
