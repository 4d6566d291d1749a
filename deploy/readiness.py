"""What must be true of Kafka before a worker begins."""

import asyncio

from aiokafka.errors import KafkaError

from deploy.own_topics import differing_topics
from deploy.settings import Settings
from deploy.terminal import Exit, end, kafka_away


def refuse_wrong_topics(settings: Settings) -> None:
    """End with a clear message if Kafka is away, or its topics are not those that the engine's promises rest on.

    Raises:
        typer.Exit: whoever runs workers tries again.
    """
    try:
        found = asyncio.run(differing_topics(settings))
    except (KafkaError, OSError, TimeoutError) as away:
        end(kafka_away(settings, away), Exit.AWAY)
    if found:
        lines = "\n".join(f"  {difference}" for difference in found)
        end(
            f"Kafka's topics are not as the engine needs them, so nothing has been decided:\n{lines}\n"
            "`client-sync topics create` creates missing ones; the number of partitions is fixed for life.",
            Exit.REFUSED,
        )
