"""`python -m tests.bench.verifying`: what `client-sync verify` takes for a long log, on a broker of its own.

Seconds, seconds of processor time, and the most memory that it had.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.bench.long_log import LongLog
from tests.bench.own_broker import own_broker
from tests.bench.report import say


async def main(folder: Path, records: int, clients: int) -> None:
    """Measure, and print as it goes."""
    say(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    async with own_broker(folder) as bootstrap:
        log = LongLog(records, clients)
        weight = await log.write(bootstrap)
        await log.project(folder / "client-sync.sqlite")
        say(
            f"{records:,} records of {weight:,.0f} bytes, {clients:,} links; history and read model are filled"
        )
        await asyncio.to_thread(_verify, folder, bootstrap)


def _verify(folder: Path, bootstrap: str) -> None:
    settings = {"KAFKA_BOOTSTRAP": bootstrap, "DATA_FOLDER": str(folder)}
    environment = os.environ | {f"CLIENT_SYNC_{name}": value for name, value in settings.items()}
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy", "verify", "--json"], env=environment, stdout=subprocess.PIPE
    )
    most = 0
    while process.poll() is None:
        most = max(most, _resident(process.pid))
        time.sleep(0.2)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = process.stdout.read().decode().splitlines() if process.stdout is not None else []
    say(f"verify: {took:.1f} s, {busy:.1f} s of processor time, at most {most / 1024**2:.0f} MB in all")
    say(f"it ended with {process.returncode} and said: {said[-1]}")
    for line in said[:5]:
        say(f"  {line}")


def _resident(pid: int) -> int:
    """Give how many bytes a process and those that it started have in memory; 0: it is over."""
    try:
        process = psutil.Process(pid)
        return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=100_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="client-sync-verifying-") as place:
        asyncio.run(main(Path(place), told.records, told.clients))
