"""Builds the read model anew beside the one that people read, from the beginning of the log, and lets it take that one's place.

Several may do it at once: each stretch counts once. Killed, whoever goes on does so where the tables are.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import aclosing, suppress

import structlog

from domain.projection import Build, ReadModelWriter, Stream, Stretch
from domain.stops import Stop
from streams.kafka.build_watch import BesideWatch
from streams.kafka.dead_letters import follow_dead_letters
from streams.kafka.going_on import again_and_again, where_to_begin
from streams.kafka.log_reader import LogReader
from streams.kafka.servers import Servers
from streams.kafka.stretches import stretch_of
from streams.wire.believed import Found
from streams.wire.topics import LOG

LOOK_EVERY_SECONDS = 1.0
APPLIED_AT_ONCE = 50
"""So many records are applied in one go: people who read and write wait for no more than these."""

log = structlog.get_logger(__name__)


class Rebuilder:
    """The work, once somebody has asked for it."""

    def __init__(self, bootstrap: Servers, writer: ReadModelWriter, prefix: str = "") -> None:
        self._bootstrap = bootstrap
        self._writer = writer
        self._prefix = prefix

    async def until_built(self) -> None:
        """Build until people read it, and clear away what they read before. Kafka, when away, is waited for.

        Raises:
            StoreAwayError: the database does not answer; it can be gone on with later.
        """
        await self._writer.clear_former()
        works = asyncio.gather(
            again_and_again("log, built beside", self._build_log),
            again_and_again("dead letters, built beside", self._build_letters),
        )
        try:
            while await self._writer.beside("log") is not None and not works.done():
                await asyncio.wait([works], timeout=LOOK_EVERY_SECONDS)
        finally:
            works.cancel()
            with suppress(asyncio.CancelledError):
                await works
        await self._writer.clear_former()

    async def _build_log(self) -> None:
        while True:
            build = await self._asked_for("log")
            async with LogReader(self._bootstrap, self._prefix + LOG) as reader:
                await self._fill(reader, build)
            log.info("read_model_built_beside")

    async def _build_letters(self) -> None:
        while True:
            build = await self._asked_for("dead_letters")
            watch = BesideWatch(self._writer, "dead_letters", build)
            positions = await self._writer.positions("dead_letters", build.id)
            async with aclosing(follow_dead_letters(self._bootstrap, positions, self._prefix)) as following:
                async for looked in following:
                    for each in looked.found:
                        await self._writer.add_dead_letters(
                            each.partition, each.next_offset, each.letters, build.id
                        )
                    if await watch.is_over(shows_all=looked.to_end):
                        break

    async def _asked_for(self, stream: Stream) -> Build:
        while True:
            build = await self._writer.beside(stream)
            if build is not None:
                return build
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _fill(self, reader: LogReader, build: Build) -> None:
        """Apply the log to the build until it is the one that people read."""
        watch = BesideWatch(self._writer, "log", build)
        reading = await where_to_begin(self._writer, build.id, reader)
        missing = await reader.ends(reading)
        for partition, begin in reading.items():
            # Where there is nothing to apply, too, it is known how far this is.
            await self._writer.apply(_nothing_of(partition, begin), build.id)
        async with aclosing(reader.follow(reading)) as following:
            async for found in following:
                match found:
                    case Stop():
                        # The one that people read goes on as it is, and says of itself what is the matter.
                        log.error("cannot_be_built_beside", partition=found.partition, offset=found.offset)
                    case [first, *_]:
                        for some in _in_pieces(found):
                            stretch = stretch_of(some, reading[first.partition], len(reading))
                            reading[first.partition] = stretch.next_offset
                            await self._writer.apply(stretch, build.id)
                            await asyncio.sleep(0)
                missing = {each: end for each, end in missing.items() if reading[each] < end}
                if (not found or not missing) and await watch.is_over(shows_all=not missing):
                    return


def _nothing_of(partition: int, first: int) -> Stretch:
    return Stretch(partition=partition, first=first, next_offset=first, decided=())


def _in_pieces(found: Sequence[Found]) -> Iterator[Sequence[Found]]:
    for first in range(0, len(found), APPLIED_AT_ONCE):
        yield found[first : first + APPLIED_AT_ONCE]
