"""Which records of a partition hold its rows as they are now, and how far its inputs are decided."""

from dataclasses import dataclass, field

from aiokafka import ConsumerRecord

from deploy.log_copy.files import NotExportedError
from domain.ids import all_key
from streams.wire.records import IMPORT_BEGUN, NO_ROW, check_schema, claimed
from streams.wire.unreadable import UnreadableRecordError


@dataclass(slots=True)
class Newest:
    """Of one partition, as far as it was read. `offsets`: by key, where its row lies."""

    number: int
    offsets: dict[bytes, int] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    being_imported: bool = False

    def take(self, message: "ConsumerRecord[bytes, bytes]") -> None:
        """Take in the next record; what is not to be believed is passed.

        Raises:
            NotExportedError: it can't be read.
        """
        event = claimed(message.value, message.offset)
        if event is None:
            return
        try:
            check_schema(event)
            data = event["data"]
            for topic, decided in data["positions"].items():
                self.positions[topic] = max(decided, self.positions.get(topic, -1))
            if message.key == all_key(self.number).encode():
                self.being_imported = data["code"] == IMPORT_BEGUN
            if data["row"]["kind"] != NO_ROW:
                self.offsets[message.key or b""] = message.offset
        except (UnreadableRecordError, KeyError, TypeError, AttributeError) as wrong:
            raise unreadable(self.number, message.offset) from wrong


def unreadable(number: int, offset: int) -> NotExportedError:
    """Say which record can't be read."""
    return NotExportedError(f"The record at offset {offset} of partition {number} of sync.log can't be read.")
