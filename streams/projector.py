"""Follows the log and the dead letters into the read model, and tells those who wait how far it is.

One for each gateway; several may run, since the writer applies each stretch once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress

import structlog
from aiokafka.errors import KafkaError

from domain.ports import KafkaAwayError
from domain.projection import BuiltAgainError, ReadModelWriter, StoreAwayError, Stretch
from streams.build_watch import BuildWatch
from streams.dead_letters import follow_dead_letters
from streams.log_reader import LogReader
from streams.log_tail import LogTail
from streams.stretches import stretch_of
from streams.topics import LOG

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
ASK_KAFKA_WITHIN_SECONDS = 2.0

log = structlog.get_logger(__name__)


class LogLostError(Exception):
    """The read model shows more than the log holds, or the log has lost what it does not show yet."""


class _NoLogError(Exception):
    """The topic is not there (yet)."""


class Projector:
    """The port `Progress`, and the work behind it in `run`."""

    def __init__(self, bootstrap: str, writer: ReadModelWriter, tail: LogTail, prefix: str = "") -> None:
        self._bootstrap = bootstrap
        self._writer = writer
        self._tail = tail
        self._prefix = prefix
        self._positions: dict[int, int] = {}
        self._moved: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._reader: LogReader | None = None

    async def run(self) -> None:
        """Follow for good; goes on by itself after Kafka or the database was away.

        Raises:
            LogLostError: log and read model don't belong together, so a person has to look.
            UnreadableRecordError: a newer version has written here.
        """
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_again_and_again("log", self._follow_log))
                both.create_task(_again_and_again("dead letters", self._follow_dead_letters))
        except ExceptionGroup as ended:
            # The first to end ended the other.
            raise ended.exceptions[0] from None

    def position(self, partition: int) -> int:
        """Give the next offset that the read model does not show yet."""
        return self._positions.get(partition, 0)

    async def reached(self, partition: int, next_offset: int) -> None:
        """Return once the read model shows all before `next_offset`."""
        while self.position(partition) < next_offset:
            await self._moved[partition].wait()

    async def caught_up(self) -> None:
        """Return once the read model shows all that the log holds now.

        Raises:
            KafkaAwayError: Kafka does not say how much that is.
        """
        if self._reader is None:
            raise KafkaAwayError(LOG)
        try:
            async with asyncio.timeout(ASK_KAFKA_WITHIN_SECONDS):
                ends = await self._reader.ends(self._positions)
        except (KafkaError, TimeoutError) as error:
            raise KafkaAwayError(LOG) from error
        for partition, end in ends.items():
            await self.reached(partition, end)

    async def behind(self) -> int | None:
        """Count the offsets between what is shown and the end of the log; None: Kafka gives no answer."""
        if self._reader is None:
            return None
        try:
            async with asyncio.timeout(ASK_KAFKA_WITHIN_SECONDS):
                ends = await self._reader.ends(self._positions)
        except (KafkaError, TimeoutError):
            return None
        return sum(max(0, end - self.position(partition)) for partition, end in ends.items())

    async def _follow_log(self) -> None:
        async with LogReader(self._bootstrap, self._prefix + LOG) as reader:
            try:
                while True:
                    with suppress(BuiltAgainError):
                        await self._fill(reader)
                    log.info("read_model_built_again")
            finally:
                self._reader = None

    async def _fill(self, reader: LogReader) -> None:
        """Apply the log to one build of the tables, for as long as there is no other."""
        build = await BuildWatch.begin(self._writer, "log")
        self._positions = await self._where_to_begin(reader)
        missing = await reader.ends(self._positions)
        self._reader = reader
        reading = dict(self._positions)
        async with aclosing(reader.follow(reading)) as following:
            async for found in following:
                if found:
                    stretch = stretch_of(found, reading[found[0].partition])
                    reading[stretch.partition] = stretch.next_offset
                    self._tail.feed(stretch)
                    await self._apply(stretch, build.id)
                # While nothing is to be applied, nothing else would tell that the tables have been emptied.
                if not found or not build.complete:
                    missing = {each: end for each, end in missing.items() if self.position(each) < end}
                    await build.look(shows_all=not missing)

    async def _where_to_begin(self, reader: LogReader) -> dict[int, int]:
        partitions = await reader.partitions()
        if not partitions:
            raise _NoLogError("there is no sync.log; `client-sync topics create` creates it")
        begins, ends = await reader.begins(partitions), await reader.ends(partitions)
        shown = await self._writer.log_positions()
        for partition, position in shown.items():
            if not begins.get(partition, 0) <= position <= ends.get(partition, 0):
                raise LogLostError(
                    f"The read model shows sync.log up to offset {position} of partition {partition}, but the log "
                    f"holds {begins.get(partition, 0)} to {ends.get(partition, 0)}. They are not of one system: "
                    "use the database that belongs to this Kafka, or an empty one."
                )
        return {partition: shown.get(partition, begins[partition]) for partition in partitions}

    async def _apply(self, stretch: Stretch, build: int) -> None:
        position = await self._writer.apply(stretch, build)
        if position < stretch.first:
            raise BuiltAgainError  # or brought back from a copy
        self._positions[stretch.partition] = max(stretch.next_offset, position)
        # Wake all who wait now; who comes later waits for the next move.
        self._moved.pop(stretch.partition, asyncio.Event()).set()

    async def _follow_dead_letters(self) -> None:
        build = await BuildWatch.begin(self._writer, "dead_letters")
        positions = await self._writer.dead_letter_positions()
        async for looked in follow_dead_letters(self._bootstrap, positions, self._prefix):
            for each in looked.found:
                await self._writer.add_dead_letters(each.partition, each.next_offset, each.letters, build.id)
            await build.look(shows_all=looked.to_end)


async def _again_and_again(what: str, follow: Callable[[], Awaitable[None]]) -> None:
    """Begin anew whenever Kafka or the database was away; one line in the log, not one for each try."""
    pause, said = FIRST_PAUSE_SECONDS, False
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await follow()
        except BuiltAgainError:
            continue
        except (KafkaError, StoreAwayError, _NoLogError, OSError) as error:
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS:
                pause, said = FIRST_PAUSE_SECONDS, False
            if not said:
                log.warning("projector_waits", stream=what, error=type(error).__name__, reason=str(error))
                said = True
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
