"""`make bench`: a broker of its own, three rounds, and the figures that docs/benchmarks.md explains."""

import asyncio
import os
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.content import CROWDED, PARTITIONS
from tests.bench.content import FIRMS as SPREAD
from tests.bench.deciding import EVENTS, rates, where_time_goes
from tests.bench.fairness import BACKLOG, fairness
from tests.bench.folding import CLIENTS, RECORDS, microseconds_a_decide, starts, write_log
from tests.bench.growing import SIZES, microseconds_by_size
from tests.bench.handover import SESSION_SECONDS, handover
from tests.bench.latency import FIRMS, Latency, latency
from tests.bench.memory import LINKS, weights
from tests.bench.own_broker import own_broker
from tests.bench.report import say

ROUNDS = 3
AIM_FOLDED = 20_000
AIM_BYTES = 2_000
AIM_P50_MS = 50
AIM_P99_MS = 250
AIM_RESTART_SECONDS = 3
AIM_BESIDE_MS = 250
AIM_CLICK_MS = 1_000


async def main(folder: Path) -> None:
    """Measure, and print as it goes."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    say(f"one decide: {microseconds_a_decide():.0f} µs")
    await _weigh()
    _grow()
    async with own_broker(folder) as bootstrap:
        await _fold(bootstrap)
        await _decide(bootstrap, folder)
        await _wait(bootstrap, folder)
        await _hand_over(bootstrap, folder)
        await _share_out(bootstrap, folder)


async def _weigh() -> None:
    found = await weights(LINKS)
    say(
        f"{LINKS:,} synced links in memory: {found.row:,.0f} bytes a row (aim {AIM_BYTES:,}), and {found.look_ups:,.0f} of the "
        f"table around it; while they are folded {found.most:,.0f} in all"
    )
    for name, part in (("of a row", found.parts), ("of the table", found.look_ups_parts)):
        say(f"  {name}: " + ", ".join(f"{each} {weight:,.0f}" for each, weight in part.items()))
    say(f"  rows read and put: {found.rows_a_second:,.0f} a second of processor time")


def _grow() -> None:
    sizes = ", ".join(f"{size:,}" for size in SIZES)
    say(f"µs of processor time a decision, in a firm of {sizes} links, and how much more in the largest:")
    for name, found in microseconds_by_size().items():
        say(
            f"  {name:<22}"
            + "".join(f"{each:>8.0f}" for each in found)
            + f"   {found[-1] / found[0]:.2f} times"
        )


async def _wait(bootstrap: str, folder: Path) -> None:
    for name, rate, events in (("busy.", 50.0, 1_500), ("quiet.", 1.0, 30)):
        _show(await latency(bootstrap, name, folder, rate, events))


def _show(found: Latency) -> None:
    (half, most), realms = found.whole, len(FIRMS)
    say(
        f"from the topic to QuickBooks' door, {found.rate:g} events a second over {realms} companies ({found.events} "
        f"events): p50 {half:.1f} ms, p99 {most:.1f} ms (aims {AIM_P50_MS} and {AIM_P99_MS})"
    )
    for part, (half, most) in found.parts.items():
        say(f"  {part:<22} p50 {half:>6.1f}   p99 {most:>6.1f}")


async def _fold(bootstrap: str) -> None:
    size = await write_log(bootstrap, "fold.")
    found = [await starts(bootstrap, "fold.") for _ in range(ROUNDS)]
    wall, busy = median(each.seconds for each, _ in found), median(each.busy for each, _ in found)
    say(
        f"rows folded at start: {RECORDS / wall:,.0f} a second, {RECORDS / busy:,.0f} a second of processor time "
        f"({RECORDS:,} records of {size:,.0f} bytes; aim {AIM_FOLDED:,})"
    )
    resumed = median(each.busy for _, each in found)
    say(f"from a checkpoint ({CLIENTS:,} rows) a start is {busy / resumed:.1f} times as fast")


async def _decide(bootstrap: str, folder: Path) -> None:
    for prefix, name, firms in (
        ("spread", f"over {PARTITIONS} partitions", SPREAD),
        ("crowded", "all in one partition", CROWDED),
    ):
        rounds = [await rates(bootstrap, f"{prefix}-{n}.", folder, firms) for n in range(ROUNDS)]
        ours, bare = median(each[0] for each in rounds), median(each[1] for each in rounds)
        say(
            f"{EVENTS:,} events {name}, decided by a worker: {ours:,.0f} a second; by a bare loop: {bare:,.0f} a second; "
            f"the worker's part of that: {median(each[0] / each[1] for each in rounds):.2f}"
        )
    shares = folder / "shares.json"
    await rates(bootstrap, "profiled.", folder, shares=shares)
    for thread, found in where_time_goes(shares).items():
        say(f"{thread} thread: " + ", ".join(f"{share} {part} %" for share, part in found.items() if part))


async def _share_out(bootstrap: str, folder: Path) -> None:
    found = await fairness(bootstrap, "fairness.", folder)
    say(
        f"while {BACKLOG:,} inputs of one firm wait in one partition and {found.rate:,.0f} a second are decided: inputs of the other "
        f"partitions p50 {1000 * found.half:.0f} ms, p99 {1000 * found.most:.0f} ms (aim {AIM_BESIDE_MS}); what a person asks for "
        f"in the same firm, at most {1000 * found.click:.0f} ms (aim {AIM_CLICK_MS})"
    )


async def _hand_over(bootstrap: str, folder: Path) -> None:
    restarted, killed = await handover(bootstrap, "handover.", folder)
    say(
        f"longest wait of an input while two workers are started again in turn: {restarted:.1f} s (aim {AIM_RESTART_SECONDS}); "
        f"after one is killed: {killed:.1f} s (aim {SESSION_SECONDS + AIM_RESTART_SECONDS})"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="client-sync-bench-") as place:
        asyncio.run(main(Path(place)))
