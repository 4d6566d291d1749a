"""The rows in memory, and the look-ups that are kept with them."""

from domain.ids import ClientId, CustomerId, FirmId
from domain.rows import LinkRow, LinkStatus, Reason
from domain.table import Table

FIRM = FirmId("f-1")


def link(client: str, customer: str | None) -> LinkRow:
    """Give a link, synced if it has a customer."""
    return LinkRow(
        firm_id=FIRM,
        client_id=ClientId(client),
        status=LinkStatus.SYNCED if customer else LinkStatus.NOT_SYNCED,
        reason=None if customer else Reason.UNMATCHED,
        customer_id=CustomerId(customer) if customer else None,
    )


def test_a_customer_is_found_by_its_link_until_it_is_let_go() -> None:
    """The look-up follows the rows."""
    table = Table()
    table.put(link("c-1", "58"))
    assert table.link_of(FIRM, CustomerId("58")) == link("c-1", "58")

    table.put(link("c-1", "59"))

    assert table.link_of(FIRM, CustomerId("58")) is None
    assert table.link_of(FIRM, CustomerId("59")) == link("c-1", "59")


def test_a_customer_handed_over_is_found_whichever_row_is_put_first() -> None:
    """One decision may take a customer from one link and give it to another."""
    for first, second in ((link("c-1", None), link("c-2", "58")), (link("c-2", "58"), link("c-1", None))):
        table = Table()
        table.put(link("c-1", "58"))

        table.put(first)
        table.put(second)

        assert table.link_of(FIRM, CustomerId("58")) == link("c-2", "58")


def test_clients_are_named_in_the_order_of_their_ids_each_once() -> None:
    """However often they were put, and in whatever order."""
    table = Table()
    for name in ("c-3", "c-1", "c-2", "c-1"):
        table.put(link(name, None))

    assert table.clients_after(FIRM, None, 2) == (ClientId("c-1"), ClientId("c-2"))
    assert table.clients_after(FIRM, ClientId("c-2"), 2) == (ClientId("c-3"),)
    assert table.clients_after(FirmId("f-2"), None, 2) == ()
