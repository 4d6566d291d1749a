"""What is built from the log to be read, and how those who build it meet those who ask.

The log is read in `streams`, the tables stand in SQL and the questions come by HTTP, in `adapters`; none of them
knows the others, all know this.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, get_args

from domain.decision import Change, Verdict
from domain.ids import EngineVersion, FirmId, RealmId
from domain.inputs import Cause
from domain.rows import LinkRow, LinkStatus, Row, Tombstone
from domain.stops import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One believed record of the log: a row as one decision left it. `cause` None: a repair, which decides nothing.

    `engine`: the version of the program that decided it; None: nobody can say.
    """

    partition: int
    offset: int
    version: int
    verdict: Verdict
    code: str
    row: Row | Tombstone
    cause: Cause | None
    changes: tuple[Change, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    engine: EngineVersion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """All that is to be believed of one partition from `first` up to before `next_offset`."""

    partition: int
    first: int
    next_offset: int
    decided: tuple[Decided, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that could not be used, without its bytes: they stay in the topic. `time`: when it was parked.

    `realms`: of a webhook, the companies that no firm was connected to.
    """

    partition: int
    offset: int
    key: str | None
    reason: str
    detail: str
    source: str
    time: datetime
    size: int
    realms: tuple[RealmId, ...] = ()


Stream = Literal["log", "dead_letters"]
"""What the read model is built from: `sync.log` and `sync.dead-letters`."""

STREAMS: tuple[Stream, ...] = get_args(Stream)


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The tables since they were last empty. `complete`: they have shown all of the stream once.

    `again`: there were others before, so people miss what they saw. `id` stays when people get to read others that were built beside these.
    """

    id: int
    complete: bool
    again: bool


Deciding = Literal["ok", "nobody", "unknown"]
"""Whether inputs are decided: some worker has partitions, none has had any for some seconds, or Kafka does not say."""


class DecidingSeen(Protocol):
    """Whether anybody decides, as last looked at."""

    def now(self) -> Deciding:
        """Say it as of some seconds ago at most."""

    def workers(self) -> int | None:
        """Count the workers that had partitions then; None: Kafka does not say."""


class StoreAwayError(Exception):
    """The database does not answer. Nothing was changed, or all of it was: ask again."""


class BuiltAgainError(Exception):
    """Somebody has emptied the tables since, for them to be filled from the beginning."""


class BeingBuiltError(Exception):
    """The tables do not show all of the log yet, so what is missing there may well exist."""


class ReadModelWriter(Protocol):
    """The tables, as far as those who fill them go. Positions are the next offsets to apply, by partition.

    Who begins to fill them reads which build they are first, and names it with all that follows.
    """

    async def build(self, stream: Stream) -> Build:
        """Say since when the tables are filled, and how far they are."""

    async def complete(self, stream: Stream, build: int) -> None:
        """Let people read: this build shows all that they saw before it. Another build stays as it is."""

    async def log_positions(self) -> Mapping[int, int]:
        """Say how far the log has been applied."""

    async def apply(self, stretch: Stretch, build: int) -> int:
        """Apply what was not applied yet, and the new position with it; both or none. Gives the position then.

        It is higher than the stretch's end if somebody else is ahead, and lower than its beginning if the tables
        have gone back since: then nothing was applied.

        Raises:
            BuiltAgainError: it is another build by now; nothing was applied.
        """

    async def dead_letter_positions(self) -> Mapping[int, int]:
        """Say how far the dead letters have been applied."""

    async def add_dead_letters(
        self, partition: int, next_offset: int, letters: tuple[DeadLetter, ...], build: int
    ) -> None:
        """Add them to the list, and the new position with them; once, however often they come.

        Raises:
            BuiltAgainError: it is another build by now; nothing was added.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfolded:
    """What a build lacks of one partition: all from `next_offset` up to before `until`."""

    next_offset: int
    until: int


class BuildBeside(Protocol):
    """Tables that are built anew beside those that people read. All that is shown since it began goes into both; the log before that is folded.

    Raised by all: BuiltAgainError, if it is not being built (any more); StoreAwayError, if the database does not answer.
    """

    async def unfolded(self, stream: Stream) -> Mapping[int, Unfolded]:
        """Say what is to be folded, by partition; of the log it may be more after an erasure."""

    async def fold(self, stretch: Stretch) -> None:
        """Apply a stretch, as far as it was not applied yet; both it and the new position, or none."""

    async def add_letters(self, partition: int, next_offset: int, letters: tuple[DeadLetter, ...]) -> None:
        """Add letters to its list, and the new position with them."""

    async def switch(self) -> bool:
        """Let people read it, all at one moment. False: something is to be folded still."""

    async def clear_former(self) -> None:
        """Delete what nobody reads any more, little by little."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A record that somebody waited for; `next_offset`: a reader who has got there knows all of its decision."""

    decided: Decided
    next_offset: int


class Watch(Protocol):
    """One firm's decisions, from the moment on that the watch began."""

    async def first(self, wanted: Callable[[Decided], bool]) -> Seen:
        """Give the first that is wanted, once it is there; who waits says for how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has come since the last: of each row the newest. `missed`: more came than was kept, so look at all."""

    seen: tuple[Seen, ...] = ()
    missed: bool = False
    over: bool = False


class Listening(Protocol):
    """One firm's decisions, for who stays and may be slow."""

    async def next(self) -> News:
        """Give what has come, once there is something."""

    def end(self) -> None:
        """Let the next news be the last."""


class Watcher(Protocol):
    """Where decisions can be waited for."""

    def watch(self, firm: FirmId) -> AbstractContextManager[Watch]:
        """Begin before asking for something, so that no answer is missed."""

    def listen(self, firm: FirmId) -> AbstractContextManager[Listening]:
        """Hear of all that is decided from now on."""

    def position(self, partition: int) -> int:
        """Give the next offset that nobody was told of yet."""


class Progress(Protocol):
    """How far the read model shows the log."""

    def stopped(self) -> Mapping[int, Stop]:
        """Name the partitions that are shown no further, because of a record of the log."""

    def position(self, partition: int) -> int:
        """Give the next offset that it does not show yet."""

    async def reached(self, partition: int, next_offset: int) -> None:
        """Return once it shows all before `next_offset`; who waits says for how long."""

    async def caught_up(self) -> None:
        """Return once it shows all that the log holds now, but for partitions that are stopped; who waits says for how long.

        Raises:
            KafkaAwayError: nobody knows how much that is.
        """

    def is_away(self) -> bool:
        """Say whether Kafka gave no answer when it was asked last, some seconds ago at most."""

    async def behind(self) -> int | None:
        """Count the offsets between what it shows and the end of the log; None: Kafka gives no answer."""


def is_settled(link: LinkRow) -> bool:
    """Say whether nothing is under way: neither a change of status nor a write."""
    under_way = {LinkStatus.MATCHING, LinkStatus.CREATING, LinkStatus.UNMATCHING}
    return not link.pending and link.status not in under_way
