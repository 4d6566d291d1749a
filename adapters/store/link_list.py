"""A firm's clients with their links, as lists and one by one, and what was decided about each."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Select, Text, cast, func, select, tuple_, union

from adapters.store.built_tables import ORDER_CHARACTERS
from adapters.store.client_lists import WITH_CUSTOMERS
from adapters.store.cursors import cursor_of, number_key, text_key
from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.read_tables import read_customers, read_links
from adapters.store.reading import reading
from adapters.store.row_json import customer_row, firm_row, link_row
from adapters.store.searched_words import Asked
from adapters.store.status import STATUS_WORDS, StatusWord, status_word
from adapters.store.text_column import folded
from adapters.store.views import HistoryLine, LinkPage, LinkView, PastLink, Timeline
from domain.decision import Change, Verdict
from domain.erasure import is_erased
from domain.ids import ClientId, FirmId, firm_key, link_key
from domain.standing import ASKED_WHY, Around, CustomerState, Standing, Why, beside, why_named

PAGE = 50
LARGEST_VERSION = 2**31 - 1
"""What the column of versions holds."""

MOST_OF_AN_ADDRESS = 20

_CHANGES: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])
_OF_A_LINE = (
    history.c.partition,
    history.c.offset,
    history.c.version,
    history.c.time,
    history.c.actor,
    history.c.verdict,
    history.c.code,
    # As they lie there: of 2,000 lines each is read once, into what it is used as.
    cast(history.c.changes, Text),
    cast(history.c.facts, Text),
    history.c.row,
    history.c.reason,
    history.c.engine,
)


class LinkList:
    """The queries. A cursor that we did not give out raises `WrongCursorError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        firm: FirmId,
        *,
        status: StatusWord | None = None,
        q: str = "",
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> LinkPage:
        """List a firm's clients by name, or those that are found by the words of `q`, in any order, the best first.

        By the API's word for their status, or all of them.
        """
        links = read_links.c
        asked = Asked(q, links.name, links.found_by)
        key = links.name_order if asked.is_for_all else asked.rank() + links.name_order
        wanted = select(key, links.client_id, links.row).where(links.firm_id == firm, asked.condition())
        if status is not None:
            wanted = wanted.where(links.status == status)
        if cursor is not None:
            wanted = wanted.where(tuple_(key, links.client_id) > tuple_(*text_key(cursor)))
        wanted = wanted.order_by(key, links.client_id).limit(limit + 1)
        counted = select(links.status, func.count()).where(links.firm_id == firm).group_by(links.status)
        async with reading(self._database) as connection:
            found = (await connection.execute(wanted)).all()
            counts: dict[str, int] = dict((await connection.execute(counted)).all())
        views = tuple(
            LinkView(status=status_word(row), row=row)
            for row in (link_row(each.row) for each in found[:limit])
        )
        return LinkPage(
            clients=views,
            counts={word: counts.get(word, 0) for word in STATUS_WORDS},
            cursor=cursor_of(*found[limit - 1][:2]) if len(found) > limit else None,
        )

    async def standings(self, firm: FirmId, around: Around, q: str = "") -> Mapping[Standing, int]:
        """Count a firm's clients by how they stand; with `q`, those that it finds."""
        links, customers = read_links.c, read_customers.c
        counted = (
            select(links.standing, customers.state, func.count())
            .select_from(WITH_CUSTOMERS)
            .where(links.firm_id == firm, Asked(q, links.name, links.found_by).condition())
            .group_by(links.standing, customers.state)
        )
        async with reading(self._database) as connection:
            found = (await connection.execute(counted)).all()
        counts = dict.fromkeys(Standing, 0)
        for link, customer, number in found:
            counts[beside(Standing(link), CustomerState(customer or CustomerState.QUIET), around)] += number
        return counts

    async def reasons(self, firm: FirmId, around: Around) -> Mapping[Standing, Mapping[Why, int]]:
        """Count the clients that need attention by what is asked, and those that are not synced by why, the most first."""
        links, customers = read_links.c, read_customers.c
        counted = (
            select(links.standing, customers.state, links.why, func.count())
            .select_from(WITH_CUSTOMERS)
            .where(links.firm_id == firm, links.why.is_not(None))
            .group_by(links.standing, customers.state, links.why)
        )
        async with reading(self._database) as connection:
            found = (await connection.execute(counted)).all()
        counts: dict[Standing, Counter[Why]] = {each: Counter() for each in ASKED_WHY}
        for link, customer, because, number in found:
            stands = beside(Standing(link), CustomerState(customer or CustomerState.QUIET), around)
            known = why_named(because)
            if stands in counts and known is not None:
                counts[stands][known] += number
        return {each: dict(of.most_common()) for each, of in counts.items()}

    async def one(self, firm: FirmId, client: ClientId) -> LinkView | None:
        """Give one client, its link and the customer it is linked with; None if we never heard of it."""
        links, customers = read_links.c, read_customers.c
        wanted = (
            select(links.row, customers.row)
            .select_from(WITH_CUSTOMERS)
            .where(links.firm_id == firm, links.client_id == client)
        )
        async with reading(self._database) as connection:
            found = (await connection.execute(wanted)).one_or_none()
        if found is None:
            return None
        row = link_row(found[0])
        customer = customer_row(found[1]) if found[1] is not None else None
        return LinkView(status=status_word(row), row=row, customer=customer)

    async def some(self, firm: FirmId, clients: Sequence[ClientId]) -> tuple[LinkView, ...]:
        """Give those of some clients that we know, by name."""
        links = read_links.c
        wanted = select(links.row).where(links.firm_id == firm, links.client_id.in_(clients))
        async with reading(self._database) as connection:
            found = (
                (await connection.execute(wanted.order_by(links.name_order, links.client_id))).scalars().all()
            )
        return tuple(LinkView(status=status_word(row), row=row) for row in map(link_row, found))

    async def alike(
        self, firm: FirmId, names: Collection[str], emails: Collection[str]
    ) -> tuple[LinkView, ...]:
        """Give the clients that have one of these display names, by what people see, or one of these email addresses.

        In no order. Of one address the first by name, at most `MOST_OF_AN_ADDRESS`: what hundreds have tells of nobody.
        """
        links = read_links.c
        # Apart, so that each is found by an index: by one or the other, all of the firm's clients would be gone through.
        like = union(_named(firm, names), _mailed(firm, emails))
        wanted = select(links.row).where(links.firm_id == firm, links.client_id.in_(like))
        async with reading(self._database) as connection:
            found = (await connection.scalars(wanted)).all()
        return tuple(LinkView(status=status_word(row), row=row) for row in map(link_row, found))

    async def timeline(
        self, firm: FirmId, client: ClientId, *, cursor: str | None = None, limit: int = PAGE
    ) -> Timeline:
        """Give what was decided about a client, the newest first."""
        lines = history.c
        wanted = select(*_OF_A_LINE).where(lines.row_key == link_key(firm, client))
        if cursor is not None:
            (before,) = number_key(cursor, 1)
            wanted = wanted.where(lines.offset < before)
        # A row lies in one partition, and by both an index gives its lines in order: by the offset alone all of them would be sorted.
        wanted = wanted.order_by(lines.partition.desc(), lines.offset.desc()).limit(limit + 1)
        async with self._database.read() as connection:
            found = (await connection.execute(wanted)).all()
        return Timeline(
            lines=tuple(map(_line, found[:limit])),
            cursor=cursor_of(found[limit - 1].offset) if len(found) > limit else None,
        )

    async def at_version(self, firm: FirmId, client: ClientId, version: int) -> PastLink | None:
        """Give what a client's link held at a version; None: `history` knows of none, or it was emptied since."""
        if version > LARGEST_VERSION:
            return None  # PostgreSQL would call it a fault
        lines = history.c
        wanted = select(history).where(lines.row_key == link_key(firm, client), lines.version == version)
        async with self._database.read() as connection:
            found = (
                await connection.execute(wanted.order_by(lines.partition, lines.offset).limit(1))
            ).first()
            if found is None:
                return None
            # The firm's row as it was then: it lies in the same partition.
            before = select(lines.row).where(lines.row_key == firm_key(firm))
            before = before.where(lines.partition == found.partition, lines.offset <= found.offset)
            of_firm = await connection.scalar(before.order_by(lines.offset.desc()).limit(1))
        row = link_row(found.row)
        if is_erased(row, found.time):
            return None
        realm = firm_row(of_firm).company_of_links if of_firm is not None else None
        return PastLink(customer_id=row.customer_id, agreed=row.agreed, realm_id=realm)


def _named(firm: FirmId, names: Collection[str]) -> Select[tuple[str]]:
    links, looks = read_links.c, _looks(names)
    return select(links.client_id).where(
        links.firm_id == firm, links.name_order.in_(_beginnings(looks)), links.name.in_(looks)
    )


def _mailed(firm: FirmId, emails: Collection[str]) -> Select[tuple[str]]:
    links, looks = read_links.c, _looks(emails)
    place = func.row_number().over(partition_by=links.email, order_by=(links.name_order, links.client_id))
    theirs = (
        select(links.client_id, place.label("place"))
        .where(links.firm_id == firm, links.email_order.in_(_beginnings(looks)), links.email.in_(looks))
        .subquery()
    )
    return select(theirs.c.client_id).where(theirs.c.place <= MOST_OF_AN_ADDRESS)


def _looks(texts: Collection[str]) -> list[str]:
    return sorted({look for text in texts if (look := folded(text))})


def _beginnings(looks: Collection[str]) -> list[str]:
    """Give what an index has of each."""
    return sorted({look[:ORDER_CHARACTERS] for look in looks})


def _line(found: Sequence[Any]) -> HistoryLine:
    partition, offset, version, time, actor, verdict, code, changes, facts, row, reason, engine = found
    return HistoryLine(
        partition=partition,
        offset=offset,
        version=version,
        time=time,
        actor=actor,
        verdict=Verdict(verdict),
        code=code,
        changes=_CHANGES.validate_json(changes),
        facts=orjson.loads(facts),
        row=link_row(row),
        reason=reason,
        engine=engine,
    )
