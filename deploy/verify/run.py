"""Verifies one system: partition after partition, so that only the rows of a few are held at a time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from adapters.store.whole_tables import WholeTables
from deploy.kafka_servers import kafka_servers
from deploy.own_database import database
from deploy.settings import Settings
from deploy.verify.both_sides import BothSides
from deploy.verify.findings import Tell
from deploy.verify.offsets import GroupOffsets, compare_with_group
from deploy.verify.partition import PartitionCheck, Stood
from deploy.verify.side_by_side import verify_side_by_side
from streams.kafka.log_messages import LogMessages
from streams.wire.topics import INPUTS, LOG

STILL_SECONDS = 10.0
"""A read model that has come no further for so long is behind; one that works is not."""
LOOK_SECONDS = 0.25
LONG = 50_000
"""From so many records on it is worth starting processes for."""


class NoLogError(Exception):
    """There is no sync.log; `client-sync topics create` creates it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was looked at.

    `pairs`: linked ones, read on both sides; None: nobody asked. `gaps`: rows of which history lacks decisions that the log has
    forgotten: nothing can mend that, so it is told and is no finding.
    """

    records: int
    rows: int
    pairs: int | None
    gaps: int


async def verify(
    settings: Settings, tell: Tell, sides: BothSides | None = None, prefix: str = ""
) -> Verified:
    """Verify the log, and all that was built from it; with `sides` the two outsides too.

    Raises:
        NoLogError: nothing is there to be verified.
    """
    async with (
        database(settings) as store,
        LogMessages(kafka_servers(settings), prefix + LOG) as messages,
        GroupOffsets(kafka_servers(settings), settings.group) as offsets,
    ):
        tables = WholeTables(store)
        ends = {number: await messages.end(number) for number in await messages.partitions()}
        if not ends:
            raise NoLogError
        await _until_shown(tables, ends)
        if sides is None and sum(ends.values()) >= LONG:
            each = _beside(settings, ends, tell, prefix)
        else:
            each = _here(PartitionCheck(messages, tables, len(ends), tell, sides), ends)
        stood = [partition async for partition in each]
        await compare_with_group(messages, offsets, [prefix + name for name in INPUTS], stood, tell)
        return Verified(
            records=sum(partition.records for partition in stood),
            rows=sum(partition.rows for partition in stood),
            pairs=sides.compared if sides is not None else None,
            gaps=await tables.rows_with_gaps(),
        )


async def _until_shown(tables: WholeTables, ends: Mapping[int, int]) -> None:
    """Let the read model show what the log holds now, as long as it comes nearer."""
    before: Mapping[int, int] = {}
    still = 0.0
    while still < STILL_SECONDS:
        shown = await tables.shown()
        if all(shown.get(number, 0) >= end for number, end in ends.items()):
            return
        still = still + LOOK_SECONDS if shown == before else 0.0
        before = shown
        await asyncio.sleep(LOOK_SECONDS)


async def _here(check: PartitionCheck, ends: Mapping[int, int]) -> AsyncIterator[Stood]:
    for number in ends:
        yield await check.run(number)


async def _beside(
    settings: Settings, ends: Mapping[int, int], tell: Tell, prefix: str
) -> AsyncIterator[Stood]:
    async for stood, found in verify_side_by_side(settings, tuple(ends), prefix):
        for finding in found:
            tell(finding)
        yield stood
