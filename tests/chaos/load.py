"""Fifty people at work: edits on both sides, new clients and customers, unmatches with their undo, and a customer claimed by two.

What was acknowledged is counted, and a run below its floor is no evidence: a load that hangs quietly makes every
engine look good.
"""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable, Coroutine
from random import Random

from tests.chaos.people import People
from tests.chaos.world import Contest, Firm, Pair, as_customer, some_fields, value, whole

AT_ONCE = 1_000
"""Including the intents that wait while Kafka is away."""
PAIRS_A_FIRM = 8
# Of a hundred inputs, about so many of each kind. An undo follows each unmatch and is not counted here.
SHARES = {"canopy": 46, "quickbooks": 26, "unmatch": 10, "contest": 4, "new": 1, "arrival": 1}


class Load:
    """What people do to these firms, chosen by dice; `rate` in inputs a second."""

    def __init__(self, world: list[Firm], people: People, rate: float, seed: int) -> None:
        self._world = world
        self._people = people
        self._rate = rate
        self._dice = Random(seed)  # noqa: S311  (repeatable, not secret)
        self._number = 10_000
        self._later: list[tuple[float, int, Callable[[], Awaitable[None]]]] = []
        self._stopping = asyncio.Event()
        self.arrived: list[tuple[str, str]] = []
        """Realm and id of each customer that people made."""

    async def seed(self) -> None:
        """Fill both sides with equal clients and customers, before the firms connect."""
        async with asyncio.TaskGroup() as together:
            for firm in self._world:
                together.create_task(self._seed(firm))

    async def match_all(self) -> None:
        """Let the firms' people match what belongs together, and choose who wins."""
        for firm in self._world:
            if firm.edits == "canopy_wins":
                await self._people.intend("settings", firm.id, {"settings": {"conflicts": "canopy_wins"}})
            matches = [(pair.client, pair.customer) for pair in firm.pairs]
            matches += [(contest.clients[0], contest.customer) for contest in firm.contests]
            for client, customer in matches:
                await self._people.intend("match", firm.id, {"client_id": client, "customer_id": customer})

    async def during(self, storm: Coroutine[None, None, None]) -> float:
        """Work at the rate until `storm` is over, then finish what was begun; returns the seconds of it all."""
        async with asyncio.TaskGroup() as together:
            working = together.create_task(self._work())
            await storm
            self._stopping.set()
        return working.result()

    async def _work(self) -> float:
        began = time.monotonic()
        working: set[asyncio.Task[None]] = set()
        done = 0
        while not self._stopping.is_set() or self._later:
            now = time.monotonic()
            due = self._rate * (now - began) - done
            while due >= 1 and len(working) < AT_ONCE:
                work = self._next(now)
                if work is None:
                    break
                task = asyncio.ensure_future(work())
                working.add(task)
                task.add_done_callback(working.discard)
                done += 1
                due -= 1
            await asyncio.sleep(0.01)
        if working:
            await asyncio.wait(working)
        return time.monotonic() - began

    def _next(self, now: float) -> Callable[[], Awaitable[None]] | None:
        if self._later and (self._later[0][0] <= now or self._stopping.is_set()):
            return heapq.heappop(self._later)[2]
        if self._stopping.is_set():
            return None
        (kind,) = self._dice.choices(list(SHARES), list(SHARES.values()))
        firm = self._dice.choice(self._world)
        return {
            "canopy": lambda: self._edit_in_canopy(firm),
            "quickbooks": lambda: self._edit_in_quickbooks(firm),
            "unmatch": lambda: self._unmatch(firm, self._dice.choice(firm.pairs)),
            "contest": lambda: self._contest(firm, self._dice.choice(firm.contests)),
            "new": lambda: self._new_client(firm),
            "arrival": lambda: self._new_customer(firm),
        }[kind]

    def _soon(self, least: float, most: float, work: Callable[[], Awaitable[None]]) -> None:
        at = time.monotonic() + self._dice.uniform(least, most)
        heapq.heappush(self._later, (at, self._fresh(), work))

    def _fresh(self) -> int:
        self._number += 1
        return self._number

    async def _seed(self, firm: Firm) -> None:
        people = self._people
        for n in range(PAIRS_A_FIRM):
            values = whole(self._fresh(), f"Client {firm.id} {n}")
            client = await people.add_client(firm.id, values, sync=False)
            customer = await people.add_customer(firm.realm, as_customer(values))
            if client and customer:
                firm.pairs.append(Pair(client, customer))
        first = whole(self._fresh(), f"First {firm.id}")
        claimants = [
            await people.add_client(firm.id, first, sync=False),
            await people.add_client(firm.id, whole(self._fresh(), f"Second {firm.id}"), sync=False),
        ]
        claimed = await people.add_customer(firm.realm, as_customer(first))
        if claimants[0] and claimants[1] and claimed:
            firm.contests.append(Contest((claimants[0], claimants[1]), claimed))

    async def _edit_in_canopy(self, firm: Firm) -> None:
        clients = [pair.client for pair in firm.pairs]
        clients += [client for contest in firm.contests for client in contest.clients]
        client = self._dice.choice(clients)
        names = some_fields(firm, "canopy", self._dice)
        values = {name: value(name, self._fresh(), f"{firm.id} {client}") for name in names}
        await self._people.edit_client(firm.id, client, values)

    async def _edit_in_quickbooks(self, firm: Firm) -> None:
        customers = [pair.customer for pair in firm.pairs]
        customers += [contest.customer for contest in firm.contests]
        customer = self._dice.choice(customers)
        names = some_fields(firm, "quickbooks", self._dice)
        values = {name: value(name, self._fresh(), f"{firm.id} Q{customer}") for name in names}
        await self._people.edit_customer(firm.realm, customer, as_customer(values))

    async def _unmatch(self, firm: Firm, pair: Pair) -> None:
        if not pair.linked:
            await self._edit_in_canopy(firm)
            return
        pair.linked = False
        await self._people.intend("unmatch", firm.id, {"client_id": pair.client})
        self._soon(0.2, 3.0, lambda: self._link_again(firm, pair))

    async def _link_again(self, firm: Firm, pair: Pair) -> None:
        pair.linked = True
        if self._dice.random() < 0.7:
            await self._people.intend("restore", firm.id, {"client_id": pair.client})
        else:
            match = {"client_id": pair.client, "customer_id": pair.customer}
            await self._people.intend("match", firm.id, match)

    async def _contest(self, firm: Firm, contest: Contest) -> None:
        """Hand the customer over to the other client; one time in three without asking the first, which is refused."""
        holder, other = contest.clients[contest.holder], contest.clients[1 - contest.holder]
        if self._dice.random() < 0.67:
            contest.holder = 1 - contest.holder
            await self._people.intend("unmatch", firm.id, {"client_id": holder})
        match = {"client_id": other, "customer_id": contest.customer}
        self._soon(0.0, 1.5, lambda: self._people.intend("match", firm.id, match))

    async def _new_client(self, firm: Firm) -> None:
        values = whole(self._fresh(), f"New {firm.id}")
        await self._people.add_client(firm.id, values, sync=True)

    async def _new_customer(self, firm: Firm) -> None:
        values = whole(self._fresh(), f"Arrived {firm.id}")
        customer = await self._people.add_customer(firm.realm, as_customer(values))
        if customer is not None:
            self.arrived.append((firm.realm, customer))
