"""Which intents a row has decided, so that one produced again is known, whatever came between.

Told by its id while it is remembered, and by its age after that. What is dropped moves `forgotten_to` up to the newest
time that was dropped: of an intent said by then nobody can tell whether it was decided, so it is refused as too old.
Since only times at which something was said count, a clock that is ahead refuses nobody else's intents
(docs/adr/0025-an-old-intent-is-known-by-its-age.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Self

from domain.ids import IntentId
from domain.replacing import replace

REMEMBERED_FOR = timedelta(hours=1)
"""Far longer than a writer takes from a person's word to Kafka's stamp, and than two gateways' clocks lie apart."""

MOST_REMEMBERED = 256
"""How many a row remembers at most; beyond them it forgets earlier than after `REMEMBERED_FOR`."""

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def is_stale(said_at: datetime, written_at: datetime) -> bool:
    """Say whether an intent was written to its topic long after it was said, so perhaps not for the first time."""
    return written_at - said_at > REMEMBERED_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentMemory:
    """`said`: when each intent was said, by a digest of its id. Times are milliseconds since 1970, UTC."""

    said: Mapping[str, int] = field(default_factory=dict)
    forgotten_to: int | None = None

    def knows(self, intent: IntentId) -> bool:
        """Say whether this intent was decided."""
        return _digest(intent) in self.said

    def has_forgotten(self, said_at: datetime) -> bool:
        """Say whether an intent said then may have been decided and dropped since."""
        return self.forgotten_to is not None and _milliseconds(said_at) <= self.forgotten_to

    def with_intent(self, intent: IntentId, said_at: datetime, written_at: datetime) -> Self:
        """Remember one more, and drop what is too old or too much."""
        return self._trimmed({**self.said, _digest(intent): _milliseconds(said_at)}, written_at)

    def with_undated(self, intents: Iterable[IntentId], written_at: datetime) -> Self:
        """Remember intents of which only the ids are known, as if they were said just now: none was said later."""
        known = {_digest(intent): _milliseconds(written_at) for intent in intents}
        before = _milliseconds(written_at - REMEMBERED_FOR)
        return replace(
            self, said={**known, **self.said}, forgotten_to=max(before, self.forgotten_to or before)
        )

    def _trimmed(self, said: Mapping[str, int], written_at: datetime) -> Self:
        since = _milliseconds(written_at - REMEMBERED_FOR)
        newest_first = sorted(said.items(), key=lambda each: -each[1])
        kept = {name: at for name, at in newest_first[:MOST_REMEMBERED] if at >= since}
        dropped = [at for name, at in said.items() if name not in kept]
        if self.forgotten_to is not None:
            dropped.append(self.forgotten_to)
        return replace(self, said=kept, forgotten_to=max(dropped, default=None))


def _digest(intent: IntentId) -> str:
    """Shorten an id, which may have 200 characters, to 16."""
    return blake2b(intent.encode(errors="surrogatepass"), digest_size=8).hexdigest()


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
