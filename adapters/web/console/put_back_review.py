"""What putting an earlier value back would do, as the window shows it before anybody confirms it."""

import orjson
from aiohttp import web
from pydantic import ValidationError

from adapters.web.api.clients import known_client
from adapters.web.api.links import PutBackBody, value_of
from adapters.web.api.refusals import refused
from adapters.web.api.restore_preview import NOT_ASKED_YET, under_way
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in, text_of
from adapters.web.problems import Problem
from adapters.web.texts.fields import FIELD_LABELS, field_names
from adapters.web.texts.obstacles import side_name
from domain.codes import is_refusal
from domain.decision import Verdict
from domain.fields import Field
from domain.foresight import Foreseen, foresee
from domain.ids import ClientId, Side
from domain.inputs import PutBack
from domain.refusals import Refusal
from domain.rows import LinkRow
from domain.table import Table

SIDES: tuple[Side, ...] = ("canopy", "quickbooks")


async def show_put_back_review(visit: Visit) -> web.Response:
    """Show what would be written where.

    Raises:
        Problem: 400 it is not said what to put back, 409 it would be refused.
    """
    client = ClientId(visit.request.match_info["client"])
    row = (await known_client(visit.parts.read_model, visit.firm, client)).row
    body = _asked(visit.request.query["put_back"])
    intent = PutBack(
        firm_id=visit.firm,
        client_id=client,
        intent_id=NOT_ASKED_YET,
        field=body.field,
        value=value_of(body),
        link_version=row.version,
    )
    table = await visit.parts.read_model.surroundings.of_restore(visit.firm, client, None)
    before = {side: _values(table, row, side) for side in SIDES}
    told = foresee(table, intent, visit.parts.now(), under_way(table))
    if told.verdict is not Verdict.APPLIED:
        raise refused(409, Refusal(told.code if is_refusal(told.code) else "stale", told.facts))
    written = [each for each in Field if any(each in told.writes.get(side, {}) for side in SIDES)]
    return visit.render(
        "put_back_review.html",
        name=(name_in(row.client.values) if row.client is not None else None) or client,
        label=FIELD_LABELS[body.field],
        text=_text(told),
        lines=[
            (FIELD_LABELS[each], [_cell(told, side, each, before[side]) for side in SIDES])
            for each in written or [body.field]
        ],
        body=body.model_dump(mode="json", include={"field", "value"}) | {"link_version": row.version},
    )


def _asked(text: str) -> PutBackBody:
    try:
        return PutBackBody.model_validate(orjson.loads(text))
    except (orjson.JSONDecodeError, ValidationError):
        raise Problem(
            400, "wrong_query", "It is not said which value to put back. Reload the page."
        ) from None


def _values(table: Table, row: LinkRow, side: Side) -> dict[Field, str]:
    if side == "canopy":
        values = row.client.values if row.client is not None else {}
    else:
        customer = table.customer(row.firm_id, row.customer_id) if row.customer_id is not None else None
        values = customer.customer.values if customer is not None and customer.customer is not None else {}
    return {each: text_of(values.get(each)) for each in Field}


def _cell(told: Foreseen, side: Side, field: Field, before: dict[Field, str]) -> tuple[str, str | None]:
    """Give what stands on a side now, and what would be written there."""
    writes = told.writes.get(side, {})
    return before[field], text_of(writes[field]) if field in writes else None


def _text(told: Foreseen) -> str:
    problem = told.link.problem if told.link is not None else None
    if problem is not None:
        return f"A person is asked: {field_names(problem.fields) if problem.fields else 'it'} can't be put back without an answer."
    sides = [side_name(side) for side in SIDES if told.writes.get(side)]
    return f"It is written to {' and to '.join(sides)}." if sides else "Nothing is sent to either side."
