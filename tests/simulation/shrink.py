"""Makes a failing run small: leaves out acts, then kinds of faults, as long as it still fails in the same way."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from tests.simulation.faults import RATES
from tests.simulation.run import Played, play
from tests.simulation.script import Act

T = TypeVar("T")
Numbered = tuple[int, Act]
SECONDS = 60.0


def shrink(failed: Played, seconds: float = SECONDS) -> Played:
    """Give the smallest run found in time that breaks the same rule, with its story."""
    end = time.monotonic() + seconds
    rule = rule_of(failed)
    acts = [(number, act) for number, acts in enumerate(failed.rounds) for act in acts]
    without: tuple[str, ...] = ()

    def fails(kept: Sequence[Numbered], left_out: Sequence[str]) -> bool:
        played = play(failed.seed, 0, in_rounds(kept), firms=failed.firms, without=left_out)
        return rule_of(played) == rule

    acts = _fewest(acts, lambda kept: fails(kept, without), end)
    needed = _fewest(
        list(RATES), lambda kinds: fails(acts, [kind for kind in RATES if kind not in kinds]), end
    )
    without = tuple(kind for kind in RATES if kind not in needed)
    acts = _fewest(acts, lambda kept: fails(kept, without), end)
    return play(failed.seed, 0, in_rounds(acts), firms=failed.firms, without=without, telling=True)


def rule_of(played: Played) -> str | None:
    """Say which rule a run broke, without the names in it."""
    if played.wrong is None:
        return None
    return " ".join(word for word in played.wrong.split() if not any(c in word for c in "/0123456789'\""))


def in_rounds(acts: Sequence[Numbered]) -> list[list[Act]]:
    """Put acts back into their rounds."""
    rounds: dict[int, list[Act]] = {}
    for number, act in acts:
        rounds.setdefault(number, []).append(act)
    return [rounds[number] for number in sorted(rounds)]


def _fewest(items: list[T], fails: Callable[[list[T]], bool], end: float) -> list[T]:
    """Leave out ever smaller pieces, as long as it still fails and there is time (delta debugging)."""
    piece = max(len(items) // 2, 1)
    while items and time.monotonic() < end:
        start, smaller = 0, False
        while start < len(items) and time.monotonic() < end:
            fewer = items[:start] + items[start + piece :]
            if fails(fewer):
                items, smaller = fewer, True
            else:
                start += piece
        if piece == 1 and not smaller:
            break
        piece = max(piece // 2, 1)
    return items
