"""Whoever follows the log can be asked where it ends, at any moment."""

import asyncio
from contextlib import aclosing

from streams.kafka.log_reader import LogReader

FETCH_WAITS_SECONDS = 30
AT_ONCE_SECONDS = 15
"""Half as long, and far longer than a busy machine takes."""


async def test_a_question_does_not_wait_behind_a_fetch(bootstrap: str, log_topic: str) -> None:
    """A broker answers what comes in by one connection in its order, and a fetch waits for records to come."""
    async with LogReader(bootstrap, log_topic) as reader:
        reader._consumer._fetcher._fetch_max_wait_ms = FETCH_WAITS_SECONDS * 1000
        async with aclosing(reader.follow({0: 0, 1: 0})) as following:
            assert await anext(following) == []  # nothing came for a while, so a fetch is waiting
            async with asyncio.timeout(AT_ONCE_SECONDS):
                assert await reader.partitions() == (0, 1)
                assert await reader.begins((0, 1)) == await reader.ends((0, 1)) == {0: 0, 1: 0}
