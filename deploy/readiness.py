"""What must be true of Kafka before a worker begins."""

import asyncio
import sys

from aiokafka.errors import KafkaError

from deploy.commands import differing_topics
from deploy.settings import Settings


def refuse_wrong_topics(settings: Settings) -> None:
    """End with a clear message if Kafka is away, or its topics are not those that the engine's promises rest on.

    Raises:
        SystemExit: 1; whoever runs workers tries again.
    """
    try:
        found = asyncio.run(differing_topics(settings))
    except (KafkaError, OSError, TimeoutError):
        sys.exit(
            f"Kafka does not answer at {settings.bootstrap}. Start it, or name another by "
            "CLIENT_SYNC_KAFKA_BOOTSTRAP; the worker tries again by itself where something restarts it."
        )
    if found:
        lines = "\n".join(f"  {difference}" for difference in found)
        sys.exit(
            f"Kafka's topics are not as the engine needs them, so nothing has been decided:\n{lines}\n"
            "`client-sync topics create` creates missing ones; the number of partitions is fixed for life."
        )
