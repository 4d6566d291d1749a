"""Chance that is tied to names: leaving one thing out of a run does not throw all that follows anew.

So a failing run can be made small by leaving out one act after the other.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")
_MIX = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


class Dice:
    """The same seed and name give the same number."""

    def __init__(self, seed: int) -> None:
        self._seed = (seed * _MIX + 0x632BE59BD9B4E019) & _MASK

    def of(self, name: str) -> float:
        """Throw a number from [0, 1)."""
        encoded = name.encode()
        mixed = (self._seed ^ (crc32(encoded) | crc32(encoded, 0x5BD1E995) << 32)) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return (mixed ^ (mixed >> 31)) / (1 << 64)

    def whole(self, name: str, most: int) -> int:
        """Throw a whole number below `most`."""
        return int(self.of(name) * most)

    def one_of(self, name: str, among: Sequence[T]) -> T:
        """Choose."""
        return among[int(self.of(name) * len(among))]

    def pick(self, name: str, among: Iterable[T]) -> T:
        """Choose so that the choice stays the same when another one is no longer there."""
        return max(among, key=lambda item: self.of(f"{name}/{item}"))

    def weighted(self, name: str, weights: Sequence[tuple[T, float]]) -> T:
        """Choose, some more often than others."""
        left = self.of(name) * sum(weight for _, weight in weights)
        for choice, weight in weights:
            left -= weight
            if left < 0:
                return choice
        return weights[-1][0]
