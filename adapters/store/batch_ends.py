"""How the rows of a batch stand: a fold of the log by the batch's id, beside how the links are now; nothing is counted elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.batches import Batch
from adapters.store.database import Database
from adapters.store.decided_together import Said, said_of
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
class _Now:
    """How things are with a row's link, or where it has none yet with its customer."""

    status: str | None
    client_id: ClientId | None
    works: bool


class BatchEnds:
    """The queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def said(self, firm: FirmId, batch: str) -> Mapping[IntentId, Said]:
        """Give what was decided about each intent of a batch that is decided."""
        async with self._database.read() as connection:
            return await said_of(connection, firm, batch)

    async def at_work(self, batch: Batch, said: Mapping[IntentId, Said]) -> int:
        """Count the rows that are decided, and of which something is still to be sent."""
        async with reading(self._database) as connection:
            now = await _now(connection, batch)
        granted = (
            each
            for number, each in now.items()
            if (decided := said.get(intent_of(batch.id, number))) is not None and not decided.is_refused
        )
        return sum(each.works for each in granted)

    async def ends(self, batch: Batch, rows: Sequence[BatchRow]) -> Sequence[RowEnd]:
        """Say of each row, in their order, how it stands."""
        async with reading(self._database) as connection:
            said = await said_of(connection, batch.firm_id, batch.id)
            now = await _now(connection, batch)
            missed = await _not_put_back(connection, batch, rows)
        return [
            replace(
                _end(batch, row, said.get(intent_of(batch.id, number)), now.get(number)),
                not_put_back=missed.get(number, ()),
            )
            for number, row in enumerate(rows)
        ]

    async def to_revert(self, batch: Batch, rows: Sequence[BatchRow]) -> Sequence[RevertedRow]:
        """Say what taking a batch back would do to each of its rows that was granted, but for those that unmatched."""
        async with reading(self._database) as connection:
            said = await said_of(connection, batch.firm_id, batch.id)
            now = await _now(connection, batch)
            done: dict[ClientId, tuple[int, Said]] = {}
            for number, row in enumerate(rows):
                if row.do in UNMATCHES:
                    continue
                decided, at = said.get(intent_of(batch.id, number)), now.get(number)
                if decided is not None and not decided.is_refused and at is not None and at.client_id:
                    done[at.client_id] = number, decided
            clients, found = list(done), list[RevertedRow]()
            for at_ in range(0, len(clients), AT_ONCE):
                some = {client: done[client] for client in clients[at_ : at_ + AT_ONCE]}
                found += await _reverted(connection, batch.firm_id, rows, some)
        return sorted(found, key=lambda each: each.number)


def _end(batch: Batch, row: BatchRow, said: Said | None, now: _Now | None) -> RowEnd:
    client = now.client_id if now is not None and now.client_id is not None else row.client_id
    if not row.is_carried_out:
        # A batch that takes another one back leaves out nothing but what is not as its person saw it.
        moved = batch.reverts is not None
        return RowEnd(state="moved_on" if moved else "left_out", client_id=row.client_id)
    if said is None:
        stopped: RowState = "stopped" if batch.cancelled_at is not None else "waiting"
        return RowEnd(state="not_decided" if batch.ended_at is not None else stopped, client_id=client)
    state: RowState = "done"
    if said.is_refused:
        state = "moved_on" if batch.reverts is not None and said.code == "stale" else "refused"
    elif now is not None and now.works:
        state = "under_way"
    elif now is not None and now.status == "needs_attention":
        state = "question"
    return RowEnd(state=state, code=said.code, facts=said.facts, client_id=client, position=said.position)


async def _now(connection: AsyncConnection, batch: Batch) -> Mapping[int, _Now]:
    """Look up, by the rows' numbers, how their links are; of a client to be made, the one that has the customer."""
    rows, customers = batch_rows.c, read_customers.c
    own, made = read_links.alias("own"), read_links.alias("made")
    # Apart, so that each is found by an index: by one or the other, SQLite would look through all of the firm's for each row.
    of_client = and_(own.c.firm_id == batch.firm_id, own.c.client_id == rows.client_id)
    of_customer = and_(
        rows.client_id.is_(None),
        made.c.firm_id == batch.firm_id,
        made.c.customer_id == rows.customer_id,
    )
    wanted = (
        select(
            rows.number,
            rows.do,
            func.coalesce(own.c.status, made.c.status),
            func.coalesce(own.c.client_id, made.c.client_id),
            func.coalesce(own.c.has_work, made.c.has_work),
            customers.has_work,
        )
        .select_from(
            batch_rows.outerjoin(own, of_client)
            .outerjoin(made, of_customer)
            .outerjoin(
                read_customers,
                and_(
                    rows.client_id.is_(None),
                    customers.firm_id == batch.firm_id,
                    customers.customer_id == rows.customer_id,
                ),
            )
        )
        .where(rows.batch_id == batch.id)
    )
    found = (await connection.execute(wanted)).all()
    return {
        number: _Now(
            status=status,
            client_id=ClientId(client) if client is not None else None,
            # A client that is to be made is the customer's work, until it is there.
            works=status in AT_WORK
            or (client is None and bool(customer_has_work))
            or (batch.ended_at is None and do in SENDS and bool(has_work)),
        )
        for number, do, status, client, has_work, customer_has_work in found
    }


async def _not_put_back(
    connection: AsyncConnection, batch: Batch, rows: Sequence[BatchRow]
) -> Mapping[int, tuple[Field, ...]]:
    """Give, by the rows' numbers, what QuickBooks did not take back; few have any, so only their links are read."""
    if not any(row.do == "unmatch_with_values_back" for row in rows):
        return {}
    lines, links = batch_rows.c, read_links.c
    wanted = (
        select(lines.number, links.row)
        .select_from(
            batch_rows.join(
                read_links, and_(links.firm_id == batch.firm_id, links.client_id == lines.client_id)
            )
        )
        .where(
            lines.batch_id == batch.id,
            lines.do == "unmatch_with_values_back",
            links.row.contains('"not_put_back":["', autoescape=True),
        )
    )
    found = [(number, link_row(row).former) for number, row in (await connection.execute(wanted)).all()]
    return {number: former.not_put_back for number, former in found if former is not None}


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
