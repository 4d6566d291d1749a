"""Look-ups that are kept as rows change: which ids go by a key. A worker holds some for each of its rows, so they are small."""

from collections import defaultdict
from collections.abc import Hashable
from typing import Generic, TypeVar

from domain.ids import FirmId

K = TypeVar("K", bound=Hashable)
I = TypeVar("I", bound=str)  # noqa: E741  (an id)

Key = tuple[FirmId, str]


class Lookup(Generic[K, I]):
    """Ids by key; a key that nobody goes by takes no room, and one that a single id goes by takes no set."""

    def __init__(self) -> None:
        self._one: dict[K, I] = {}
        self._several: dict[K, set[I]] = {}

    def __getitem__(self, key: K) -> frozenset[I]:
        one = self._one.get(key)
        return frozenset((one,)) if one is not None else frozenset(self._several.get(key, ()))

    def move(self, id_: I, before: K | None, after: K | None) -> None:
        """Let an id go by another key; None: by none."""
        if before == after:
            return
        if before is not None:
            self._leave(id_, before)
        if after is not None:
            self._join(id_, after)

    def _join(self, id_: I, key: K) -> None:
        if (several := self._several.get(key)) is not None:
            several.add(id_)
        elif self._one.setdefault(key, id_) != id_:
            self._several[key] = {self._one.pop(key), id_}

    def _leave(self, id_: I, key: K) -> None:
        if self._one.get(key) == id_:
            del self._one[key]
        elif (several := self._several.get(key)) is not None:
            several.discard(id_)
            if not several:
                del self._several[key]


class LookupByFirm(Generic[I]):
    """Ids by a firm and what is one within it; the firm is not kept with each of its keys."""

    def __init__(self) -> None:
        self._of: defaultdict[FirmId, Lookup[str, I]] = defaultdict(Lookup)

    def __getitem__(self, key: Key) -> frozenset[I]:
        firm, own = key
        return self._of[firm][own] if firm in self._of else frozenset()

    def move(self, id_: I, before: Key | None, after: Key | None) -> None:
        """Let an id go by another key; None: by none."""
        if before == after:
            return
        if before is not None:
            self._of[before[0]].move(id_, before[1], None)
        if after is not None:
            self._of[after[0]].move(id_, None, after[1])
