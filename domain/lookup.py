"""A look-up that is kept as rows change: which ids go by a key."""

from collections import defaultdict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
I = TypeVar("I", bound=str)  # noqa: E741  (an id)


class Lookup(Generic[K, I]):
    """Ids by key; a key that nobody goes by takes no room."""

    def __init__(self) -> None:
        self._ids: defaultdict[K, set[I]] = defaultdict(set)

    def __getitem__(self, key: K) -> frozenset[I]:
        found = self._ids.get(key)
        return frozenset(found) if found else frozenset()

    def move(self, id_: I, before: K | None, after: K | None) -> None:
        """Let an id go by another key; None: by none."""
        if before == after:
            return
        if before is not None:
            ids = self._ids[before]
            ids.discard(id_)
            if not ids:
                del self._ids[before]
        if after is not None:
            self._ids[after].add(id_)
