"""What operators do with dead letters: the shapes that Kafka, SQL and the pages share.

A letter is settled once, for good: it is sent again as it was (redriven), sent again in another form (edited), or
discarded. What is sent again and can't be used is a new letter.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, get_args

from domain.bounds import MOST_NUMBER, Bound
from domain.codes import ParkedCode
from domain.ids import FirmId

Act = Literal["redriven", "edited", "discarded"]
State = Literal["waiting", "redriven", "edited", "discarded", "gone"]
"""`gone`: nobody has settled it, and its topic no longer holds it."""

STATES: tuple[State, ...] = get_args(State)

GOES = frozenset({"goes_in", "uncertain"})
"""The plans by which a letter would be sent."""

NAMED_BY = "dead-letter"
"""The header by which what is sent again names its letter."""
PART = "part"
"""The header that says which one it is, where a letter holds several messages: by its own id."""
PARTS = "parts"
"""The header that says how many of the letter's messages were to be sent then."""
EDITED_FROM = "deadletter"
"""The same in the event itself, as an attribute: of an edited message only, since the others are as they were."""

LETTER = Bound(r"^[0-9]{1,4}-[0-9]{1,19}$", 24, "a letter's partition and offset, such as 3-1289")
_ID = re.compile(r"([0-9]{1,4})-([0-9]{1,19})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class LetterPlace:
    """Where a letter lies in `sync.dead-letters`: that is its id."""

    partition: int
    offset: int

    def __str__(self) -> str:
        """Write it as people and addresses do."""
        return f"{self.partition}-{self.offset}"


def place_named(text: str) -> LetterPlace | None:
    """Read an id; None: no letter has such a one."""
    found = _ID.fullmatch(text)
    if found is None or int(found[2]) > MOST_NUMBER:
        return None
    return LetterPlace(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A letter as Kafka holds it. `source`: topic/partition/offset, or a path of ours."""

    place: LetterPlace
    key: bytes | None
    value: bytes
    headers: Mapping[str, str]
    reason: str
    source: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One message that is sent again. `firm` None: it names none. `id`: the event's."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes
    id: str
    firm: FirmId | None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """Why it would be parked again. `detail` holds no value of a client's."""

    reason: ParkedCode
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What comes of reading a letter's bytes again, now. `misfit`: of all of it, where there are no copies, or of a part.

    `skipped`: notices of companies that have disconnected. `once`: the engine knows it by its id, if it has decided it.
    `too_old`: it is refused for its age.
    """

    copies: tuple[Copy, ...] = ()
    misfit: Misfit | None = None
    skipped: int = 0
    once: bool = False
    too_old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Where a copy came to lie."""

    topic: str
    partition: int
    offset: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBefore:
    """What is found of a letter that was sent again, by the names of its copies. `parts`: so many were to be sent."""

    sent: Mapping[str, Sent]
    parts: int

    @property
    def whole(self) -> bool:
        """Whether nothing is missing of what was to be sent."""
        return len(self.sent) >= self.parts


Ends = Mapping[str, int]
"""The next offset of some partitions, by `topic/partition`."""


class LetterTopic(Protocol):
    """Where letters lie, and where they are sent again. All raise `KafkaAwayError`."""

    async def original(self, place: LetterPlace) -> Original | None:
        """Read a letter; None: Kafka no longer holds it."""

    async def first_offsets(self) -> Mapping[int, int]:
        """Name the first letter that each partition still holds."""

    async def ends(self, copies: Sequence[Copy]) -> Ends:
        """Say where the partitions end that these are sent to."""

    async def send(self, place: LetterPlace, copies: Mapping[str, Copy], parts: int) -> Mapping[str, Sent]:
        """Send a few copies, by their names, each with the name of its letter; returns once Kafka has acknowledged all.

        `parts`: how many the letter has, with those that were sent before.
        """

    async def sent_since(self, place: LetterPlace, since: Ends) -> SentBefore:
        """Find what was sent of a letter, from some offsets on."""


class ReadsAgain(Protocol):
    """The code by which a worker or a gateway would read a letter's bytes."""

    async def read(self, original: Original, now: datetime) -> Reading:
        """Read it as it is."""

    def is_editable(self, original: Original) -> bool:
        """Say whether somebody may send a message in its place."""

    async def read_edited(self, original: Original, event: str, actor: str, now: datetime) -> Reading:
        """Read what somebody made of it: a new message, which names the letter.

        Raises:
            NotEditableError: nobody may speak in its place.
        """


class NotEditableError(Exception):
    """Only what Canopy and people say can be corrected: answers and notices are what the other side said."""
