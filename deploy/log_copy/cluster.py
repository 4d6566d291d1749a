"""What is asked of a cluster before a log is brought into it: which one it is, who decides there, how far inputs go."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.group_asking import ask_about_group
from streams.kafka.opening import opened
from streams.kafka.servers import Servers, reached


async def cluster_id(bootstrap: Servers) -> str:
    """Give the id that Kafka gave the cluster when it was formed."""
    async with opened(AIOKafkaAdminClient(**reached(bootstrap))) as admin:
        return str((await admin.describe_cluster())["cluster_id"])


async def members_of(bootstrap: Servers, group: str) -> int:
    """Count the workers in a group."""
    async with opened(AIOKafkaAdminClient(**reached(bootstrap))) as admin:
        answers = await ask_about_group(lambda: admin.describe_consumer_groups([group]))
    return sum(len(described["members"]) for answer in answers for described in answer.to_object()["groups"])


async def ends_of(bootstrap: Servers, topics: Iterable[str], partitions: int) -> dict[TopicPartition, int]:
    """Give the offsets behind the last records."""
    async with opened(AIOKafkaConsumer(**reached(bootstrap), group_id=None)) as reader:
        wanted = [TopicPartition(topic, number) for topic in topics for number in range(partitions)]
        return dict(await reader.end_offsets(wanted))
