"""Batches as the API writes them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from adapters.web.api.field_values import AddressShape
from adapters.web.api.replaced_shape import ReplacedShape
from domain.batches import Do, RowState
from domain.codes import RefusalCode
from domain.fields import Field as ClientField
from domain.ids import Side
from domain.restoring import ForeseenCode
from domain.reverting import RevertOutcome

State = Literal["under_way", "stopped", "ended"]


class RowShape(BaseModel):
    """A row, and how it stands. `client_id`: also of a client that it made; `code`, `text`: of a refusal why, and what to do."""

    number: int
    do: Do
    client_id: str | None
    customer_id: str | None
    state: RowState
    code: str
    text: str
    facts: dict[str, str]
    position: str | None


class BatchShape(BaseModel):
    """A batch. `asked`: rows that ask for something; `over`: of so many nothing is left to be done; `reverts`: the batch that it takes back."""

    batch: str
    number: int
    state: State
    rows: int
    asked_at: datetime
    asked_by: str
    reason: str | None
    reverts: str | None
    stopped_at: datetime | None
    stopped_by: str | None
    ended_at: datetime | None


class BatchProgress(BatchShape):
    """A batch with how its rows stand."""

    asked: int
    over: int
    counts: dict[RowState, int]


class BatchAnswer(BaseModel):
    """A batch with some of its rows."""

    batch: BatchProgress
    rows: list[RowShape]
    cursor: str | None


class BatchesAnswer(BaseModel):
    """Batches of a firm, the newest first."""

    batches: list[BatchShape]
    cursor: str | None


class RevertedShape(BaseModel):
    """What taking back a row would do. Of an unmatch: `code`, what its restore comes to; `writes`, by the side where.

    Of a match: `stays`, what it wrote in QuickBooks and stands there, which is left where it is. `values_back`: what QuickBooks gets
    with `put_values_back`; `kept_for`, `kept_text`: why it can't be given that.
    `seen` stands for all of it: sent back, the row is taken back only if it is still so.
    """

    number: int
    client_id: str
    customer_id: str | None
    outcome: RevertOutcome
    text: str
    stays: list[ReplacedShape]
    values_back: dict[ClientField, str | AddressShape | None]
    seen: str
    kept_for: RefusalCode | None = None
    kept_text: str | None = None
    code: ForeseenCode | None = None
    writes: dict[Side, dict[ClientField, str | AddressShape | None]]


class RevertRefused(BaseModel):
    """Why a batch would not be taken back as things are."""

    code: str
    text: str
    facts: dict[str, str]


class RevertPreview(BaseModel):
    """What taking a batch back would do. `unmatched`, `restored`: to so many rows that; `with_values_back`: of so many, values can be put back.

    `refused`: why it would not be done as things are; null: it would.
    """

    refused: RevertRefused | None
    unmatched: int
    restored: int
    with_values_back: int
    rows: list[RevertedShape]
    cursor: str | None
