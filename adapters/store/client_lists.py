"""The lists that people walk through: which clients, in which order, and where in them one client stands.

A record that was opened from a list, and the queue of questions, show what comes before and after it there.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, true, tuple_

from adapters.store.cursors import cursor_of, text_key
from adapters.store.database import Database
from adapters.store.read_tables import read_customers, read_links
from adapters.store.reading import reading
from adapters.store.row_json import link_row
from adapters.store.searched_words import Asked
from domain.ids import ClientId, FirmId
from domain.rows import LinkRow
from domain.standing import Around, CustomerState, Standing, Why, ways_to_stand

PAGE = 50

OWN_CUSTOMER = and_(
    read_customers.c.firm_id == read_links.c.firm_id,
    read_customers.c.customer_id == read_links.c.customer_id,
)
WITH_CUSTOMERS = read_links.outerjoin(read_customers, OWN_CUSTOMER)


class OrderBy(StrEnum):
    """What a list can be in order by."""

    NAME = "name"
    TYPE = "type"
    CUSTOMER = "customer"
    STATUS = "status"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which of a firm's clients: all, or those that stand so, that are found by the words of `q`. `why`: for this reason alone.

    `by` None: by name; of what was searched for, the best first. `descending` turns an order round.
    """

    stands: Standing | None = None
    q: str = ""
    why: Why | None = None
    by: OrderBy | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A part of a list, and where it goes on."""

    clients: tuple[LinkRow, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a client stands in a list of `total`, counted from 1, and who stands beside it.

    `number` None: it is not in the list, or no longer; then those beside it are who would be.
    """

    number: int | None
    total: int
    before: ClientId | None
    after: ClientId | None


class ClientLists:
    """The queries. A cursor that we did not give out raises `WrongCursorError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, firm: FirmId, listing: Listing, around: Around, *, cursor: str | None = None, limit: int = PAGE
    ) -> Listed:
        """List clients, `limit` of them behind `cursor`."""
        key, found_by = _order(listing, around), _condition(firm, listing, around)
        place = tuple_(key, read_links.c.client_id)
        wanted = select(key, read_links.c.client_id, read_links.c.row).select_from(WITH_CUSTOMERS)
        wanted = wanted.where(found_by)
        if cursor is not None:
            at = tuple_(*text_key(cursor))
            wanted = wanted.where(place < at if listing.descending else place > at)
        async with reading(self._database) as connection:
            found = (await connection.execute(wanted.order_by(*_sorted(listing, key)).limit(limit + 1))).all()
        return Listed(
            clients=tuple(link_row(each.row) for each in found[:limit]),
            cursor=cursor_of(*found[limit - 1][:2]) if len(found) > limit else None,
        )

    async def total(self, firm: FirmId, listing: Listing, around: Around) -> int:
        """Count a list."""
        counted = select(func.count()).select_from(WITH_CUSTOMERS).where(_condition(firm, listing, around))
        async with reading(self._database) as connection:
            return await connection.scalar(counted) or 0

    async def place(self, firm: FirmId, listing: Listing, around: Around, client: ClientId) -> Place | None:
        """Say where a client stands in a list; None if we never heard of it."""
        links = read_links.c
        key, found_by = _order(listing, around), _condition(firm, listing, around)
        place = tuple_(key, links.client_id)
        own = select(key, case((found_by, 1), else_=0)).select_from(WITH_CUSTOMERS)
        own = own.where(links.firm_id == firm, links.client_id == client)
        async with reading(self._database) as connection:
            stands = (await connection.execute(own)).one_or_none()
            if stands is None:
                return None
            at = tuple_(literal(stands[0]), literal(client))
            sooner, later = (place > at, place < at) if listing.descending else (place < at, place > at)
            counted = select(func.count(), func.coalesce(func.sum(case((sooner, 1), else_=0)), 0))
            counted = counted.select_from(WITH_CUSTOMERS).where(found_by)
            total, ahead = (await connection.execute(counted)).one()
            one = select(links.client_id).select_from(WITH_CUSTOMERS).limit(1)
            forth, back = _sorted(listing, key), _sorted(listing, key, backward=True)
            before = await connection.scalar(one.where(found_by, sooner).order_by(*back))
            after = await connection.scalar(one.where(found_by, later).order_by(*forth))
        return Place(number=ahead + 1 if stands[1] else None, total=total, before=before, after=after)


def _condition(firm: FirmId, listing: Listing, around: Around) -> ColumnElement[bool]:
    links = read_links.c
    stands = stand_so(listing.stands, around) if listing.stands is not None else true()
    so = links.why == listing.why if listing.why is not None else true()
    return and_(links.firm_id == firm, stands, so, Asked(listing.q, links.name, links.found_by).condition())


def _sorted(
    listing: Listing, key: ColumnElement[str], *, backward: bool = False
) -> tuple[ColumnElement[str], ColumnElement[str]]:
    client = read_links.c.client_id
    return (key.desc(), client.desc()) if listing.descending is not backward else (key.asc(), client.asc())


def _order(listing: Listing, around: Around) -> ColumnElement[str]:
    """Write by what a list is in order; who are the same in that come by name."""
    links, customers = read_links.c, read_customers.c
    match listing.by:
        case None:
            asked = Asked(listing.q, links.name, links.found_by)
            return links.name_order if asked.is_for_all else asked.rank() + links.name_order
        case OrderBy.NAME:
            return links.name_order
        case OrderBy.TYPE:
            return links.type + literal(" ") + links.name_order
        case OrderBy.CUSTOMER:  # who has none come last
            return case(
                (customers.name_order.is_(None), literal("1") + links.name_order),
                else_=literal("0") + customers.name_order,
            )
        case OrderBy.STATUS:
            return _rank_of_standing(around) + links.name_order
        case OrderBy.CHANGED:
            return links.changed_order


def _rank_of_standing(around: Around) -> ColumnElement[str]:
    """Give two digits, in the order of the filters above the list."""
    ranks = [(stand_so(each, around), literal(f"{rank:02}")) for rank, each in enumerate(Standing)]
    return case(*ranks, else_=literal("99"))


def stand_so(wanted: Standing, around: Around) -> ColumnElement[bool]:
    """Find the links that stand so, by what holds for all of their firm. Of links with their customers."""
    ways = ways_to_stand(wanted, around)
    either = (and_(read_links.c.standing == link.value, _is_in(state)) for link, state in ways)
    return or_(false(), *either)


def _is_in(state: CustomerState) -> ColumnElement[bool]:
    """Say whether the customer is in a state; one that nobody knows adds nothing."""
    column = read_customers.c.state
    quiet = state is CustomerState.QUIET
    return or_(column == state.value, column.is_(None)) if quiet else column == state.value
