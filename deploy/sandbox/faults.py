"""Faults on demand: what a stand-in does wrong to the next requests, or to the messages that follow from them.

They belong to this run of the process: a restart clears them.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from deploy.sandbox.ledger import Call


class Do(StrEnum):
    """What goes wrong."""

    STATUS = "status"
    """Answers with status `value`, without doing anything."""
    TIMEOUT_BEFORE = "timeout_before"
    """Holds the request `value` seconds, then closes the connection; nothing was done."""
    TIMEOUT_AFTER = "timeout_after"
    """Does and commits what was asked, holds `value` seconds, then closes the connection without an answer."""
    JUNK = "junk"
    """Does and commits what was asked, and spoils the answer (`junk.py`), each time in another way."""
    DROP_WEBHOOK = "drop_webhook"
    """The change is never announced."""
    DOUBLE_WEBHOOK = "double_webhook"
    """The change is announced twice, with the same id."""
    DELAY_WEBHOOK = "delay_webhook"
    """The change is announced `value` seconds late; later ones may overtake it."""


OF_REQUESTS = frozenset({Do.STATUS, Do.TIMEOUT_BEFORE, Do.TIMEOUT_AFTER, Do.JUNK})
OF_MESSAGES = frozenset({Do.DROP_WEBHOOK, Do.DOUBLE_WEBHOOK, Do.DELAY_WEBHOOK})
SERVICE_UNAVAILABLE = 503


class Match(BaseModel):
    """Which requests a fault is for; what is not named matches all."""

    model_config = ConfigDict(extra="forbid")

    method: str | None = None
    path: str | None = None
    """A part of the path."""
    tenant: str | None = None

    def fits(self, call: Call) -> bool:
        """Say whether a request is meant."""
        return (
            (self.method is None or self.method.upper() == call.method)
            and (self.path is None or self.path in call.path)
            and (self.tenant is None or self.tenant == call.tenant)
        )


class Fault(BaseModel):
    """One fault; `times` counts down. A fault of messages is matched with the request that caused the message."""

    model_config = ConfigDict(extra="forbid")

    match: Match = Match()
    do: Do
    value: Annotated[float, Field(ge=0)] | None = None
    times: Annotated[int, Field(ge=1)] = 1
    every: Annotated[int, Field(ge=1)] = 1
    """Strikes every so many requests that fit: 2 is every second one."""
    retry_after: str | None = None
    """What an answer with a status says in `Retry-After`, as it is."""
    _seen: int = PrivateAttr(default=0)

    def strikes(self) -> bool:
        """Count a request that fits, and say whether it is this one's turn."""
        self._seen += 1
        return self._seen % self.every == 0

    @property
    def turn(self) -> int:
        """Count how often it has struck before, so that each time can be another."""
        return self._seen // self.every - 1

    @property
    def seconds(self) -> float:
        """How long it holds or delays."""
        return self.value or 0.0

    @property
    def status(self) -> int:
        """What it answers."""
        return int(self.value or SERVICE_UNAVAILABLE)


class Faults:
    """The faults still to be done, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Do this to the next `times` requests that fit."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Do no more faults."""
        self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """Name the faults still to be done."""
        return list(self._waiting)

    def take(self, call: Call, kinds: frozenset[Do]) -> Fault | None:
        """Find the first fault of these kinds that fits a request, and use it up by one."""
        for fault in self._waiting:
            if fault.do in kinds and fault.match.fits(call) and fault.strikes():
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
                return fault
        return None
