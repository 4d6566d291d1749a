"""A request of the API as data: one table gives the routes and `/openapi.json`, so that they can't differ."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, Field

from adapters.bounded import PageCursor
from adapters.web.api.positions import Position
from adapters.web.auth.people import Person, Role
from adapters.web.parts import Parts
from domain.ids import ClientId, CustomerId, FirmId, IntentId, intent_id

Model = TypeVar("Model", bound=BaseModel)

FIRM_PATH = "/api/v1/firms/{firm}"
"""Below this stands whatever is about one firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, with all that was read from it.

    `letter`, `replay`, `batch`: as the address names one. `asked_at`: when it was sent first. `repeated`: that was before, and it was not answered for good. `if_match`: the client's version that was shown.
    """

    parts: Parts
    person: Person
    firm: FirmId
    client: ClientId
    customer: CustomerId
    query: BaseModel
    body: BaseModel
    idempotency_key: str
    asked_at: datetime
    repeated: bool
    if_match: int | None = None
    replay: str = ""
    batch: str = ""
    letter: str = ""

    def query_as(self, model: type[Model]) -> Model:
        """Give the query as what the operation declares it to be."""
        return _is(self.query, model)

    def body_as(self, model: type[Model]) -> Model:
        """Give the body as what the operation declares it to be."""
        return _is(self.body, model)

    @property
    def intent_id(self) -> IntentId:
        """Name what is asked: the same key, the same intent."""
        return intent_id(self.firm, self.idempotency_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer. `position`: of what it tells; None: where the read model was before it was asked."""

    body: BaseModel
    status: int = 200
    position: Position | None = None
    location: str | None = None


class Nothing(BaseModel):
    """No body, no query."""


class PageQuery(BaseModel):
    """Where a list goes on."""

    cursor: PageCursor | None = None
    limit: int = Field(50, ge=1, le=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method at one path; both as aiohttp and OpenAPI write them. `answer`: what stands in a good one.

    `all_firms`: operators may name all firms together, as the firm `*`.
    """

    method: str
    path: str
    summary: str
    handle: Callable[[Call], Awaitable[Answer]]
    answer: type[BaseModel]
    role: Role = Role.VIEWER
    query: type[BaseModel] = Nothing
    body: type[BaseModel] = Nothing
    all_firms: bool = False


def _is(value: BaseModel, model: type[Model]) -> Model:
    if not isinstance(value, model):
        raise TypeError(f"declared as {type(value).__name__}, used as {model.__name__}")
    return value
