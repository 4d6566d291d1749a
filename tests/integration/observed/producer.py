"""A producer that chooses its partitions by itself, and may be wrong."""

from aiokafka import AIOKafkaProducer


async def write(bootstrap: str, partition: int, key: str, *written: tuple[str, bytes]) -> None:
    """Write values, each to its topic, in this partition."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for topic, value in written:
            await producer.send_and_wait(topic, value, key=key.encode(), partition=partition)
