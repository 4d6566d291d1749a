"""How one client, or a firm's, stood at an earlier point, at a terminal."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from adapters.store.past_states import Cut, PastStates
from deploy.own_database import database
from deploy.settings import Settings
from domain.ids import ClientId, FirmId
from domain.past import Difference, PastClient, difference
from domain.points import Point


class UnknownPointError(Exception):
    """Nothing is known of that point: a version is a client's own, and nothing was decided before the first decision."""


class NotKnownThenError(Exception):
    """This client was not known then."""


@dataclass(frozen=True, slots=True)
class Stood:
    """A client as it stood at a cut. `different`: from the earlier point that was named; None: none was."""

    past: PastClient
    cut: Cut
    different: Difference | None


async def stood(
    settings: Settings, firm: FirmId, client: ClientId, as_of: Point, since: Point | None
) -> Stood:
    """Give one client.

    Raises:
        UnknownPointError: there is no such record.
        NotKnownThenError: it came later.
    """
    async with database(settings) as store:
        states = PastStates(store)
        cut = await _cut(states, firm, as_of, client)
        past = await states.one(firm, client, cut)
        if past is None:
            raise NotKnownThenError
        if since is None:
            return Stood(past, cut, None)
        before = await states.one(firm, client, await _cut(states, firm, since, client))
        return Stood(past, cut, difference(before, past))


async def all_stood(
    settings: Settings, firm: FirmId, as_of: Point, since: Point | None
) -> AsyncIterator[Stood]:
    """Give a firm's clients; with `since`, those about which something was decided in between.

    Raises:
        UnknownPointError: there is no such record.
    """
    async with database(settings) as store:
        states = PastStates(store)
        cut = await _cut(states, firm, as_of, None)
        begin = await _cut(states, firm, since, None) if since is not None else None
        after: ClientId | None = None
        while True:
            page = await states.page(firm, cut, since=begin, after=after)
            for past in page.clients:
                client = past.link.client_id
                before = await states.one(firm, client, begin) if begin is not None else None
                yield Stood(past, cut, difference(before, past) if begin is not None else None)
            after = page.cursor
            if after is None:
                return


async def _cut(states: PastStates, firm: FirmId, point: Point, client: ClientId | None) -> Cut:
    cut = await states.cut(firm, point, client)
    if cut is None:
        raise UnknownPointError
    return cut
