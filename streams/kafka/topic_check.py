"""Create our topics on a cluster, and say where a cluster's topics are not ours."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from streams.kafka.opening import opened
from streams.kafka.servers import Servers, reached
from streams.wire.topics import TopicSpec

LEADERS_WITHIN_SECONDS = 30
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting of one topic that is not as it should be; as text, a sentence for an operator."""

    topic: str
    setting: str
    expected: str
    found: str | None  # None: there is no such topic

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.topic} is missing"
        return f"{self.topic}: {self.setting} is {self.found}, expected {self.expected}"


async def create_topics(
    bootstrap: Servers, specs: Sequence[TopicSpec], partitions: int, replication: int = 1
) -> tuple[str, ...]:
    """Create those of `specs` that are missing and return their names; what exists is never altered.

    Returns when every partition of every one of them has a leader.

    Raises:
        aiokafka.errors.KafkaError: the cluster is away or refuses; the message names the topic.
        TimeoutError: a partition got no leader.
    """
    async with opened(AIOKafkaAdminClient(**reached(bootstrap))) as admin:
        there = await _topics(admin)
        missing = [spec for spec in specs if spec.name not in there]
        created = [spec.name for spec in missing if await _create(admin, spec, partitions, replication)]
        async with asyncio.timeout(LEADERS_WITHIN_SECONDS):
            while not _all_led(await _topics(admin), specs):  # noqa: ASYNC110 - Kafka tells nobody
                await asyncio.sleep(POLL_SECONDS)
        return tuple(created)


async def check_topics(
    bootstrap: Servers, specs: Sequence[TopicSpec], partitions: int, replication: int = 1
) -> list[Difference]:
    """Compare the cluster with `specs`; an empty list means that the engine may rely on all of them.

    More copies than `replication` are no difference.

    Raises:
        aiokafka.errors.KafkaError: the cluster is away or refuses.
    """
    async with opened(AIOKafkaAdminClient(**reached(bootstrap))) as admin:
        topics = await _topics(admin)
        configs = await _configs(admin, [spec.name for spec in specs if spec.name in topics])
    differences = []
    for spec in specs:
        if spec.name not in topics:
            differences.append(Difference(spec.name, "topic", "to exist", None))
            continue
        layout = topics[spec.name]["partitions"]
        if len(layout) != partitions:
            differences.append(Difference(spec.name, "partition count", str(partitions), str(len(layout))))
        copies = min(len(partition["replicas"]) for partition in layout)
        if copies < replication:
            differences.append(Difference(spec.name, "replication factor", str(replication), str(copies)))
        found = configs[spec.name]
        differences += [
            Difference(spec.name, name, value, found[name])
            for name, value in spec.configs(replication).items()
            if found[name] != value
        ]
    return differences


async def _topics(admin: Any) -> dict[str, dict[str, Any]]:
    # All of them: aiokafka asks for named ones in a way that creates them where the cluster allows that.
    return {topic["topic"]: topic for topic in await admin.describe_topics()}


def _all_led(topics: dict[str, dict[str, Any]], specs: Sequence[TopicSpec]) -> bool:
    return all(
        spec.name in topics and all(partition["leader"] >= 0 for partition in topics[spec.name]["partitions"])
        for spec in specs
    )


async def _create(admin: Any, spec: TopicSpec, partitions: int, replication: int) -> bool:
    """True if we created it, False if another process was faster."""
    topic = NewTopic(spec.name, partitions, replication, topic_configs=spec.configs_of_a_new_one(replication))
    answer = await admin.create_topics([topic])
    ((_, code, message),) = answer.topic_errors
    error = for_code(code)
    if error is TopicAlreadyExistsError:
        return False
    if code:
        raise error(f"{spec.name}: {message}")
    return True


async def _configs(admin: Any, names: Sequence[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found: dict[str, dict[str, str]] = {}
    for answer in await admin.describe_configs(resources):
        for code, message, _, name, entries in answer.resources:
            if code:
                raise for_code(code)(f"{name}: {message}")
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found
