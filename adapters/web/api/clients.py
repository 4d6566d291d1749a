"""Reading clients, their timelines, and why they stand as they do."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from adapters.bounded import PageCursor, ShortText
from adapters.store.read_model import ReadModel
from adapters.store.status import StatusWord
from adapters.store.views import HistoryLine, LinkView
from adapters.web.api.client_shapes import AddressShape, ClientAnswer, client_answer
from adapters.web.api.free_names import as_quickbooks_gets, why_not
from adapters.web.api.link_actions import Action, actions
from adapters.web.api.operations import Answer, Call, Operation
from adapters.web.parts import Parts
from adapters.web.problems import Problem
from adapters.web.texts.refusals import refusal_in_the_log, refusal_text
from adapters.web.texts.why import why
from domain import fields
from domain.apply.choices import open_choices
from domain.apply.matching import not_to_be_restored
from domain.decision import Verdict
from domain.fields import Address, Value
from domain.ids import ClientId, FirmId
from domain.outcomes import HolderKind
from domain.projection import BeingBuiltError
from domain.rows import LinkRow
from domain.standing import Standing
from domain.table import Table

PATH = "/api/v1/firms/{firm}/clients"
ONE = PATH + "/{client}"


class ClientsQuery(BaseModel):
    """Which clients; `q` is looked for in display name and email."""

    status: StatusWord | None = None
    q: ShortText = ""
    cursor: PageCursor | None = None
    limit: int = Field(50, ge=1, le=200)


class ClientsAnswer(BaseModel):
    """Clients by name. `counts`: of all the firm's, by status. `cursor` None: the last page."""

    clients: list[ClientAnswer]
    counts: dict[StatusWord, int]
    cursor: str | None


class PageQuery(BaseModel):
    """Where a list goes on."""

    cursor: PageCursor | None = None
    limit: int = Field(50, ge=1, le=200)


class ChangeShape(BaseModel):
    """A field that was seen to change on a side, sent to it, held, kept, or lost to the other side.

    `whole_before` and `whole_after`: all that stands in QuickBooks' field, where it holds more than the value, as
    several email addresses.
    """

    what: Literal["seen", "sent", "held", "kept", "lost"]
    side: Literal["canopy", "quickbooks"]
    field: fields.Field
    before: str | AddressShape | None
    after: str | AddressShape | None
    whole_before: str | AddressShape | None = None
    whole_after: str | AddressShape | None = None


class LineShape(BaseModel):
    """One decision about a client. `text` explains a refusal; `reason`: in the words of `actor`; `position`: in the log."""

    version: int
    time: datetime
    actor: str | None
    reason: str | None
    verdict: Verdict
    code: str
    text: str | None
    changes: list[ChangeShape]
    facts: dict[str, str]
    status: str
    customer_id: str | None
    position: str


class TimelineAnswer(BaseModel):
    """What was decided about a client, the newest first."""

    lines: list[LineShape]
    cursor: str | None


class HolderShape(BaseModel):
    """Who has the name in QuickBooks."""

    kind: HolderKind
    id: str
    active: bool


class NameQuery(BaseModel):
    """`name`: one that somebody types, to be looked at too."""

    name: ShortText | None = None


class CheckedName(BaseModel):
    """Whether a typed name is free, as far as we know. `text` says why it is not, or how QuickBooks gets it."""

    name: str
    free: bool
    text: str | None


class FreeNamesAnswer(BaseModel):
    """Of an open question about a taken name: names that are free. `holders` None: not known yet who has it."""

    taken: str | None
    names: list[str]
    holders: list[HolderShape] | None
    checked: CheckedName | None = None


class WhyAnswer(BaseModel):
    """Why a client is or is not synced, and what can be done."""

    standing: Standing
    text: str
    facts: dict[str, str]
    can: list[Action]


async def known_client(read_model: ReadModel, firm: FirmId, client: ClientId) -> LinkView:
    """Give a client.

    Raises:
        Problem: 404, we never heard of it.
    """
    found = await read_model.links.one(firm, client)
    if found is None:
        raise Problem(404, "client_unknown", refusal_text("client_unknown", {}))
    return found


async def shown_client(parts: Parts, row: LinkRow | None) -> ClientAnswer:
    """Show a row, with what can be done about it; None: there is none.

    What was done is answered also while the read model is being built. What can't be told then is not offered.
    """
    if row is None:
        return ClientAnswer(client=None, link=None)
    reads, firm = parts.read_model, row.firm_id
    try:
        known = await reads.surroundings.of(firm, [row])
        around = await reads.firms.around(firm, parts.partition_of(firm))
    except BeingBuiltError:
        return client_answer(row, Table(), None)
    return client_answer(row, known, around)


