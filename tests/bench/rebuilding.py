"""`make rebuilding`: what people notice while the read model is built again, on a broker of its own.

One asks for a page of clients every 100 ms: how each was answered, how long that took, and how long the rebuild. Ends with 1 if a look was
answered by anything but 200 and a page that is not empty.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import aiohttp

from deploy.kafka.ports import free_port
from tests.bench.content import FIRMS
from tests.bench.long_log import LongLog
from tests.bench.own_broker import own_broker
from tests.bench.report import say

ASK_EVERY_SECONDS = 0.1
LOOK_EVERY_SECONDS = 2.0


@dataclass(slots=True)
class Reader:
    """Asks in turn for a page of each firm, at its moments, whether the one before was answered or not."""

    http: aiohttp.ClientSession
    answers: Counter[str] = field(default_factory=Counter)
    wrong: int = 0
    took: list[float] = field(default_factory=list)

    async def read(self, until: asyncio.Event) -> None:
        """Ask until somebody says that it is enough."""
        asking: set[asyncio.Task[None]] = set()
        n = 0
        while not until.is_set():
            asking.add(asyncio.create_task(self._ask(n)))
            asking = {each for each in asking if not each.done()}
            n += 1
            await asyncio.sleep(ASK_EVERY_SECONDS)
        await asyncio.gather(*asking)

    async def _ask(self, n: int) -> None:
        began = time.perf_counter()
        async with self.http.get(f"/api/v1/firms/{FIRMS[n % len(FIRMS)]}/clients?limit=50") as answer:
            shown = len((await answer.json())["clients"]) if answer.status == 200 else 0
        self.took.append(time.perf_counter() - began)
        self.answers[f"{answer.status}" if shown or answer.status != 200 else "200 and empty"] += 1
        self.wrong += not shown

    def say(self, when: str) -> None:
        """Print what it saw, and forget it."""
        parts = quantiles(self.took, n=100)
        answers = ", ".join(f"{count:,} of {each}" for each, count in sorted(self.answers.items()))
        say(
            f"{when}: {len(self.took):,} looks, {answers}; p50 {parts[49] * 1000:,.0f} ms, p99 {parts[98] * 1000:,.0f} ms, at most {max(self.took) * 1000:,.0f} ms"
        )
        self.answers.clear()
        self.took.clear()


async def main(folder: Path, records: int, clients: int) -> int:
    """Measure, and print as it goes; gives how many looks were answered otherwise than they must be."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    async with own_broker(folder) as bootstrap:
        log = LongLog(records, clients)
        weight = await log.write(bootstrap)
        await log.project(folder / "client-sync.sqlite")
        say(
            f"{records:,} records of {weight:,.0f} bytes, {clients:,} links; history and read model are filled"
        )
        return await _rebuild(folder, bootstrap)


async def _rebuild(folder: Path, bootstrap: str) -> int:
    port = free_port()
    settings = {"KAFKA_BOOTSTRAP": bootstrap, "DATA_FOLDER": str(folder), "HTTP_PORT": str(port)}
    environment = os.environ | {f"CLIENT_SYNC_{name}": value for name, value in settings.items()}
    gateway = await _start(environment, folder, "gateway")
    try:
        signed_in = {"Authorization": "Bearer dev-operator"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=signed_in) as http:
            await _until(http, "read_model", "ok")
            enough, reader = asyncio.Event(), Reader(http)
            reading = asyncio.create_task(reader.read(enough))
            await asyncio.sleep(20)
            reader.say("before")
            began = time.perf_counter()
            asked = await _start(environment, folder, "read-model", "rebuild")
            if await asked.wait() != 0:
                raise RuntimeError((folder / "read-model.log").read_text())
            reader.say(
                f"while it was built again and the former build cleared away, in {time.perf_counter() - began:,.0f} s"
            )
            say((folder / "read-model.log").read_text().splitlines()[-1])
            enough.set()
            await reading
            return reader.wrong
    finally:
        gateway.terminate()
        await gateway.wait()


async def _start(environment: dict[str, str], folder: Path, *words: str) -> Process:
    with (folder / f"{words[0]}.log").open("w") as said:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy", *words, env=environment, stdout=said, stderr=said
        )


async def _until(http: aiohttp.ClientSession, part: str, wanted: str) -> None:
    while True:
        try:
            async with http.get("/readyz") as answer:
                if (await answer.json())[part] == wanted:
                    return
        except aiohttp.ClientConnectionError:
            pass  # it is not up yet
        await asyncio.sleep(LOOK_EVERY_SECONDS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=600_000)
    parser.add_argument("--clients", type=int, default=60_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="client-sync-rebuilding-") as place:
        wrong = asyncio.run(main(Path(place), told.records, told.clients))
    sys.exit(1 if wrong else 0)
