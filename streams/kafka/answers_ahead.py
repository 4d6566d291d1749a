"""Which effects are answered already, though nobody has decided what came of them: their outcomes lie in the topic.

A worker that takes a partition over would else ask for all of them again. Behind a backlog each restart would then make
more outcomes, and with them more backlog (docs/adr/0019-read-undecided-outcomes-on-takeover.md).
"""

from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from domain.ids import EffectId
from streams.kafka.opening import opened
from streams.kafka.servers import Servers, reached
from streams.wire.outcome_events import answer_in
from streams.worker.ports import Answered


class AnswersAhead:
    """The port: reads `sync.outcomes` without deciding anything."""

    def __init__(self, bootstrap: Servers, topic: str) -> None:
        self._bootstrap = bootstrap
        self.topic = topic

    async def read(self, begins: Mapping[int, int]) -> Answered:
        """Name the effects whose outcomes lie from these offsets on. One that tells of a delay is no answer."""
        found: dict[int, set[EffectId]] = {partition: set() for partition in begins}
        if not begins:
            return {}
        async with opened(
            AIOKafkaConsumer(**reached(self._bootstrap), group_id=None, auto_offset_reset="earliest")
        ) as reader:
            places = {TopicPartition(self.topic, partition): at for partition, at in begins.items()}
            ends = await reader.end_offsets(list(places))
            left = {place for place, at in places.items() if at < ends[place]}
            reader.assign(list(left))
            for place in left:
                reader.seek(place, places[place])
            while left:
                for place, records in (await reader.getmany(*left, timeout_ms=500)).items():
                    found[place.partition] |= set(_answered(records))
                left = {place for place in left if await reader.position(place) < ends[place]}
        return {partition: frozenset(effects) for partition, effects in found.items()}


def _answered(records: Iterable[ConsumerRecord[bytes, bytes]]) -> Iterable[EffectId]:
    return (answer[1] for answer in (answer_in(record.value) for record in records) if answer is not None)
