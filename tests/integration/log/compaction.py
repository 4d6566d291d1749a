"""A log that Kafka really compacts, within seconds: first not at all, and from a moment on at once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.wire.topics import LOG, topic_specs
from tests.integration.log.owners import lies_in
from tests.patience import PATIENCE_SECONDS

QUICK = {
    "segment.ms": "500",
    "segment.jitter.ms": "0",
    "min.cleanable.dirty.ratio": "0.01",
    "delete.retention.ms": "1000",
    "file.delete.delay.ms": "500",
}
LOOK_SECONDS = 0.3


async def quickly_compacted_log(bootstrap: str, prefix: str) -> str:
    """Make a log of one partition. Its compaction still waits for 35 days, as in production."""
    (spec,) = (each for each in topic_specs(35, prefix) if each.name == prefix + LOG)
    async with _Admin(bootstrap) as admin:
        await admin.create_topics([NewTopic(spec.name, 1, 1, topic_configs=spec.configs(1) | QUICK)])
    return spec.name


async def compacted(bootstrap: str, topic: str, up_to: int, append: Callable[[], Awaitable[None]]) -> None:
    """Let Kafka compact at once, and wait until each key lies once below `up_to`.

    `append` writes one more record: the segment that is written to is never compacted, and only a record ends it.
    """
    resource = ConfigResource(
        ConfigResourceType.TOPIC, topic, QUICK | {"cleanup.policy": "compact", "min.compaction.lag.ms": "0"}
    )
    async with _Admin(bootstrap) as admin:
        await admin.alter_configs([resource])
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await _doubled_below(bootstrap, topic, up_to):
            await append()
            await asyncio.sleep(LOOK_SECONDS)


async def _doubled_below(bootstrap: str, topic: str, up_to: int) -> bool:
    keys = Counter(found.key for found in await lies_in(bootstrap, topic) if found.offset < up_to)
    return any(times > 1 for times in keys.values())


class _Admin:
    def __init__(self, bootstrap: str) -> None:
        self._admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)

    async def __aenter__(self) -> AIOKafkaAdminClient:
        await self._admin.start()
        return self._admin

    async def __aexit__(self, *_: object) -> None:
        await self._admin.close()
