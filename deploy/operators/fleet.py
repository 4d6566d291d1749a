"""How all firms are, and whether anybody decides about them: asked of Kafka and the database, without a gateway."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.store.firm_list import FirmList
from adapters.store.views import FirmView
from deploy.kafka_servers import kafka_servers
from deploy.own_database import database
from deploy.settings import Settings
from domain.ids import FirmId
from streams.kafka.anybody_deciding import Workers, workers_soon
from streams.kafka.undecided import asking_beside
from streams.wire.inputs import partition_of
from streams.wire.topics import INPUTS, INTENTS

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoDecides:
    """Of some partitions. `undecided`: inputs that wait in each. `standing_still`: none of them was decided meanwhile."""

    partitions: tuple[int, ...]
    workers: Workers
    undecided: Mapping[int, int]
    standing_still: tuple[int, ...]

    @property
    def without_worker(self) -> tuple[int, ...]:
        """Name those that nobody has."""
        return tuple(sorted(set(self.partitions) - self.workers.partitions))

    @property
    def is_fine(self) -> bool:
        """Say whether no person has to look."""
        return not self.without_worker and not self.standing_still


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Who decides, and the firms that were asked about."""

    deciding: WhoDecides
    firms: tuple[FirmView, ...]

    @property
    def is_fine(self) -> bool:
        """Say whether no person has to look."""
        return self.deciding.is_fine and not any(each.paused or each.reauthorise_since for each in self.firms)


class UnknownFirmError(Exception):
    """We never heard of it."""


async def all_firms(settings: Settings) -> tuple[FirmView, ...]:
    """List all firms by id."""
    found: list[FirmView] = []
    async with database(settings) as store:
        firms, cursor = FirmList(store), None
        while True:
            page = await firms.page(
                lambda firm: partition_of(firm, settings.partitions), cursor=cursor, limit=MOST_AT_ONCE
            )
            found += page.firms
            cursor = page.cursor
            if cursor is None:
                return tuple(found)


async def status_of_all(settings: Settings) -> Status:
    """Look at all partitions, and all firms."""
    deciding = await _who_decides(settings, tuple(range(settings.partitions)))
    return Status(deciding=deciding, firms=await all_firms(settings))


async def status_of(settings: Settings, firm: FirmId) -> Status:
    """Look at one firm, and its partition.

    Raises:
        UnknownFirmError: there is none.
    """
    async with database(settings) as store:
        view = await FirmList(store).one(lambda each: partition_of(each, settings.partitions), firm)
    if view is None:
        raise UnknownFirmError(f"No firm {firm} is known here. `client-sync firms` lists those that are.")
    deciding = await _who_decides(settings, (partition_of(firm, settings.partitions),))
    return Status(deciding=deciding, firms=(view,))


async def _who_decides(settings: Settings, partitions: tuple[int, ...]) -> WhoDecides:
    async with asking_beside(kafka_servers(settings), settings.group, INPUTS) as (admin, undecided):
        workers = await workers_soon(admin, settings.group, INTENTS)
        seen = await undecided.look(partitions)
        still = await undecided.standing_still(seen)
    return WhoDecides(
        partitions=partitions,
        workers=workers,
        undecided={number: each.count for number, each in seen.items() if each.count},
        standing_still=still,
    )
