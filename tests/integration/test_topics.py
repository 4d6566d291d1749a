"""Topics are created once, as the table says, and every deviation of a cluster is named."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError

from deploy.kafka.ports import free_port
from streams.kafka.topic_check import Difference, check_topics, create_topics
from streams.wire.topics import LOG, topic_specs

PARTITIONS = 8
HISTORY_DAYS = 35


async def test_creating_twice_creates_once_and_satisfies_the_check(bootstrap: str, prefix: str) -> None:
    """A second run finds all six there, and the check finds no difference."""
    specs = topic_specs(HISTORY_DAYS, prefix)

    assert set(await create_topics(bootstrap, specs, PARTITIONS)) == {spec.name for spec in specs}
    assert await create_topics(bootstrap, specs, PARTITIONS) == ()
    assert await check_topics(bootstrap, specs, PARTITIONS) == []


async def test_only_missing_topics_are_created_and_none_is_altered(bootstrap: str, prefix: str) -> None:
    """A topic that exists with other settings stays as it is: changing it is a person's decision."""
    specs = topic_specs(HISTORY_DAYS, prefix)
    await _create(bootstrap, prefix + LOG, partitions=3, configs={"cleanup.policy": "delete"})

    created = await create_topics(bootstrap, specs, PARTITIONS)

    assert prefix + LOG not in created
    assert len(created) == len(specs) - 1
    assert {each.topic for each in await check_topics(bootstrap, specs, PARTITIONS)} == {prefix + LOG}


async def test_the_check_names_each_difference_of_a_log_that_others_made(bootstrap: str, prefix: str) -> None:
    """Count, policy, lag, time, size and elections: one sentence each."""
    log = next(spec for spec in topic_specs(HISTORY_DAYS, prefix) if spec.name == prefix + LOG)
    configs = {
        "cleanup.policy": "delete",
        "max.message.bytes": "1000",
        "unclean.leader.election.enable": "true",
    }
    await _create(bootstrap, log.name, partitions=3, configs=configs)

    differences = await check_topics(bootstrap, [log], PARTITIONS, replication=3)

    assert [str(each) for each in differences] == [
        f"{log.name}: partition count is 3, expected 8",
        f"{log.name}: replication factor is 1, expected 3",
        f"{log.name}: cleanup.policy is delete, expected compact",
        f"{log.name}: max.message.bytes is 1000, expected 2097152",
        f"{log.name}: min.compaction.lag.ms is 0, expected 3024000000",
        f"{log.name}: message.timestamp.type is CreateTime, expected LogAppendTime",
        f"{log.name}: min.insync.replicas is 1, expected 2",
        f"{log.name}: unclean.leader.election.enable is true, expected false",
    ]


async def test_the_check_names_missing_topics_and_other_retention(bootstrap: str, prefix: str) -> None:
    """A topic that is not there is one difference, not one for each setting."""
    wanted, missing, *_ = topic_specs(HISTORY_DAYS, prefix)
    await create_topics(bootstrap, [replace(wanted, retention_ms=60_000)], PARTITIONS)

    differences = await check_topics(bootstrap, [wanted, missing], PARTITIONS)

    assert differences == [
        Difference(wanted.name, "retention.ms", "7776000000", "60000"),
        Difference(missing.name, "topic", "to exist", None),
    ]
    assert str(differences[1]) == f"{missing.name} is missing"


async def test_a_cluster_that_is_away_is_an_error_and_no_difference() -> None:
    """Nobody shall read an unreachable cluster as six missing topics."""
    with pytest.raises(KafkaConnectionError):
        await check_topics(f"127.0.0.1:{free_port()}", topic_specs(HISTORY_DAYS), PARTITIONS)


async def _create(bootstrap: str, name: str, *, partitions: int, configs: Mapping[str, str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=dict(configs))])
    await admin.close()
