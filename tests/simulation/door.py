"""The two sides' doors, as the lanes see them: whatever is asked is handed to the process, which lets it leave."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from domain.effects import Effect

Which = Literal["quickbooks", "canopy"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: a method of a port, and what it is asked with."""

    side: Which
    what: str
    args: tuple[Any, ...]

    @property
    def effect(self) -> Effect | None:
        """The effect that goes along, if this is a write."""
        return next((arg for arg in self.args if hasattr(arg, "kind") and hasattr(arg, "id")), None)

    @property
    def parts(self) -> tuple["Asked", ...]:
        """Each change of a request of many, as if it were asked for alone; of any other request, itself."""
        if self.what != "update_customers":
            return (self,)
        realm, effects = self.args
        return tuple(Asked(self.side, "update_customer", (realm, each)) for each in effects)


class Door:
    """Has every method of its port."""

    def __init__(self, side: Which, ask: Callable[[Asked], Awaitable[Any]]) -> None:
        self._side = side
        self._ask = ask

    def __getattr__(self, what: str) -> Callable[..., Awaitable[Any]]:
        side, leave = self._side, self._ask

        async def ask(*args: Any) -> Any:
            return await leave(Asked(side, what, args))

        setattr(self, what, ask)
        return ask
