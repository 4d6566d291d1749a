"""What a client's link held at a version, and in which company: an id says nothing in another one."""

from dataclasses import replace

from adapters.store.database import Database
from adapters.store.link_list import LinkList
from adapters.store.projection import Projection
from domain.firm_rows import Connection, FirmRow
from domain.ids import ClientId, CustomerId, RealmId
from domain.projection import Stretch
from domain.rows import LinkRow, LinkStatus, Row
from tests.integration.gateway.firm import FIRM, client_row
from tests.integration.gateway.log_writer import NOW
from tests.integration.store.decided import decided

CLIENT = ClientId("c-1")
ONE, OTHER = RealmId("91"), RealmId("92")


def linked(version: int) -> LinkRow:
    """The client with customer 58, at a version."""
    row = client_row(CLIENT, "Fiona Gallagher")
    return replace(row, version=version, status=LinkStatus.SYNCED, reason=None, customer_id=CustomerId("58"))


def connected(version: int, realm: RealmId, replaces: RealmId | None = None) -> FirmRow:
    """The firm with a company, at a version."""
    connection = Connection(realm_id=realm, connected_at=NOW, replaces=replaces)
    return FirmRow(firm_id=FIRM, version=version, connection=connection)


async def test_a_version_is_of_the_company_that_the_firm_had_then(database: Database) -> None:
    """While the links with the one before are let go, those that are left are still of that one."""
    rows: tuple[Row, ...] = (
        connected(1, ONE),
        linked(1),
        connected(2, OTHER, replaces=ONE),
        linked(2),
        connected(3, OTHER),
        linked(3),
    )
    lines = tuple(decided(row, offset=n) for n, row in enumerate(rows))
    projection = Projection(database)
    build = (await projection.build("log")).id
    await projection.apply(Stretch(partition=0, first=0, next_offset=len(rows), decided=lines), build)
    links = LinkList(database)

    past = [await links.at_version(FIRM, CLIENT, version) for version in (1, 2, 3)]

    assert [each and (each.customer_id, each.realm_id) for each in past] == [
        ("58", ONE),
        ("58", ONE),
        ("58", OTHER),
    ]
    assert await links.at_version(FIRM, CLIENT, 4) is None
