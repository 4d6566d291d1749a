"""What the rows of synced links weigh in a worker's memory, and what weighs most in them."""

import asyncio
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import NamedTuple

import orjson
import psutil

from adapters.canopy.mapping import client_of
from domain.rows import Row
from domain.table import Table
from streams.wire.believed import Unread
from streams.wire.records import row_in
from streams.worker.collector import collector_at_rest
from streams.worker.folding import Folding
from streams.worker.partition import Partition
from tests.bench.content import NOW, client, record_of
from tests.bench.report import say

LINKS = 150_000
LOOKED_INTO = 2_000
FOLDED = 20_000
PEAK_OF = 4_000
ROUNDS = 5
LEAST_SHOWN = 5
"""Bytes a row, below which a part is not worth a word."""


class Weights(NamedTuple):
    """In bytes a row. `most`: while they are folded. `parts` and `look_ups_parts`: what they are made of, the heaviest first."""

    row: float
    look_ups: float
    most: float
    parts: dict[str, float]
    look_ups_parts: dict[str, float]
    rows_a_second: float


async def weights(links: int) -> Weights:
    """Weigh rows as a worker holds them, which has read them from its log.

    Measure this first in a process: memory that something else has let go of would be taken again, and not be seen.
    """
    row, look_ups = _resident(links)
    rows = [row_in(each.event["data"]["row"]) for each in islice(_lying(), LOOKED_INTO) if each.event]
    parts, look_ups_parts = _parts(rows)
    rows_a_second = max([await _rows_a_second() for _ in range(ROUNDS)])
    return Weights(row, look_ups, await _most(), parts, look_ups_parts, rows_a_second)


def _lying() -> Iterator[Unread]:
    """Give a log of synced links. No two have a value in common, but for where they live: nothing is shared by luck."""
    number = 0
    while True:
        told = client(number, 1) | {
            "first_name": f"Fiona {number}",
            "middle_name": f"Grace {number}",
            "last_name": f"Gallagher {number}",
            "company_name": f"Gallagher Bookkeeping {number}",
            "phone": f"(312) {number:07}",
            "mobile": f"(773) {number:07}",
        }
        value = record_of(number, client_of(told, NOW), number)
        event = orjson.loads(value)
        yield Unread(0, number, event["subject"].encode(), value, event)
        number += 1


def _resident(links: int) -> tuple[float, float]:
    process = psutil.Process()
    with collector_at_rest():
        before = process.memory_info().rss
        rows = [row_in(each.event["data"]["row"]) for each in islice(_lying(), links) if each.event]
        read = process.memory_info().rss
        table = Table()
        for row in rows:
            table.put(row)
        put = process.memory_info().rss
    return (read - before) / len(table), (put - read) / len(table)


async def _fold(lying: Iterable[Unread]) -> tuple[Partition, float]:
    """Fold as a worker does that starts; gives the seconds of processor time from the last record on."""
    partition = Partition(0)
    folding = Folding(partition, 0)
    for each in lying:
        folding.take(each)
    began = time.process_time()
    async for _ in folding.settle():
        pass
    return partition, time.process_time() - began


async def _rows_a_second() -> float:
    with collector_at_rest():
        partition, seconds = await _fold(islice(_lying(), FOLDED))
    return len(partition.table) / seconds


async def _most() -> float:
    tracemalloc.start()
    try:
        partition, _ = await _fold(islice(_lying(), PEAK_OF))
        return tracemalloc.get_traced_memory()[1] / len(partition.table)
    finally:
        tracemalloc.stop()


def _parts(rows: list[Row]) -> tuple[dict[str, float], dict[str, float]]:
    """Weigh each field of the rows, and each look-up of their table; what stands in several places counts in the first."""
    table = Table()
    for row in rows:
        table.put(row)
    seen: set[int] = set()
    of_rows = Counter(dict.fromkeys(["the row itself"], 0))
    for row in rows:
        of_rows["the row itself"] += sys.getsizeof(row)
        for each in fields(row):
            of_rows[each.name] += _weight(getattr(row, each.name), seen)
    seen |= {id(row) for row in rows}
    look_ups = Counter({name.strip("_"): _weight(part, seen) for name, part in vars(table).items()})
    return _a_row(of_rows, len(rows)), _a_row(look_ups, len(rows))


def _a_row(weights: Counter[str], rows: int) -> dict[str, float]:
    return {name: each / rows for name, each in weights.most_common() if each >= LEAST_SHOWN * rows}


def _weight(thing: object, seen: set[int]) -> int:
    """Weigh a thing with all that hangs on it and was not seen before."""
    if thing is None or isinstance(thing, bool | Enum | type) or id(thing) in seen:
        return 0
    seen.add(id(thing))
    return sys.getsizeof(thing) + sum(_weight(part, seen) for part in _of(thing))


def _of(thing: object) -> Iterable[object]:
    if isinstance(thing, dict):
        return [*thing.keys(), *thing.values()]
    if isinstance(thing, tuple | list | set | frozenset):
        return thing
    if isinstance(thing, datetime):
        return [thing.tzinfo]
    if is_dataclass(thing):
        return [getattr(thing, each.name) for each in fields(thing)]
    return vars(thing).values() if hasattr(thing, "__dict__") else ()


if __name__ == "__main__":
    say(str(asyncio.run(weights(int(sys.argv[1]) if sys.argv[1:] else LINKS))))
