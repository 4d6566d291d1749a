"""The clients of a list that are ticked, read a part at a time: thousands at once would keep everybody else waiting."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from adapters.web.console.asked_list import asked_list
from adapters.web.console.visit import Visit
from domain.batches import MOST_ROWS
from domain.ids import ClientId
from domain.rows import LinkRow
from domain.table import Table

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Part:
    """Some of them, with the rows around them."""

    links: Sequence[LinkRow]
    known: Table


ListOf = Literal["clients", "held"]


async def selected(visit: Visit, ids: Sequence[str], *, everybody: ListOf | None) -> AsyncIterator[Part]:
    """Give those that are ticked, as they are now; `everybody`: of the list that the address asks for, up to one more than may be."""
    reads = visit.parts.read_model
    match everybody:
        case None:
            links = _named(visit, ids)
        case "clients":
            links = _all_of_the_list(visit)
        case "held":
            links = _all_that_is_held(visit)
        case _:
            assert_never(everybody)
    async for some in links:
        yield Part(some, await reads.surroundings.of(visit.firm, some))


async def _named(visit: Visit, ids: Sequence[str]) -> AsyncIterator[Sequence[LinkRow]]:
    named = [ClientId(each) for each in dict.fromkeys(ids)]
    for first in range(0, len(named), AT_ONCE):
        views = await visit.parts.read_model.links.some(visit.firm, named[first : first + AT_ONCE])
        yield [view.row for view in views]


async def _all_that_is_held(visit: Visit) -> AsyncIterator[Sequence[LinkRow]]:
    reads = visit.parts.read_model
    marked = reads.drifted if "drifted" in visit.request.query else reads.held
    left, cursor = MOST_ROWS + 1, None
    while left > 0:
        page = await marked.page(visit.firm, cursor=cursor, limit=min(AT_ONCE, left))
        yield [view.row for view in page.clients]
        left, cursor = left - len(page.clients), page.cursor
        if cursor is None:
            return


async def _all_of_the_list(visit: Visit) -> AsyncIterator[Sequence[LinkRow]]:
    reads, listing = visit.parts.read_model, asked_list(visit).listing
    around = await reads.firms.around(visit.firm, visit.parts.partition_of(visit.firm))
    left, cursor = MOST_ROWS + 1, None
    while left > 0:
        page = await reads.lists.page(visit.firm, listing, around, cursor=cursor, limit=min(AT_ONCE, left))
        yield page.clients
        left, cursor = left - len(page.clients), page.cursor
        if cursor is None:
            return
