"""What a door is to the fuzzer: what is sent there, and what must be true of whatever becomes of it."""

from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from hypothesis import strategies as st


class ViolationError(AssertionError):
    """Something became of hostile values that must not."""


@dataclass
class Took:
    """What became of the messages of one example. `values`: hostile ones among all that was in them."""

    values: int = 0
    messages: int = 0
    became: Counter[str] = field(default_factory=Counter)

    def add(self, values: int, became: str) -> None:
        """Count one message."""
        self.values += values
        self.messages += 1
        self.became[became] += 1


class Door(AbstractContextManager["Door"], Protocol):
    """Opened once, it takes one example after the other; none may depend on those before it."""

    examples: st.SearchStrategy[Any]

    def take(self, example: Any) -> Took:
        """Let hostile values in, and look what becomes of them.

        Raises:
            ViolationError: what must not.
        """


def must(holds: object, said: str) -> None:
    """Stop at what must not be."""
    if not holds:
        raise ViolationError(said)
