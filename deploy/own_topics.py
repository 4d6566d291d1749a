"""Kafka's topics, created and compared with ours as the settings have them."""

from deploy.kafka_servers import kafka_servers
from deploy.settings import Settings
from streams.kafka.topic_check import Difference, check_topics, create_topics
from streams.wire.topics import topic_specs


async def create_missing_topics(settings: Settings) -> tuple[str, ...]:
    """Create the topics that are missing; never alter one."""
    return await create_topics(
        kafka_servers(settings), topic_specs(settings.history_days), settings.partitions, settings.replication
    )


async def differing_topics(settings: Settings) -> list[Difference]:
    """Compare the cluster's topics with ours."""
    return await check_topics(
        kafka_servers(settings), topic_specs(settings.history_days), settings.partitions, settings.replication
    )
