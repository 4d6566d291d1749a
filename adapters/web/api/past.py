"""How clients stood at an earlier version, moment or place in the log, and what is different since another one."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from adapters.bounded import PageCursor
from adapters.store.cursors import cursor_of, one_text
from adapters.store.past_states import Cut
from adapters.web.api.clients import ONE
from adapters.web.api.field_values import AddressShape, FieldValues, value_shape
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from adapters.web.problems import Problem
from domain import fields
from domain.fields import Values
from domain.ids import ClientId
from domain.past import Aspect, PastClient, difference
from domain.points import EXPECTED, point_named


def _is_a_point(text: str) -> str:
    point_named(text)
    return text


PointText = Annotated[
    str,
    StringConstraints(max_length=60),
    AfterValidator(_is_a_point),
    Field(description=f"Expected {EXPECTED}."),
]


class PastQuery(BaseModel):
    """`as_of`: the point that is looked at; `since`: an earlier one, to say what is different."""

    as_of: PointText
    since: PointText | None = None


class PastListQuery(PastQuery):
    """With `since` only clients are listed about which something was decided in between."""

    cursor: PageCursor | None = None
    limit: int = Field(50, ge=1, le=200)


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


async def _one(call: Call) -> Answer:
    asked, states = call.query_as(PastQuery), call.parts.read_model.past
    cut = await _cut(call, asked.as_of)
    past = await states.one(call.firm, call.client, cut)
    if past is None:
        raise Problem(404, "not_known_then", "This client was not known then.")
    since = await _cut(call, asked.since) if asked.since is not None else None
    before = await states.one(call.firm, call.client, since) if since is not None else None
    shown = _shape(past, cut, before, compared=since is not None)
    return Answer(body=PastAnswer(position=_position(cut), time=cut.time, client=shown))


async def _list(call: Call) -> Answer:
    asked, states = call.query_as(PastListQuery), call.parts.read_model.past
    cut = await _cut(call, asked.as_of)
    since = await _cut(call, asked.since) if asked.since is not None else None
    after = ClientId(one_text(asked.cursor)) if asked.cursor is not None else None
    page = await states.page(call.firm, cut, since=since, after=after, limit=asked.limit)
    shown = []
    for past in page.clients:
        before = await states.one(call.firm, past.link.client_id, since) if since is not None else None
        shown.append(_shape(past, cut, before, compared=since is not None))
    cursor = cursor_of(page.cursor) if page.cursor is not None else None
    return Answer(body=PastListAnswer(position=_position(cut), time=cut.time, clients=shown, cursor=cursor))


async def _cut(call: Call, text: str) -> Cut:
    client = call.client or None
    cut = await call.parts.read_model.past.cut(call.firm, point_named(text), client)
    if cut is None:
        raise Problem(
            404,
            "no_such_point",
            "Nothing is known of that point.",
            advice="A version is a client's own; a moment or a position has to lie behind the firm's first decision.",
        )
    return cut


def _position(cut: Cut) -> str:
    return f"p{cut.partition}:{cut.offset}"


def _shape(past: PastClient, cut: Cut, before: PastClient | None, *, compared: bool) -> PastShape:
    link, seen = past.link, past.customer.customer if past.customer is not None else None
    erased = link.erased is not None and cut.time < link.erased.at
    return PastShape(
        client_id=link.client_id,
        version=link.version,
        status=link.status.value,
        reason=link.reason.value if link.reason is not None else None,
        customer_id=link.customer_id,
        since=link.since,
        actor=link.actor,
        question=link.problem.code if link.problem is not None else None,
        erased=erased,
        canopy=_values(link.client.values) if link.client is not None else None,
        quickbooks=_values(seen.values) if seen is not None else None,
        difference=_difference(before, past) if compared else None,
    )


def _values(values: Values) -> FieldValues:
    return FieldValues.model_validate({field.value: value_shape(value) for field, value in values.items()})


def _difference(before: PastClient | None, past: PastClient) -> DifferenceShape:
    told = difference(before, past)
    return DifferenceShape(
        link=[AspectShape(what=each.what, before=each.before, after=each.after) for each in told.aspects],
        values=[
            ValueShape(
                side=each.side,
                field=each.field,
                before=value_shape(each.before),
                after=value_shape(each.after),
            )
            for each in told.values
        ],
    )


PAST = (
    Operation(
        method="GET",
        path=ONE + "/state",
        summary="One client as it stood at a version, a moment or a place in the log",
        handle=_one,
        answer=PastAnswer,
        query=PastQuery,
    ),
    Operation(
        method="GET",
        path=FIRM_PATH + "/state",
        summary="The firm's clients as they stood, or what is different since",
        handle=_list,
        answer=PastListAnswer,
        query=PastListQuery,
    ),
)
