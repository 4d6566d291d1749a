"""How clients stood at an earlier version, moment or place in the log, and what is different since another one."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from adapters.bounded import PageCursor
from adapters.store.cursors import cursor_of, one_text
from adapters.store.past_states import Cut, PastStates
from adapters.web.api.clients import ONE
from adapters.web.api.field_values import FieldValues, value_shape
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from adapters.web.api.past_shapes import (
    AspectShape,
    DifferenceShape,
    PastAnswer,
    PastListAnswer,
    PastShape,
    ValueShape,
)
from adapters.web.problems import Problem
from domain.fields import Values
from domain.ids import ClientId, FirmId
from domain.past import PastClient, difference
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


async def _one(call: Call) -> Answer:
    asked = call.query_as(PastQuery)
    states = call.parts.read_model.past
    return Answer(body=await one_past(states, call.firm, call.client, asked.as_of, asked.since))


async def one_past(
    states: PastStates, firm: FirmId, client: ClientId, as_of: str, since: str | None
) -> PastAnswer:
    """Say how a client stood. `as_of`, `since`: points, as people write them.

    Raises:
        Problem: 404, nothing is known of a point, or the client was not known then.
    """
    cut = await _cut(states, firm, as_of, client)
    past = await states.one(firm, client, cut)
    if past is None:
        raise Problem(404, "not_known_then", "This client was not known then.")
    begin = await _cut(states, firm, since, client) if since is not None else None
    before = await states.one(firm, client, begin) if begin is not None else None
    shown = _shape(past, cut, before, compared=begin is not None)
    return PastAnswer(position=_position(cut), time=cut.time, client=shown)


async def _list(call: Call) -> Answer:
    asked = call.query_as(PastListQuery)
    states = call.parts.read_model.past
    return Answer(
        body=await past_page(states, call.firm, asked.as_of, asked.since, asked.cursor, asked.limit)
    )


async def past_page(
    states: PastStates, firm: FirmId, as_of: str, since: str | None, cursor: str | None, limit: int
) -> PastListAnswer:
    """Say how some of a firm's clients stood; with `since`, of those about which something was decided in between.

    Raises:
        Problem: 404, nothing is known of a point.
    """
    cut = await _cut(states, firm, as_of, None)
    begin = await _cut(states, firm, since, None) if since is not None else None
    after = ClientId(one_text(cursor)) if cursor is not None else None
    page = await states.page(firm, cut, since=begin, after=after, limit=limit)
    shown = []
    for past in page.clients:
        before = await states.one(firm, past.link.client_id, begin) if begin is not None else None
        shown.append(_shape(past, cut, before, compared=begin is not None))
    more = cursor_of(page.cursor) if page.cursor is not None else None
    return PastListAnswer(position=_position(cut), time=cut.time, clients=shown, cursor=more)


async def _cut(states: PastStates, firm: FirmId, text: str, client: ClientId | None) -> Cut:
    cut = await states.cut(firm, point_named(text), client)
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
