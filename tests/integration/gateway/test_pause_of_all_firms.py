"""A pause of all firms is every firm's, so it is tested on a gateway that no other test looks at."""

from domain.firm_rows import AllFirmsRow, Paused
from streams.wire.inputs import partition_of
from tests.integration.gateway.conftest import PARTITIONS, Running
from tests.integration.gateway.firm import CONNECTED, FIRM
from tests.integration.gateway.log_writer import NOW


async def test_a_pause_of_all_firms_is_shown_to_each(gateway: Running) -> None:
    """As it stands in the firm's own partition."""
    await gateway.log.decide(CONNECTED)
    partition = partition_of(FIRM, PARTITIONS)
    everybody = AllFirmsRow(partition=partition, version=1, paused=Paused(since=NOW, by="user:lee"))
    at = await gateway.log.decide(everybody, partition=partition)

    _, shown = await gateway.ask("GET", "/api/v1/firms/f-1/pending", Sync_Position=at)

    assert shown["paused_by"] == "user:lee"
