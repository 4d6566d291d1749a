"""How clients stood, as the API writes it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from adapters.web.api.field_values import AddressShape, FieldValues
from domain import fields
from domain.past import Aspect


class AspectShape(BaseModel):
    """Something of the link that is different."""

    what: Aspect
    before: str | None
    after: str | None


class ValueShape(BaseModel):
    """A field that is different on one side."""

    side: Literal["canopy", "quickbooks"]
    field: fields.Field
    before: str | AddressShape | None
    after: str | AddressShape | None


class DifferenceShape(BaseModel):
    """What is different at the later of two points, of link and values."""

    link: list[AspectShape]
    values: list[ValueShape]


class PastShape(BaseModel):
    """A client as it stood. `canopy`, `quickbooks`: what both sides held, as far as we knew; null: nothing was known.

    `erased`: its values have been erased since. `difference`: to `since`; null: nobody asked.
    """

    client_id: str
    version: int
    status: str
    reason: str | None
    customer_id: str | None
    since: datetime | None
    actor: str | None
    question: str | None
    erased: bool
    canopy: FieldValues | None
    quickbooks: FieldValues | None
    difference: DifferenceShape | None


class PastAnswer(BaseModel):
    """A client as it stood. `position`, `time`: of the last record that counts."""

    position: str
    time: datetime
    client: PastShape


class PastListAnswer(BaseModel):
    """Clients by their ids, as they stood."""

    position: str
    time: datetime
    clients: list[PastShape]
    cursor: str | None