async def _list(call: Call) -> Answer:
    asked = call.query_as(ClientsQuery)
    page = await call.parts.read_model.links.page(
        call.firm, status=asked.status, q=asked.q, cursor=asked.cursor, limit=asked.limit
    )
    rows = [view.row for view in page.clients]
    known = await call.parts.read_model.surroundings.of(call.firm, rows)
    around = await call.parts.read_model.firms.around(call.firm, call.parts.partition_of(call.firm))
    shown = [client_answer(row, known, around) for row in rows]
    return Answer(body=ClientsAnswer(clients=shown, counts=dict(page.counts), cursor=page.cursor))


async def _one(call: Call) -> Answer:
    found = await known_client(call.parts.read_model, call.firm, call.client)
    return Answer(body=await shown_client(call.parts, found.row))


async def _timeline(call: Call) -> Answer:
    asked = call.query_as(PageQuery)
    timeline = await call.parts.read_model.links.timeline(
        call.firm, call.client, cursor=asked.cursor, limit=asked.limit
    )
    if not timeline.lines:
        await known_client(call.parts.read_model, call.firm, call.client)
    return Answer(body=TimelineAnswer(lines=[_line(line) for line in timeline.lines], cursor=timeline.cursor))


async def _why(call: Call) -> Answer:
    found = await known_client(call.parts.read_model, call.firm, call.client)
    around = await call.parts.read_model.firms.around(call.firm, call.parts.partition_of(call.firm))
    known = await call.parts.read_model.surroundings.of(call.firm, [found.row])
    offered = open_choices(known, found.row)
    no_restore = not_to_be_restored(known, around.firm, found.row)
    told = why(found.row, around, found.customer, offered, no_restore)
    return Answer(
        body=WhyAnswer(
            standing=told.standing, text=told.text, facts=dict(told.facts), can=actions(found.row, known)
        )
    )


async def _free_names(call: Call) -> Answer:
    found = await known_client(call.parts.read_model, call.firm, call.client)
    problem = found.row.problem
    if problem is None or problem.code != "display_name_taken":
        return Answer(body=FreeNamesAnswer(taken=None, names=[], holders=None))
    holders = problem.holders
    told = [HolderShape.model_validate(each, from_attributes=True) for each in holders or ()]
    shown = told if holders is not None else None
    typed, checked = call.query_as(NameQuery).name, None
    if typed is not None:
        text = await why_not(call.parts.read_model, call.firm, found.row, typed)
        checked = CheckedName(name=typed, free=text is None, text=text or as_quickbooks_gets(typed))
    return Answer(
        body=FreeNamesAnswer(taken=problem.taken, names=list(problem.free), holders=shown, checked=checked)
    )


def _line(line: HistoryLine) -> LineShape:
    refused = line.verdict is Verdict.REFUSED
    return LineShape(
        version=line.version,
        time=line.time,
        actor=line.actor,
        reason=line.reason,
        verdict=line.verdict,
        code=line.code,
        text=refusal_in_the_log(line.code, line.facts) if refused else None,
        changes=[
            ChangeShape(
                what=change.what,
                side=change.side,
                field=change.field,
                before=value_shape(change.before),
                after=value_shape(change.after),
                whole_before=value_shape(change.whole_before),
                whole_after=value_shape(change.whole_after),
            )
            for change in line.changes
        ],
        facts=dict(line.facts),
        status=line.row.status,
        customer_id=line.row.customer_id,
        position=f"p{line.partition}:{line.offset}",
    )


def value_shape(value: Value) -> str | AddressShape | None:
    """Show what stands in a field."""
    if not isinstance(value, Address):
        return value
    return AddressShape(**{part: getattr(value, part) for part in AddressShape.model_fields})


CLIENT_READS = (
    Operation(
        method="GET",
        path=PATH,
        summary="List clients",
        handle=_list,
        answer=ClientsAnswer,
        query=ClientsQuery,
    ),
    Operation(method="GET", path=ONE, summary="One client and its link", handle=_one, answer=ClientAnswer),
    Operation(
        method="GET",
        path=ONE + "/timeline",
        summary="What was decided about a client",
        handle=_timeline,
        answer=TimelineAnswer,
        query=PageQuery,
    ),
    Operation(
        method="GET",
        path=ONE + "/why",
        summary="Why a client is or is not synced",
        handle=_why,
        answer=WhyAnswer,
    ),
    Operation(
        method="GET",
        path=ONE + "/free-names",
        summary="Names to choose from, where QuickBooks would not give a client its own",
        handle=_free_names,
        answer=FreeNamesAnswer,
        query=NameQuery,
    ),
)
