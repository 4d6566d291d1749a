"""What is asked of a cluster before a log is brought into it: which one it is, who decides there, how far inputs go."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.group_asking import ask_about_group


async def cluster_id(bootstrap: str) -> str:
    """Give the id that Kafka gave the cluster when it was formed."""
    async with _admin(bootstrap) as admin:
        return str((await admin.describe_cluster())["cluster_id"])


async def members_of(bootstrap: str, group: str) -> int:
    """Count the workers in a group."""
    async with _admin(bootstrap) as admin:
        answers = await ask_about_group(lambda: admin.describe_consumer_groups([group]))
    return sum(len(described["members"]) for answer in answers for described in answer.to_object()["groups"])


async def ends_of(bootstrap: str, topics: Iterable[str], partitions: int) -> dict[TopicPartition, int]:
    """Give the offsets behind the last records."""
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    try:
        await reader.start()
        wanted = [TopicPartition(topic, number) for topic in topics for number in range(partitions)]
        return dict(await reader.end_offsets(wanted))
    finally:
        await reader.stop()


@asynccontextmanager
async def _admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()
