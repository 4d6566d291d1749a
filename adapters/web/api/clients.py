"""Reading clients."""

from pydantic import BaseModel, Field

from adapters.bounded import PageCursor, ShortText
from adapters.store.read_model import ReadModel
from adapters.store.status import StatusWord
from adapters.store.views import LinkView
from adapters.web.api.client_shapes import ClientAnswer, client_answer
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from adapters.web.api.refusals import refused
from adapters.web.parts import Parts
from domain.ids import ClientId, FirmId
from domain.projection import BeingBuiltError
from domain.refusals import Refusal
from domain.rows import LinkRow
from domain.table import Table

PATH = FIRM_PATH + "/clients"
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


def where_is(call: Call) -> str:
    """Give the address of the client that a call is about."""
    return ONE.format(firm=call.firm, client=call.client)


async def known_client(read_model: ReadModel, firm: FirmId, client: ClientId) -> LinkView:
    """Give a client.

    Raises:
        Problem: 404, we never heard of it.
    """
    found = await read_model.links.one(firm, client)
    if found is None:
        raise refused(404, Refusal("client_unknown"))
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


CLIENTS = (
    Operation(
        method="GET",
        path=PATH,
        summary="List clients",
        handle=_list,
        answer=ClientsAnswer,
        query=ClientsQuery,
    ),
    Operation(method="GET", path=ONE, summary="One client and its link", handle=_one, answer=ClientAnswer),
)
