"""How often one caller may ask: a person by their name, and who is not signed in by the address at the connection's other end.

Far more than a person with many pages open asks, or a script in a hurry. It is here so that one caller, a script in an
endless loop or a guesser of tokens, takes no gateway's time away from all others.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from ipaddress import IPv6Address

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.web.auth.people import Person
from adapters.web.auth.who_asks import person_of
from adapters.web.meters import REQUESTS_REFUSED
from adapters.web.problems import Problem
from adapters.web.webhooks.route import PATH as WEBHOOKS_PATH
from domain.projection import StoreAwayError

MOST_CALLERS = 20_000
"""So many are remembered; beyond these the one that asked longest ago is forgotten, and may ask as if for the first time."""

NO_TIME = 1e-6
"""Seconds by which sums of floats may be off."""

NOT_COUNTED = frozenset({"/healthz", "/readyz", "/metrics", "/static", WEBHOOKS_PATH})
"""Machines ask for these, or they come by the dozen with a page, or they are signed and have bounds of their own."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What each caller may ask: so many `at_once` after a pause, and `per_second` from then on."""

    per_second: float
    at_once: int


ALLOWED = Allowance(per_second=200, at_once=1000)


class RequestLimits:
    """One bucket of requests a caller, of which all that is kept is when it will be full again."""

    def __init__(self, allowed: Allowance, most_callers: int = MOST_CALLERS) -> None:
        self._allowed = allowed
        self._most_callers = most_callers
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()
        """By caller, who asked last at the end; in seconds of the clock of `take`."""

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, caller: Hashable, now: float) -> float:
        """Take one request out of a caller's bucket; gives the seconds until there is one, 0 if it was taken."""
        before = max(self._full_at.pop(caller, now), now)
        after = before + 1 / self._allowed.per_second
        wait = after - now - self._allowed.at_once / self._allowed.per_second
        granted = wait < NO_TIME
        self._full_at[caller] = after if granted else before
        if len(self._full_at) > self._most_callers:
            self._full_at.popitem(last=False)
        return 0.0 if granted else wait


LIMITS = web.AppKey("limits", RequestLimits)


@web.middleware
async def within_limits(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer nobody who asks too often."""
    resource = request.match_info.route.resource
    if resource is None or resource.canonical not in NOT_COUNTED:
        person = await _person(request)
        caller = ("person", person.id) if person is not None else ("address", _network(request.remote))
        wait = request.app[LIMITS].take(caller, asyncio.get_running_loop().time())
        if wait:
            REQUESTS_REFUSED.labels("person" if person is not None else "stranger").inc()
            raise Problem(
                429,
                "too_many_requests",
                "You ask more often than is answered here. Wait a moment, and go on more slowly.",
                headers={"Retry-After": str(math.ceil(wait))},
            )
    return await handler(request)


async def _person(request: web.Request) -> Person | None:
    """Name who asks; who will be refused as somebody else's page or machine is not counted as the person."""
    try:
        return await person_of(request)
    except (Problem, StoreAwayError):
        return None


def _network(address: str | None) -> Hashable:
    """Give what one caller can ask from: with version 6 that is all addresses of a network of 64 bits."""
    try:
        found = IPv6Address(address or "")
    except ValueError:
        return address
    return str(found.ipv4_mapped) if found.ipv4_mapped else int(found) >> 64
