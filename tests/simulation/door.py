"""The two sides' doors, as the lanes' own code sees them: whatever is asked is handed to whoever drives it.

`streams/worker/errand.py` is run as it is, without an event loop: its coroutine gives out each request and is given the answer.
"""

from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, Literal

from domain.effects import Effect

Which = Literal["quickbooks", "canopy"]


@dataclass(slots=True)
class Asked:
    """One request: a method of a port, and what it is asked with."""

    side: Which
    what: str
    args: tuple[Any, ...]

    def __await__(self) -> Generator["Asked", Any, Any]:
        return (yield self)

    @property
    def effect(self) -> Effect | None:
        """The effect that goes along, if this is a write."""
        return next((arg for arg in self.args if hasattr(arg, "kind") and hasattr(arg, "id")), None)


class Door:
    """Has every method of its port."""

    def __init__(self, side: Which) -> None:
        self._side = side

    def __getattr__(self, what: str) -> Callable[..., Awaitable[Any]]:
        side = self._side

        async def ask(*args: Any) -> Any:
            return await Asked(side, what, args)

        return ask
