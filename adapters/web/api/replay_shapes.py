"""Replays as the API writes them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from adapters.web.api.field_values import AddressShape
from domain.fields import Field as ClientField
from domain.ids import Side
from domain.replays import EndState, ReplayKind
from domain.restoring import RestoreOutcome

WrittenShape = dict[Side, dict[ClientField, str | AddressShape | None]]


State = Literal["planned", "applying", "applied", "cancelled"]


class ActTakenBack(BaseModel):
    """The act that a row takes back."""

    at: datetime
    by: str | None


class EndShape(BaseModel):
    """How a row has ended, compared with its plan. `position`: of its decision in the log; null: it was never decided."""

    state: EndState
    code: str
    text: str
    writes: WrittenShape
    position: str | None


class RowShape(BaseModel):
    """What a replay does to one client. `writes`: fields by the side where they are written; `asked`: a question is about these."""

    client_id: str
    name: str | None
    customer_id: str | None
    outcome: RestoreOutcome
    code: str
    text: str
    facts: dict[str, str]
    writes: WrittenShape
    asked: list[ClientField]
    takes_back: ActTakenBack | None
    end: EndShape | None


class ReplayShape(BaseModel):
    """A replay. `confirm`: the number that has to be sent to apply it; `decided`: of how many rows it is decided what they asked for.

    `named`: how many clients were named; which ones stands in `wanted.clients` of one replay, and in no list.
    """

    plan: str
    rows: int
    firm: str
    kind: ReplayKind
    wanted: dict[str, Any]
    named: int
    state: State
    outcomes: dict[RestoreOutcome, int]
    asked: int
    decided: int
    requests: int
    reads: int
    minutes: float
    confirm: int | None
    made_at: datetime
    made_by: str
    applied_at: datetime | None
    applied_by: str | None
    reason: str | None
    cancelled_at: datetime | None
    cancelled_by: str | None


class ReplayAnswer(BaseModel):
    """A replay with some of its rows."""

    replay: ReplayShape
    rows: list[RowShape]
    cursor: str | None


class ReplaysAnswer(BaseModel):
    """Replays, the newest first."""

    replays: list[ReplayShape]
    cursor: str | None
