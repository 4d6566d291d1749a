"""One run of the kill test: a stack, people at work, faults, quiet, and the judgement."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from tests.chaos.checker import check
from tests.chaos.checker.collect import Places, collect
from tests.chaos.faults import Storm
from tests.chaos.flights import InFlight, in_flight_at
from tests.chaos.load import Load
from tests.chaos.outages import Outages
from tests.chaos.people import People
from tests.chaos.processes import CANOPY_TOKEN, GROUP, SESSION_TIMEOUT_SECONDS
from tests.chaos.quiet import Watcher
from tests.chaos.stack import Stack, running_stack
from tests.chaos.verdict import Run
from tests.chaos.world import Firm, firms

LATENCY_SECONDS = 0.2
PAUSE_SECONDS = SESSION_TIMEOUT_SECONDS + 3.0
LINKED_WITHIN_SECONDS = 150.0
QUIET_WITHIN_SECONDS = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much of everything: `rate` in inputs a second, `away` for how many seconds Kafka is taken away, each time."""

    faults: int
    away: float
    firms: int
    rate: float


AT_LENGTH = Scale(faults=10, away=15, firms=20, rate=60)
SHORT = Scale(faults=3, away=7, firms=5, rate=10)
"""Each kind of fault and of outage once, at a rate that a machine manages which does something else beside."""


async def kill_run(folder: Path, scale: Scale, seed: int) -> Run:
    """Run it all."""
    world = firms(scale.firms)
    seconds: dict[str, float] = {}
    mark = time.monotonic()

    def phase(name: str) -> None:
        nonlocal mark
        seconds[name] = time.monotonic() - mark
        mark = time.monotonic()

    async with running_stack(folder, workers=2) as stack:
        watcher = Watcher(stack.bootstrap, GROUP)
        async with (
            People(stack.bootstrap, stack.quickbooks, stack.canopy, CANOPY_TOKEN) as people,
            aiohttp.ClientSession(raise_for_status=True) as http,
        ):
            await watcher.start()
            try:
                load = Load(world, people, scale.rate, seed)
                await stack.open(world)
                await load.seed()
                phase("start")
                await _connect(stack, world, load, watcher)
                phase("connect and match")
                await stack.latency(LATENCY_SECONDS)
                flights = InFlight(http, stack.quickbooks, stack.canopy)
                outages = Outages(stack.broker, watcher, flights, scale.away)
                ports = (stack.quickbooks_port, stack.canopy_port)
                storm = Storm(stack.fleet, flights, outages, ports, PAUSE_SECONDS)
                before = people.acknowledged.total()
                rate = await load.during(storm.rage(scale.faults))
                phase("load and faults")
                quiet = await watcher.quiet(QUIET_WITHIN_SECONDS, stack.undelivered)
                phase("quiet")
            finally:
                await watcher.stop()
        places = Places(
            bootstrap=stack.bootstrap,
            quickbooks=stack.quickbooks,
            canopy=stack.canopy,
            tenants={firm.id: firm.realm for firm in world},
        )
        history = replace(
            await collect(places),
            woken=tuple(fault.woken for fault in storm.faults if fault.woken is not None),
            ends=watcher.ends,
            intents=tuple(people.intents),
            arrived=tuple(load.arrived),
        )
        exits = tuple(stack.fleet.exits)
    finding = check(history)

    def met(moment: float) -> int:
        return in_flight_at(history.requests, moment)

    phase("check")
    return Run(
        finding=finding,
        asked=scale.rate,
        faults=tuple(replace(each, in_flight=met(each.at)) for each in storm.faults),
        outages=tuple(replace(each, in_flight=met(each.at)) for each in outages.outages),
        exits=exits,
        acknowledged=people.acknowledged,
        refused=people.refused,
        rate=(people.acknowledged.total() - before) / rate,
        quiet=quiet,
        seconds=seconds,
    )


async def _connect(stack: Stack, world: list[Firm], load: Load, watcher: Watcher) -> None:
    """Connect all firms, and match what belongs together; returns when all of it is done."""
    await stack.connect(world)
    stack.fleet.start()
    await watcher.quiet(LINKED_WITHIN_SECONDS, stack.undelivered)
    await load.match_all()
    await watcher.quiet(LINKED_WITHIN_SECONDS, stack.undelivered)
    synced = (await watcher.state()).statuses.get("synced", 0)
    wanted = sum(len(firm.pairs) + len(firm.contests) for firm in world)
    if synced != wanted:
        raise AssertionError(f"{synced} of {wanted} clients are synced before the first fault")
