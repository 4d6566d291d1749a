"""How it is said that a record of the log can't be read."""

from domain.stops import StopReason


class UnreadableRecordError(Exception):
    """A record that lies where it claims to, and that this version can't read. `offset` None: not known here."""

    def __init__(
        self, said: str, reason: StopReason = StopReason.UNREADABLE, offset: int | None = None
    ) -> None:
        super().__init__(said)
        self.reason = reason
        self.offset = offset
