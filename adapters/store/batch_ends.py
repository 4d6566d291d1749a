"""How the rows of a batch stand: a fold of the log by the batch's id, beside how the links are now; nothing is counted elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.batches import Batch
from adapters.store.database import Database
from adapters.store.decided_together import MOST_KEPT, DecidedTogether, Said, said_of
from adapters.store.kept_tables import batch_rows, history
from adapters.store.read_tables import read_customers, read_links
from adapters.store.reading import reading
from adapters.store.row_json import link_row
from domain.batches import UNMATCHES, BatchRow, Do, RowState, intent_of
from domain.fields import Field
from domain.ids import ClientId, CustomerId, FirmId, IntentId, link_key
from domain.reverting import RevertedRow, reverted

AT_WORK = ("matching", "creating", "unmatching", "waiting")
"""Status words of links at which something is under way."""

NEEDS_ATTENTION = "needs_attention"

SENDS: tuple[Do, ...] = ("push", "take_theirs", "retry", "restore")
"""What these ask for is sent from a link that is synced already: until then it has work."""

AT_ONCE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEnd:
    """How a row stands. `code`, `facts`: why it was refused; `client_id`: whose record tells more, also of a client that it made.

    `not_put_back`: fields of which QuickBooks did not take the value from before the match.
    """

    state: RowState
    code: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    client_id: ClientId | None = None
    position: str | None = None
    not_put_back: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """How a batch stands: the `states` of all rows, and of those with these `numbers`, in their order, how they stand."""

    states: Sequence[RowState]
    numbers: Sequence[int]
    ends: Sequence[RowEnd]


ChoosePart = Callable[[Sequence[RowState]], Sequence[int]]
"""Chooses, by the states of all rows, the numbers of those that are looked at closely."""


def all_of_them(states: Sequence[RowState]) -> Sequence[int]:
    """Choose all rows."""
    return range(len(states))


class BatchEnds:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._decided = DecidedTogether()

    async def said(self, firm: FirmId, batch: str) -> Mapping[IntentId, Said]:
        """Give what was decided about each intent of a batch that is decided."""
        so_far = self._decided.so_far(firm, batch)
        async with self._database.read() as connection:
            return await self._decided.read_on(connection, so_far)

    async def at_work(self, batch: Batch, said: Mapping[IntentId, Said]) -> int:
        """Count the rows that are decided, and of which something is still to be sent."""
        async with reading(self._database) as connection:
            busy = await _busy(connection, batch)
        return sum(
            works
            for number, works in busy.items()
            if (decided := said.get(intent_of(batch.id, number))) is not None and not decided.is_refused
        )

    async def look(self, batch: Batch, rows: Sequence[BatchRow], choose: ChoosePart = all_of_them) -> Look:
        """Say how its rows stand: all of them in a word, and of a part all that is known."""
        so_far = self._decided.so_far(batch.firm_id, batch.id)
        async with reading(self._database) as connection:
            by_intent = await self._decided.read_on(connection, so_far)
            said = [by_intent.get(intent) for intent in _intents(batch.id, len(rows))]
            busy = await _busy(connection, batch)
            states = [_state(batch, row, said[n], works=busy.get(n)) for n, row in enumerate(rows)]
            numbers = choose(states)
            clients = await _clients(connection, batch, numbers)
            missed = await _not_put_back(connection, batch, rows, numbers)
        ends = [_end(rows[n], states[n], said[n], clients.get(n), missed.get(n, ())) for n in numbers]
        return Look(states, numbers, ends)

    async def to_revert(self, batch: Batch, rows: Sequence[BatchRow]) -> Sequence[RevertedRow]:
        """Say what taking a batch back would do to each of its rows that was granted, but for those that unmatched."""
        async with reading(self._database) as connection:
            said = await said_of(connection, batch.firm_id, batch.id)
            of_rows = await _clients(connection, batch, range(len(rows)))
            done: dict[ClientId, tuple[int, Said]] = {}
            for number, row in enumerate(rows):
                if row.do in UNMATCHES:
                    continue
                decided, client = said.get(intent_of(batch.id, number)), of_rows.get(number)
                if decided is not None and not decided.is_refused and client is not None:
                    done[client] = number, decided
            clients, found = list(done), list[RevertedRow]()
            for at_ in range(0, len(clients), AT_ONCE):
                some = {client: done[client] for client in clients[at_ : at_ + AT_ONCE]}
                found += await _reverted(connection, batch.firm_id, rows, some)
        return sorted(found, key=lambda each: each.number)


@lru_cache(maxsize=MOST_KEPT)
def _intents(batch: str, rows: int) -> tuple[IntentId, ...]:
    """Name what each row asks for."""
    return tuple(intent_of(batch, number) for number in range(rows))


def _state(batch: Batch, row: BatchRow, said: Said | None, *, works: bool | None) -> RowState:
    """Say how a row stands. `works`: whether its link is at work; False: a person is asked about it; None: neither."""
    if not row.is_carried_out:
        # A batch that takes another one back leaves out nothing but what is not as its person saw it.
        return "moved_on" if batch.reverts is not None else "left_out"
    if said is None:
        stopped: RowState = "stopped" if batch.cancelled_at is not None else "waiting"
        return "not_decided" if batch.ended_at is not None else stopped
    if said.is_refused:
        return "moved_on" if batch.reverts is not None and said.code == "stale" else "refused"
    if works is None:
        return "done"
    return "under_way" if works else "question"


def _end(
    row: BatchRow,
    state: RowState,
    said: Said | None,
    client: ClientId | None,
    not_put_back: tuple[Field, ...],
) -> RowEnd:
    if not row.is_carried_out:
        return RowEnd(state=state, client_id=row.client_id)
    client = client or row.client_id
    if said is None:
        return RowEnd(state=state, client_id=client)
    return RowEnd(
        state=state,
        code=said.code,
        facts=said.facts,
        client_id=client,
        position=said.position,
        not_put_back=not_put_back,
    )


class _Links(NamedTuple):
    """The rows of a batch beside how their links are: `own`, of a row's client; `made`, of one that is to be made, which has the customer."""

    status: ColumnElement[Any]
    client_id: ColumnElement[Any]
    has_work: ColumnElement[Any]
    beside: FromClause


