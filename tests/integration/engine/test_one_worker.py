"""How a worker begins and ends."""

from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.kafka.ports import free_port
from tests import commands
from tests.chaos.processes import environment
from tests.integration.engine.conftest import Running, client_event

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _run_worker(settings: dict[str, str]) -> tuple[int, str]:
    ended = commands.run(("worker",), settings)
    return ended.returncode, ended.stderr.decode()


async def test_a_worker_that_starts_while_kafka_is_away_says_so_and_ends(tmp_path: Path) -> None:
    """In one sentence with the address and what to do; whoever runs workers starts it again."""
    nowhere = f"127.0.0.1:{free_port()}"

    code, said = _run_worker(environment(tmp_path, nowhere, free_port(), free_port(), free_port()))

    assert code == 4
    assert f"Kafka does not answer at {nowhere}" in said
    assert "Start it, or name another by CLIENT_SYNC_KAFKA_BOOTSTRAP" in said
    assert "Traceback" not in said


async def test_another_number_of_partitions_is_refused(running: Running) -> None:
    """A firm's records would lie where its new owner does not look."""
    code, said = _run_worker(running.stack.settings | {"CLIENT_SYNC_PARTITIONS": "4"})

    assert code == 1
    assert "nothing has been decided" in said
    assert "sync.log: partition count is 8, expected 4" in said
    assert "Traceback" not in said


async def test_an_idle_worker_ends_when_it_is_asked_to(running: Running) -> None:
    """Within ten seconds, which is what process managers give before they kill."""
    event = client_event()
    await running.write(orjson.dumps(event))
    await running.decision_of(event["id"])  # so it has settled, and has nothing more to do

    obeyed = await running.stack.fleet.terminate(running.stack.fleet.workers[0], within=10)

    assert obeyed, "it had to be killed"


async def test_its_successor_goes_on_where_it_stood(running: Running) -> None:
    """What came in while nobody was there is decided, once."""
    event = client_event()
    written = await running.write(orjson.dumps(event))

    decided = await running.decision_of(event["id"])

    assert decided["input"]["offset"] == written.offset


async def test_a_group_that_is_set_forward_passes_nothing_over(running: Running) -> None:
    """While nobody was there: what came in is decided by the next worker, which names the offsets as an error."""
    fleet = running.stack.fleet
    await fleet.stop()
    events = [client_event() for _ in range(3)]
    written = [await running.write(orjson.dumps(event)) for event in events]
    place = TopicPartition(written[0].topic, written[0].partition)
    group = AIOKafkaConsumer(
        bootstrap_servers=running.stack.bootstrap, group_id="client-sync", enable_auto_commit=False
    )
    await group.start()
    group.assign([place])
    await group.commit({place: written[-1].offset + 1})
    await group.stop()
    fleet.start()

    decided = [await running.decision_of(event["id"]) for event in events]

    assert [each["input"]["offset"] for each in decided] == [each.offset for each in written]
    (loud,) = await running.logged("inputs_were_passed_over")  # after the last of them
    assert f"first={written[0].offset}" in loud
    assert f"last={written[-1].offset}" in loud
