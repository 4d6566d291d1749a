"""`make hanging`: what an eleventh company notices when ten others take each request and do not answer it for 30 s."""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

import aiohttp

from tests.bench.neighbors import latency, tell
from tests.bench.report import say
from tests.chaos.stack import stack_at_work
from tests.story.company import Company
from tests.story.unreliable_firm import Pair, pairs

HANGING = 10
HANGS_SECONDS = 30.0
FOR_GOOD = 1_000_000
EDIT_EVERY_SECONDS = 1.0


async def main(folder: Path, seconds: float) -> None:
    """Measure over so long a time, without and with them."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    async with stack_at_work(folder) as stack, aiohttp.ClientSession() as http:
        eleventh = await Company.open(stack, http, "f-eleventh")
        its = await pairs(eleventh)
        others = [await Company.open(stack, http, f"f-hanging-{n}") for n in range(HANGING)]
        theirs = [await pairs(each, 5) for each in others]
        before = await latency([eleventh], [its], seconds, "before")
        for each in others:
            fault = {
                "match": {"tenant": each.realm},
                "do": "timeout_before",
                "value": HANGS_SECONDS,
                "times": FOR_GOOD,
            }
            (await each.ask("POST", f"{stack.quickbooks}/_control/faults", fault)).ok()
        end = time.monotonic() + seconds
        work = [
            asyncio.create_task(_edit_until(end, each, linked))
            for each, linked in zip(others, theirs, strict=True)
        ]
        meanwhile = await latency([eleventh], [its], seconds, "meanwhile")
        edits = await asyncio.gather(*work)
        (await eleventh.ask("DELETE", f"{stack.quickbooks}/_control/faults")).ok()
        exits = len(stack.fleet.exits)
    say(f"{HANGING} companies hang, {sum(edits)} edits of theirs meanwhile; the worker ended {exits} times")
    tell("before", before)
    tell("meanwhile", meanwhile)


async def _edit_until(end: float, company: Company, linked: list[Pair]) -> int:
    """Let people of a company that hangs go on with their work; gives how often they edited."""
    done = 0
    while time.monotonic() < end:
        await company.edit_client(linked[done % len(linked)].client, email=f"edit{done}@example.com")
        done += 1
        await asyncio.sleep(EDIT_EVERY_SECONDS)
    return done


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=150)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="client-sync-hanging-") as place:
        asyncio.run(main(Path(place), told.seconds))