def _links(batch: Batch) -> _Links:
    rows = batch_rows.c
    own, made = read_links.alias("own"), read_links.alias("made")
    # Apart, so that each is found by an index: by one or the other, SQLite would look through all of the firm's for each row.
    of_client = and_(own.c.firm_id == batch.firm_id, own.c.client_id == rows.client_id)
    of_customer = and_(
        rows.client_id.is_(None),
        made.c.firm_id == batch.firm_id,
        made.c.customer_id == rows.customer_id,
    )
    return _Links(
        func.coalesce(own.c.status, made.c.status),
        func.coalesce(own.c.client_id, made.c.client_id),
        func.coalesce(own.c.has_work, made.c.has_work),
        batch_rows.outerjoin(own, of_client).outerjoin(made, of_customer),
    )


async def _clients(
    connection: AsyncConnection, batch: Batch, numbers: Sequence[int]
) -> Mapping[int, ClientId]:
    """Give the clients that some rows have a link of now, by their numbers."""
    links, lines = _links(batch), batch_rows.c
    wanted = select(lines.number, links.client_id).select_from(links.beside)
    wanted = wanted.where(lines.batch_id == batch.id, links.client_id.is_not(None))
    found: dict[int, ClientId] = {}
    for first in range(0, len(numbers), AT_ONCE):
        some = wanted.where(lines.number.in_(numbers[first : first + AT_ONCE]))
        found |= {number: ClientId(client) for number, client in (await connection.execute(some)).all()}
    return found


async def _busy(connection: AsyncConnection, batch: Batch) -> Mapping[int, bool]:
    """Give, by their numbers, the rows whose links are at work (True), or need a person: few, and the others are done once they are decided."""
    links, lines, customers = _links(batch), batch_rows.c, read_customers.c
    of_customer = and_(
        lines.client_id.is_(None),
        customers.firm_id == batch.firm_id,
        customers.customer_id == lines.customer_id,
    )
    at_work = links.status.in_(AT_WORK)
    # A client that is to be made is the customer's work, until it is there.
    made = and_(links.client_id.is_(None), customers.has_work)
    works = or_(at_work, made)
    if batch.ended_at is None:
        works = or_(works, and_(lines.do.in_(SENDS), links.has_work))
    wanted = (
        select(lines.number, func.coalesce(works, false()))
        .select_from(links.beside.outerjoin(read_customers, of_customer))
        .where(lines.batch_id == batch.id, or_(works, links.status == NEEDS_ATTENTION))
    )
    return {number: bool(at_it) for number, at_it in (await connection.execute(wanted)).all()}


async def _not_put_back(
    connection: AsyncConnection, batch: Batch, rows: Sequence[BatchRow], numbers: Sequence[int]
) -> Mapping[int, tuple[Field, ...]]:
    """Give, by the rows' numbers, what QuickBooks did not take back; few have any, so only their links are read."""
    asked = [number for number in numbers if rows[number].do == "unmatch_with_values_back"]
    lines, links = batch_rows.c, read_links.c
    wanted = (
        select(lines.number, links.row)
        .select_from(
            batch_rows.join(
                read_links, and_(links.firm_id == batch.firm_id, links.client_id == lines.client_id)
            )
        )
        .where(lines.batch_id == batch.id, links.row.contains('"not_put_back":["', autoescape=True))
    )
    found: dict[int, tuple[Field, ...]] = {}
    for first in range(0, len(asked), AT_ONCE):
        some = wanted.where(lines.number.in_(asked[first : first + AT_ONCE]))
        for number, row in (await connection.execute(some)).all():
            former = link_row(row).former
            if former is not None:
                found[number] = former.not_put_back
    return found


async def _reverted(
    connection: AsyncConnection,
    firm: FirmId,
    rows: Sequence[BatchRow],
    done: Mapping[ClientId, tuple[int, Said]],
) -> list[RevertedRow]:
    lines, links = history.c, read_links.c
    wanted = select(links.row).where(links.firm_id == firm, links.client_id.in_(list(done)))
    now = {row.client_id: row for row in map(link_row, await connection.scalars(wanted))}
    first = min(said.offset for _, said in done.values())
    past = select(lines.offset, lines.row).where(
        lines.row_key.in_([link_key(firm, client) for client in done]), lines.offset >= first
    )
    got: dict[ClientId, CustomerId] = {}
    over: set[ClientId] = set()
    async for line in await connection.stream(past.order_by(lines.offset)):
        link = link_row(line.row)
        client = link.client_id
        if client in over or line.offset < done[client][1].offset:
            continue
        if link.customer_id is not None:
            got[client] = link.customer_id
        if link.status.value not in AT_WORK:
            over.add(client)
    return [
        reverted(number, rows[number], now[client], _meant(rows[number], got.get(client)))
        for client, (number, _) in done.items()
        if client in now
    ]


def _meant(row: BatchRow, got: CustomerId | None) -> CustomerId | None:
    return row.customer_id or got
