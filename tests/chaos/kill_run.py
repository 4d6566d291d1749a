"""One run of the kill test: a stack, people at work, faults, quiet, and the judgement."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.chaos.checker import Finding, check
from tests.chaos.checker.collect import Places, collect
from tests.chaos.checker.history import CLIENT_EVENTS, INTENTS, NOTIFICATIONS
from tests.chaos.checker.report import written
from tests.chaos.faults import Fault, InFlight, Storm
from tests.chaos.fleet import Exit
from tests.chaos.load import Load
from tests.chaos.people import People
from tests.chaos.quiet import Watcher
from tests.chaos.stack import (
    CANOPY_TOKEN,
    GROUP,
    QUICKBOOKS_TOKEN,
    SESSION_TIMEOUT_SECONDS,
    Stack,
    running_stack,
)
from tests.chaos.world import Firm, firms

FIRMS = 20
RATE = 60.0
LATENCY_SECONDS = 0.2
PAUSE_SECONDS = SESSION_TIMEOUT_SECONDS + 3.0
LINKED_WITHIN_SECONDS = 60.0
QUIET_WITHIN_SECONDS = 150.0

FLOOR_RATE = 50.0
FLOOR_APPLIED = 2_000
FLOOR_IN_FLIGHT = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What happened. Seconds by phase; `rate`: acknowledged inputs a second while the storm raged."""

    finding: Finding
    faults: tuple[Fault, ...]
    exits: tuple[Exit, ...]
    acknowledged: Counter[str]
    refused: Counter[str]
    rate: float
    quiet: bool
    seconds: dict[str, float]

    @property
    def applied(self) -> int:
        """Inputs of people, from any of the three topics that they reach, that the engine applied."""
        topics = (CLIENT_EVENTS, NOTIFICATIONS, INTENTS)
        return sum(self.finding.counts[f"decided: {topic} applied"] for topic in topics)

    @property
    def hit_in_flight(self) -> int:
        """Faults that struck while a write was on its way."""
        return sum(fault.in_flight > 0 for fault in self.faults)

    def too_weak(self) -> list[str]:
        """Say why this run is no evidence, if it is none."""
        weak = []
        if self.rate < FLOOR_RATE:
            weak.append(f"{self.rate:.1f} inputs a second were acknowledged, {FLOOR_RATE:.0f} are the least")
        if self.applied < FLOOR_APPLIED:
            weak.append(f"{self.applied} inputs were applied, {FLOOR_APPLIED} are the least")
        if self.hit_in_flight < FLOOR_IN_FLIGHT * len(self.faults):
            weak.append(f"only {self.hit_in_flight} of {len(self.faults)} faults met a write in flight")
        if self.finding.counts["mapped fields that are empty"]:
            weak.append("the load left mapped fields empty")
        return weak

    def report(self) -> str:
        """Write it all out."""
        phases = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.seconds.items())
        lines = [
            f"Kill test: {len(self.faults)} faults; {phases}; {sum(self.seconds.values()):.0f} s in all."
        ]
        for n, fault in enumerate(self.faults, 1):
            notes = f"{fault.in_flight} writes in flight, {fault.lasted:.1f} s"
            notes += ", worker idle" if fault.idle else ""
            notes += "" if fault.obeyed else ", did not end in time and was killed"
            lines.append(f"  {n:>3} {fault.kind:<9} {fault.worker}: {notes}")
        lines += [
            f"  {each.worker} ended by itself after {each.after:.1f} s: {each.code}" for each in self.exits
        ]
        load = ", ".join(f"{n:,} {kind}" for kind, n in sorted(self.acknowledged.items()))
        lines.append(f"Acknowledged, {self.rate:.1f} a second under fire: {load}.")
        if self.refused:
            lines.append(f"Not acknowledged: {dict(self.refused)}")
        lines.append(
            f"Applied: {self.applied:,}. Quiet in the end: {'yes' if self.quiet else 'NO'}. The checker:"
        )
        return "\n".join([*lines, written(self.finding), *(f"  TOO WEAK: {why}" for why in self.too_weak())])


async def kill_run(folder: Path, faults: int, seed: int) -> Run:
    """Run it all, with so many faults."""
    world = firms(FIRMS)
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
                load = Load(world, people, RATE, seed)
                await load.seed()
                phase("start")
                await _connect(stack, world, load, watcher)
                phase("connect and match")
                await stack.latency(LATENCY_SECONDS)
                flights = InFlight(http, stack.quickbooks, stack.canopy)
                storm = Storm(stack.fleet, flights, (stack.quickbooks_port, stack.canopy_port), PAUSE_SECONDS)
                before = people.acknowledged.total()
                rate = await load.during(storm.rage(faults))
                phase("load and faults")
                quiet = await watcher.quiet(QUIET_WITHIN_SECONDS)
                phase("quiet")
            finally:
                await watcher.stop()
        await stack.latency(0)
        places = Places(
            bootstrap=stack.bootstrap,
            quickbooks=stack.quickbooks,
            quickbooks_token=QUICKBOOKS_TOKEN,
            canopy=stack.canopy,
            canopy_token=CANOPY_TOKEN,
            tenants={firm.id: firm.realm for firm in world},
        )
        history = await collect(places, [fault.woken for fault in storm.faults if fault.woken is not None])
        exits = tuple(stack.fleet.exits)
    finding = check(history)
    phase("check")
    return Run(
        finding=finding,
        faults=tuple(storm.faults),
        exits=exits,
        acknowledged=people.acknowledged,
        refused=people.refused,
        rate=(people.acknowledged.total() - before) / rate,
        quiet=quiet,
        seconds=seconds,
    )


async def _connect(stack: Stack, world: list[Firm], load: Load, watcher: Watcher) -> None:
    """Connect all firms, and match what belongs together; returns when all of it is done."""
    stack.fleet.start()
    await stack.connect(world)
    await watcher.quiet(LINKED_WITHIN_SECONDS)
    await load.match_all()
    await watcher.quiet(LINKED_WITHIN_SECONDS)
    synced = (await watcher.state()).statuses.get("synced", 0)
    wanted = sum(len(firm.pairs) + len(firm.contests) for firm in world)
    if synced != wanted:
        raise AssertionError(f"{synced} of {wanted} clients are synced before the first fault")
