"""Folds the log into tables that are built beside those that people read, until these lack nothing and people read them.

What it has to fold has an end, since what is shown after it began goes into both: so the switch comes, however much is decided meanwhile. Killed,
it is gone on with; of several each stretch counts once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import TypeVar

from domain.projection import BuildBeside, BuiltAgainError, StoreAwayError, Stretch, Unfolded
from streams.kafka.dead_letters import follow_dead_letters
from streams.kafka.letter_listing import list_letters
from streams.kafka.log_reader import LogReader
from streams.kafka.servers import Servers
from streams.kafka.stretches import stretch_of
from streams.wire.believed import Unread, decoded
from streams.wire.topics import LOG

AT_ONCE = 100
"""So many records are folded in one transaction, for which others who write wait."""

REST = 0.5
"""For so long, measured by the transaction before, nothing is written: where one writes at a time, others come in between."""

AGAIN_SECONDS = 1.0
AWAY_SECONDS = 60.0
"""A database that is away, or busy, for no longer is waited for."""

Answer = TypeVar("Answer")
Tell = Callable[[int, int], None]
"""Told how many offsets are folded, and of how many."""


class LogShorterError(Exception):
    """The log ends before what people are shown. They are not of one system, or the log was made anew."""


class Rebuilder:
    """The work, for one command."""

    def __init__(self, bootstrap: Servers, beside: BuildBeside, tell: Tell, prefix: str = "") -> None:
        self._bootstrap = bootstrap
        self._beside = beside
        self._tell = tell
        self._prefix = prefix
        self._folded = self._of = 0

    async def until_read(self) -> int:
        """Fold until people read it, and clear away what they read before; gives how many offsets were folded here.

        Raises:
            BuiltAgainError: it is not being built any more: somebody has emptied the tables.
            LogShorterError: the log does not hold what is to be folded.
            UnreadableRecordError: something in it can't be read.
            StoreAwayError: the database is away for long.
            KafkaError: Kafka does not answer.
        """
        while not await self._patiently(self._beside.switch):
            # Another may have come to the end of it: then the switch says so, else it raises the same.
            with suppress(BuiltAgainError):
                await self._list_letters()
                await self._fold_log()
        await self._patiently(self._beside.clear_former)
        return self._folded

    async def _fold_log(self) -> None:
        lacking = await self._beside.unfolded("log")
        if not lacking:
            return
        self._of = self._folded + sum(each.until - each.next_offset for each in lacking.values())
        async with LogReader(self._bootstrap, self._prefix + LOG) as reader:
            partitions = len(await reader.partitions())
            begin, until = await _where_to_read(reader, lacking)
            at = {partition: each.next_offset for partition, each in lacking.items()}
            async with aclosing(reader.read_until(begin, until)) as reading:
                async for found in reading:
                    for some in _pieces(found):
                        stretch = stretch_of(
                            [decoded(each) for each in some], at[some[0].partition], partitions
                        )
                        await self._fold(stretch)
                        at[stretch.partition] = stretch.next_offset
        for partition, end in until.items():
            # Compaction may have taken the last ones away.
            await self._fold(Stretch(partition=partition, first=at[partition], next_offset=end, decided=()))

    async def _fold(self, stretch: Stretch) -> None:
        if stretch.first == stretch.next_offset:
            return
        began = time.monotonic()
        await self._patiently(lambda: self._beside.fold(stretch))
        self._folded += stretch.next_offset - stretch.first
        self._tell(self._folded, self._of)
        await asyncio.sleep((time.monotonic() - began) * REST)

    async def _list_letters(self) -> None:
        lacking = await self._beside.unfolded("dead_letters")
        if not lacking:
            return
        positions = {partition: each.next_offset for partition, each in lacking.items()}
        async with aclosing(follow_dead_letters(self._bootstrap, positions, self._prefix)) as following:
            async for looked in following:
                for each in looked.found:
                    await list_letters(self._beside.add_letters, each)
                if looked.to_end:
                    break
        for partition, lacks in lacking.items():
            # Retention may have taken all of them away.
            await self._beside.add_letters(partition, lacks.until, ())

    async def _patiently(self, do: Callable[[], Awaitable[Answer]]) -> Answer:
        """Do something in the database; who is busy for a moment is asked again."""
        give_up = time.monotonic() + AWAY_SECONDS
        while True:
            try:
                return await do()
            except StoreAwayError:
                if time.monotonic() > give_up:
                    raise
            await asyncio.sleep(AGAIN_SECONDS)


async def _where_to_read(
    reader: LogReader, lacking: Mapping[int, Unfolded]
) -> tuple[dict[int, int], dict[int, int]]:
    """Say from where to where to read each partition."""
    begins, ends = await reader.begins(lacking), await reader.ends(lacking)
    if any(ends[partition] < each.until for partition, each in lacking.items()):
        raise LogShorterError
    begin = {partition: max(each.next_offset, begins[partition]) for partition, each in lacking.items()}
    return begin, {partition: each.until for partition, each in lacking.items()}


def _pieces(found: Sequence[Unread]) -> Iterator[Sequence[Unread]]:
    for first in range(0, len(found), AT_ONCE):
        yield found[first : first + AT_ONCE]
