"""The desk at which dead letters are settled, put together for a gateway and for a terminal alike."""

from collections.abc import Callable
from datetime import UTC, datetime

from adapters.canopy.mapping import client_of
from adapters.letters.desk import LetterDesk
from adapters.store.connections import Connections
from adapters.store.database import Database
from adapters.store.dead_letter_list import DeadLetterList
from adapters.store.erased_people import ErasedPeople
from adapters.store.letter_fates import LetterFates
from adapters.web.webhooks.read_again import read_again
from adapters.web.webhooks.route import PATH as WEBHOOKS
from domain.inputs import CustomerNotified
from domain.letters import Copy, Misfit, NotEditableError, Original, Reading
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.dead_letters import headers_of
from streams.kafka.letter_topic import DeadLetterTopic
from streams.kafka.notification_writer import notification_event
from streams.kafka.servers import Servers
from streams.wire.inputs import partition_of
from streams.wire.reading_again import InputsAgain, source_in
from streams.wire.topics import DEAD_LETTERS, NOTIFICATIONS


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LettersAgain:
    """The port `ReadsAgain`: what came by a topic as a worker reads it, a webhook as a gateway does."""

    def __init__(self, connections: Connections, partitions: int, prefix: str = "") -> None:
        self._connections = connections
        self._partitions = partitions
        self._prefix = prefix
        self._inputs = InputsAgain(partitions, client_of)

    async def read(self, original: Original, now: datetime) -> Reading:
        """Read it as it is; see the port."""
        source = source_in(original.source, self._prefix)
        if source is not None:
            return self._inputs.read(original, source, now)
        if original.source == WEBHOOKS:
            return await self._webhook(original, now)
        # Of no version that is known: nobody can say where it belongs.
        return Reading(misfit=Misfit(reason="unknown_type", detail="it came from nowhere that is known here"))

    def is_editable(self, original: Original) -> bool:
        """Say whether somebody may send a message in its place; see the port."""
        source = source_in(original.source, self._prefix)
        return source is not None and source.is_editable

    async def read_edited(self, original: Original, event: str, actor: str, now: datetime) -> Reading:
        """Read what somebody made of it; see the port."""
        source = source_in(original.source, self._prefix)
        if source is None:
            raise NotEditableError
        return self._inputs.read_edited(original, source, event, actor, now)

    async def _webhook(self, original: Original, now: datetime) -> Reading:
        found = await read_again(self._connections, original.value)
        copies = [self._notice(told, event_id) for told, event_id in found.notified]
        if found.rest and found.misfit is not None:
            misfit = found.misfit
            rest = Copy(
                topic=self._prefix + DEAD_LETTERS,
                partition=original.place.partition,
                key=None,
                value=found.rest,
                id=f"left-of-{original.place}",
                firm=None,
                headers=headers_of(misfit.reason, misfit.detail, WEBHOOKS, now, found.realms),
            )
            copies.append(rest)
        return Reading(copies=tuple(copies), misfit=found.misfit, skipped=found.skipped)

    def _notice(self, told: CustomerNotified, event_id: str) -> Copy:
        return Copy(
            topic=self._prefix + NOTIFICATIONS,
            partition=partition_of(told.firm_id, self._partitions),
            key=told.firm_id.encode(),
            value=notification_event(told, event_id),
            id=event_id,
            firm=told.firm_id,
        )


def letter_desk(
    database: Database,
    bootstrap: Servers,
    producer: AcknowledgedProducer,
    partitions: int,
    prefix: str = "",
    now: Callable[[], datetime] = _utc_now,
) -> LetterDesk:
    """Put it together."""
    return LetterDesk(
        DeadLetterList(database),
        LetterFates(database),
        ErasedPeople(database),
        DeadLetterTopic(bootstrap, producer, prefix),
        LettersAgain(Connections(database), partitions, prefix),
        now,
    )
