"""Looks at the cluster for who decides: for a gateway's operators, and for a terminal that has Kafka itself."""

import asyncio
from collections.abc import Sequence

from aiokafka.errors import KafkaError

from deploy.kafka_servers import kafka_servers
from deploy.settings import Settings
from domain.ports import KafkaAwayError
from domain.who_decides import WhoDecides
from streams.kafka.anybody_deciding import workers_soon
from streams.kafka.undecided import asking_beside
from streams.wire.topics import INPUTS, INTENTS

LOOKS_AT_ONCE = 2
LOOK_WITHIN_SECONDS = 30.0
"""Ten for a group that is being assigned, five for partitions that may stand still, and the rest for answers."""


async def who_decides(settings: Settings, partitions: Sequence[int] | None, prefix: str = "") -> WhoDecides:
    """Look at some partitions, or at all. `prefix`: before the topics' names.

    Raises:
        aiokafka.errors.KafkaError: the cluster is away or refuses.
    """
    asked = tuple(range(settings.partitions) if partitions is None else partitions)
    topics = [prefix + topic for topic in INPUTS]
    async with asking_beside(kafka_servers(settings), settings.group, topics) as (admin, undecided):
        workers = await workers_soon(admin, settings.group, prefix + INTENTS)
        seen = await undecided.look(asked)
        still = await undecided.standing_still(seen)
    return WhoDecides(
        partitions=asked,
        workers=workers.number,
        without_worker=tuple(sorted(set(asked) - workers.partitions)),
        undecided={number: each.count for number, each in seen.items() if each.count},
        standing_still=still,
    )


class DecidingLooks:
    """The port `AskWhoDecides` of a gateway: few looks at a time, since each opens connections of its own."""

    def __init__(self, settings: Settings, prefix: str = "") -> None:
        self._settings = settings
        self._prefix = prefix
        self._places = asyncio.Semaphore(LOOKS_AT_ONCE)

    async def __call__(self, partitions: Sequence[int] | None) -> WhoDecides:
        """Look.

        Raises:
            KafkaAwayError: Kafka gives no answer.
        """
        try:
            async with asyncio.timeout(LOOK_WITHIN_SECONDS), self._places:
                return await who_decides(self._settings, partitions, self._prefix)
        except (KafkaError, OSError, TimeoutError) as away:
            raise KafkaAwayError(type(away).__name__) from None
