"""History goes on when the log is another one, whose offsets begin anew."""

from adapters.store.database import Database
from adapters.store.link_list import LinkList
from adapters.store.newest_rows import newest_rows
from adapters.store.preparation import follow_another_log
from adapters.store.projection import Projection
from adapters.store.whole_tables import WholeTables
from domain.ids import ClientId
from domain.projection import Stretch
from tests.integration.gateway.firm import FIRM, client_row
from tests.integration.store.decided import decided

CLIENT = ClientId("c-1")


async def _decide(database: Database, *versions: int) -> None:
    """Show a log from its beginning, with one version of the client after the other."""
    projection = Projection(database)
    build = (await projection.build("log")).id
    rows = [client_row(CLIENT, f"Ana {version}", version=version) for version in versions]
    lines = tuple(decided(row, offset) for offset, row in enumerate(rows))
    await projection.apply(Stretch(partition=0, first=0, next_offset=len(lines), decided=lines), build)


async def test_no_decision_is_lost_where_offsets_come_again(database: Database) -> None:
    """Moved twice, and more lines the first time than the second: each stays, in its order."""
    await _decide(database, 1, 2, 3)
    await follow_another_log(database)
    await _decide(database, 4, 5)
    await follow_another_log(database)
    await follow_another_log(database)  # an import that broke off after it is begun anew
    await _decide(database, 6)

    page = await LinkList(database).timeline(FIRM, CLIENT)
    assert [line.version for line in page.lines] == [6, 5, 4, 3, 2, 1]
    assert [line.offset >= 0 for line in page.lines] == [True, *[False] * 5]
    assert await WholeTables(database).last_in_history(0) == 0
    (newest,) = [each async for each in newest_rows(database, 0)]
    assert newest[:2] == (f"link/{FIRM}/{CLIENT}", 0)
    assert '"Ana 6"' in newest[2]


async def test_rows_with_gaps_are_counted(database: Database) -> None:
    """What the log had forgotten before it was shown."""
    await _decide(database, 1, 2, 5)

    assert await WholeTables(database).rows_with_gaps() == 1
