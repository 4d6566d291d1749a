"""Runs one door from a seed until so many hostile values are sent, and says what became of them."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import hypothesis
import structlog
from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz.door import Door, must
from tests.fuzz.odd import CANARY

EXAMPLES_A_ROUND = 200
NAMED_BY_OTHERS = frozenset({"input", "key"})
"""Ids in a log line, which are their writer's to choose, within the bounds of ids."""


@dataclass
class Tally:
    """What one run of a door came to. `violation`: the smallest example that breaks a rule, and which; None: none does."""

    door: str
    values: int = 0
    messages: int = 0
    became: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    violation: str | None = None


def run(name: str, door: Callable[[], Door], seed: int, values: int) -> Tally:
    """Send so many values. Rounds keep what Hypothesis remembers of a run small; each has a seed of its own."""
    tally, number = Tally(name), 0
    begun = time.monotonic()
    with logs_heard(), door() as opened:
        while tally.values < values and tally.violation is None:
            play_round(tally, opened, seed_of_round(name, seed, number), values)
            number += 1
    tally.seconds = time.monotonic() - begun
    return tally


def seed_of_round(name: str, seed: int, number: int) -> int:
    """Give what a round is known by."""
    return int.from_bytes(sha256(f"{name}/{seed}/{number}".encode()).digest()[:6])


def play_round(tally: Tally, door: Door, seed: int, values: int) -> None:
    """Play some examples; a violation is shrunk to the smallest that Hypothesis finds."""
    a_go = tally.values / sum(tally.became.values()) * 6 if tally.became else 20.0
    examples = max(1, min(EXAMPLES_A_ROUND, int((values - tally.values) / a_go) + 1))
    smallest: list[tuple[Any, BaseException]] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )
    @given(door.examples)
    def one(example: Any) -> None:
        try:
            took = door.take(example)
        except Exception as wrong:
            smallest[:] = [(example, wrong)]
            raise
        if not smallest:
            tally.values += took.values
            tally.messages += took.messages
            tally.became += took.became

    try:
        one()
    except Exception as wrong:  # noqa: BLE001  (whatever was raised, the run says so)
        example, why = smallest[0] if smallest else (None, wrong)
        tally.violation = f"{type(why).__name__}: {why}\nround {seed}, smallest example:\n{example!r}"


@contextmanager
def logs_heard() -> Iterator[None]:
    """Let every log line be looked at, and none be shown."""
    before = structlog.get_config()
    structlog.configure(
        processors=[_hear], wrapper_class=structlog.BoundLogger, cache_logger_on_first_use=False
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def _hear(_logger: Any, _name: str, line: Any) -> Any:
    said = {name: value for name, value in line.items() if name not in NAMED_BY_OTHERS}
    must(CANARY not in str(said), f"the log line {line['event']} holds a client's value")
    raise structlog.DropEvent
