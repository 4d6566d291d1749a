"""Follows the log and the dead letters into the read model, and tells those who wait how far it is.

One for each gateway; several may run, since the writer applies each stretch once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, suppress

import structlog
from aiokafka.errors import KafkaError

from domain.ports import KafkaAwayError
from domain.projection import BuiltAgainError, DeadLetter, ReadModelWriter, StoreAwayError, Stretch
from domain.stops import Stop, StopReason
from streams.kafka.build_watch import BuildWatch
from streams.kafka.dead_letters import follow_dead_letters
from streams.kafka.letter_listing import NOT_ABOUT_THE_RECORDS, list_letters
from streams.kafka.log_reader import LogReader
from streams.kafka.log_tail import LogTail
from streams.kafka.servers import Servers
from streams.kafka.stretches import records_one_by_one, stretch_of
from streams.wire.mishap import place_of
from streams.wire.topics import LOG
from streams.worker.stop import forget, tell

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
ASK_KAFKA_WITHIN_SECONDS = 2.0
ASK_KAFKA_EVERY_SECONDS = 2.0
ASK_KAFKA_AGAIN_SECONDS = 0.5

log = structlog.get_logger(__name__)


class LogLostError(Exception):
    """The read model shows more than the log holds, or the log has lost what it does not show yet."""


class _NoLogError(Exception):
    """The topic is not there (yet)."""


class Projector:
    """The port `Progress`, and the work behind it in `run`."""

    def __init__(self, bootstrap: Servers, writer: ReadModelWriter, tail: LogTail, prefix: str = "") -> None:
        self._bootstrap = bootstrap
        self._writer = writer
        self._tail = tail
        self._prefix = prefix
        self._positions: dict[int, int] = {}
        self._moved: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._reader: LogReader | None = None
        self._stopped: dict[int, Stop] = {}
        self._is_away = False

    async def run(self) -> None:
        """Follow for good; goes on by itself after Kafka or the database was away.

        Raises:
            LogLostError: log and read model don't belong together, so a person has to look.
        """
        try:
            async with asyncio.TaskGroup() as works:
                works.create_task(_again_and_again("log", self._follow_log))
                works.create_task(_again_and_again("dead letters", self._follow_dead_letters))
                works.create_task(self._notice_whether_kafka_answers())
        except ExceptionGroup as ended:
            # The first to end ended the others.
            raise ended.exceptions[0] from None

    def position(self, partition: int) -> int:
        """Give the next offset that the read model does not show yet."""
        return self._positions.get(partition, 0)

    def stopped(self) -> Mapping[int, Stop]:
        """Name the partitions that are shown no further, because of a record of the log."""
        return self._stopped

    async def reached(self, partition: int, next_offset: int) -> None:
        """Return once the read model shows all before `next_offset`."""
        while self.position(partition) < next_offset:
            await self._moved[partition].wait()

    async def caught_up(self) -> None:
        """Return once the read model shows all that the log holds now, but for partitions that are stopped.

        Raises:
            KafkaAwayError: Kafka does not say how much that is.
        """
        ends = await self._ends()
        if ends is None:
            raise KafkaAwayError(LOG)
        for partition, end in ends.items():
            if partition not in self._stopped:
                await self.reached(partition, end)

    def is_away(self) -> bool:
        """Say whether Kafka gave no answer when it was asked last; see the port."""
        return self._is_away

    async def behind(self) -> int | None:
        """Count the offsets between what is shown and the end of the log; None: Kafka gives no answer.

        Stopped partitions are not counted: they are named.
        """
        ends = await self._ends()
        if ends is None:
            return None
        return sum(
            max(0, end - self.position(partition))
            for partition, end in ends.items()
            if partition not in self._stopped
        )

    async def _ends(self) -> Mapping[int, int] | None:
        """Ask Kafka where the log's partitions end; None: it gives no answer. Open pages hear of it if that is new."""
        ends = None
        if self._reader is not None:
            with suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(ASK_KAFKA_WITHIN_SECONDS):
                    ends = await self._reader.ends(self._positions)
        is_away = ends is None
        if is_away is not self._is_away:
            self._is_away = is_away
            self._tail.look_again()
        return ends

    async def _notice_whether_kafka_answers(self) -> None:
        """Ask again and again: who follows a log that says nothing hears nothing, whether Kafka is there or not."""
        while True:
            await self._ends()
            await asyncio.sleep(ASK_KAFKA_AGAIN_SECONDS if self._is_away else ASK_KAFKA_EVERY_SECONDS)

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
        self._go_on_everywhere()
        # At once: where nothing is missing, nothing may come for long that would be a reason to look.
        missing = await self._look(build, missing)
        async with aclosing(reader.follow(reading)) as following:
            async for found in following:
                match found:
                    case Stop():
                        self._stop(found)
                    case [first, *_] if first.partition not in self._stopped:
                        stretch = stretch_of(found, reading[first.partition], len(reading))
                        reading[stretch.partition] = stretch.next_offset
                        self._tail.feed(stretch)
                        await self._apply_or_stop(stretch, build.id)
                # While nothing is to be applied, nothing else would tell that the tables have been emptied.
                if not found or not build.complete:
                    missing = await self._look(build, missing)

    async def _look(self, build: BuildWatch, missing: Mapping[int, int]) -> dict[int, int]:
        """Look whether it is the same build still, and whether it shows all now; gives what is missing still."""
        still = {each: end for each, end in missing.items() if self._is_missing(each, end)}
        await build.look(shows_all=not still)
        return still

    def _is_missing(self, partition: int, end: int) -> bool:
        # A stopped one must not keep the firms of all others from being shown.
        return partition not in self._stopped and self.position(partition) < end

    def _stop(self, stop: Stop) -> None:
        self._stopped[stop.partition] = stop
        tell(stop)

    def _go_on_everywhere(self) -> None:
        """Read all partitions again, since the reading begins anew."""
        for stop in self._stopped.values():
            forget(stop)
        self._stopped = {}

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

    async def _apply_or_stop(self, stretch: Stretch, build: int) -> None:
        """Apply a stretch; if something in it can't be, what comes before it, and then stop its partition."""
        try:
            await self._apply(stretch, build)
        except NOT_ABOUT_THE_RECORDS:
            raise
        except Exception as wrong:  # noqa: BLE001  (whatever it is, it is about this partition's records alone)
            if len(stretch.decided) > 1:
                for one in records_one_by_one(stretch):
                    if stretch.partition not in self._stopped:
                        await self._apply_or_stop(one, build)
                return
            log.error(  # noqa: TRY400  (its text may hold a client's values)
                "cannot_be_shown", error=type(wrong).__name__, where=place_of(wrong)
            )
            offset = stretch.decided[0].offset if stretch.decided else stretch.first
            self._stop(Stop(stretch.partition, offset, StopReason.CANNOT_BE_SHOWN, type(wrong).__name__))

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

        async def add(partition: int, next_offset: int, letters: tuple[DeadLetter, ...]) -> None:
            await self._writer.add_dead_letters(partition, next_offset, letters, build.id)

        async for looked in follow_dead_letters(self._bootstrap, positions, self._prefix):
            for each in looked.found:
                await list_letters(add, each)
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
