"""`client-sync up` on free ports and in a folder of its own."""

import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psutil

from tests.integration.up.commands import PROGRAM, environment, until

READY_SECONDS = 200
GONE_SECONDS = 60.0


@dataclass(slots=True)
class Up:
    """A run of `client-sync up`."""

    folder: Path
    ports: dict[str, int]
    process: subprocess.Popen[bytes]
    seen: list[psutil.Process] = field(default_factory=list)
    """Every process that it was seen to have."""

    @property
    def output(self) -> str:
        """Give all that it has said."""
        return (self.folder / "output").read_text(errors="replace")

    def processes(self) -> list[psutil.Process]:
        """List its processes of now."""
        now = psutil.Process(self.process.pid).children(recursive=True)
        self.seen += [each for each in now if each not in self.seen]
        return now

    def only(self, name: str) -> psutil.Process | None:
        """Find the process that runs this command; None while there is none."""
        found = [each for each in self.processes() if _runs(each, name)]
        return found[0] if found else None

    def get(self, path: str) -> Any:
        """Read from the gateway."""
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask the gateway as the sample firm's manager."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports['HTTP_PORT']}{path}",
            method=method,
            data=orjson.dumps(body) if body is not None else None,
            headers={"Authorization": "Bearer dev-manager", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            said = answer.read()
            return orjson.loads(said) if "json" in answer.headers.get("Content-Type", "") else said.decode()

    def edit_customer(self, customer: str, fields: object) -> None:
        """Edit one of them there, as a person in QuickBooks does."""
        url = f"{self._customers_url}/{customer}"
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, method="PATCH", data=orjson.dumps(fields), headers=headers)  # noqa: S310
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310

    def customers(self) -> list[Any]:
        """List the sample firm's customers in QuickBooks."""
        with urllib.request.urlopen(self._customers_url, timeout=10) as answer:  # noqa: S310
            listed: list[Any] = orjson.loads(answer.read())["customers"]
            return listed

    @property
    def _customers_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['QBO_PORT']}/_control/realms/9130357766890012/customers"

    def interrupt(self) -> int:
        """Press Ctrl-C, and wait for the end; gives the exit code."""
        self.processes()
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=GONE_SECONDS)

    def left(self) -> list[str]:
        """Name the processes that outlived it."""
        return [" ".join(each.cmdline()) for each in self.seen if each.is_running() and not _is_over(each)]


@contextmanager
def starting(folder: Path, ports: dict[str, int], jars: Path, **settings: object) -> Iterator[Up]:
    """Start it; at the end it is stopped, whatever happened. The jars are those of the checkout."""
    (folder / "kafka").mkdir(parents=True, exist_ok=True)
    if not (folder / "kafka" / "jars").exists():
        (folder / "kafka" / "jars").symlink_to(jars)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [PROGRAM, "up"],
            env=environment(folder, **ports, **settings),
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Up(folder, ports, process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=GONE_SECONDS)


@contextmanager
def running(folder: Path, ports: dict[str, int], jars: Path, **settings: object) -> Iterator[Up]:
    """Start it, and wait until it says where the console is."""
    with starting(folder, ports, jars, **settings) as up:
        try:
            until(
                lambda: "The console is at" in up.output or up.process.poll() is not None,
                "it is up",
                READY_SECONDS,
            )
        except AssertionError as late:
            raise AssertionError(f"{late}\n{up.output}") from None
        assert up.process.poll() is None, up.output
        up.processes()
        yield up


def _runs(process: psutil.Process, name: str) -> bool:
    try:
        return process.cmdline()[-2:] == ["deploy", name]
    except psutil.Error:
        return False


def _is_over(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True
