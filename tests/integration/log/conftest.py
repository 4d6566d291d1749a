"""A log of its own for each test."""

import pytest

from streams.kafka.topic_check import create_topics
from streams.wire.topics import LOG, topic_specs


@pytest.fixture
async def log_topic(bootstrap: str, prefix: str) -> str:
    """A `sync.log` with two partitions and the settings that the engine relies on."""
    await create_topics(bootstrap, [spec for spec in topic_specs(35, prefix) if spec.name == prefix + LOG], 2)
    return prefix + LOG
