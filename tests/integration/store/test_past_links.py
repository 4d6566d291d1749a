"""What a client's link held at a version, and in which company: an id says nothing in another one."""

from dataclasses import replace

from adapters.store.database import Database
from adapters.store.link_list import LinkList
from adapters.store.projection import Projection
from domain.decision import Verdict
from domain.ids import ClientId, CustomerId, RealmId
from domain.inputs import Cause
from domain.projection import Decided, Stretch
from domain.rows import Connection, FirmRow, LinkRow, LinkStatus, Row
from tests.integration.gateway.firm import FIRM, NOW, client_row

CLIENT = ClientId("c-1")
ONE, OTHER = RealmId("91"), RealmId("92")
CAUSE = Cause(topic="sync.intents", partition=0, offset=0, id="i-1", at=NOW, actor="user:dana")


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
    decided = tuple(
        Decided(
            partition=0,
            offset=n,
            version=row.version,
            verdict=Verdict.APPLIED,
            code="seen",
            row=row,
            cause=CAUSE,
        )
        for n, row in enumerate(rows)
    )
    projection = Projection(database)
    build = (await projection.build("log")).id
    await projection.apply(Stretch(partition=0, first=0, next_offset=len(rows), decided=decided), build)
    links = LinkList(database)

    past = [await links.at_version(FIRM, CLIENT, version) for version in (1, 2, 3)]

    assert [each and (each.customer_id, each.realm_id) for each in past] == [
        ("58", ONE),
        ("58", ONE),
        ("58", OTHER),
    ]
    assert await links.at_version(FIRM, CLIENT, 4) is None
