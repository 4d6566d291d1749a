"""A system of the demo's own: `client-sync up` on free ports and in a folder that is gone afterwards."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.given_settings import PREFIX
from deploy.kafka.ports import free_port
from deploy.settings import LOCAL, Settings

READY = "The console is at"
READY_SECONDS = 200.0
"""The very first start fetches Kafka itself."""
STOP_SECONDS = 40.0
LOOK_SECONDS = 0.1
PORTS = ("KAFKA_PORT", "HTTP_PORT", "QBO_PORT", "CANOPY_PORT")


class NotUpError(Exception):
    """Says what the start said last."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A running system."""

    settings: Settings

    @property
    def api(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.settings.http_port}"


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Start everything, and stop it at the end, whatever happens.

    Raises:
        NotUpError: it did not start.
    """
    with tempfile.TemporaryDirectory(prefix="client-sync-demo-", ignore_cleanup_errors=True) as name:
        folder, ports = Path(name), {port: free_port() for port in PORTS}
        _share_kafka(folder)
        process = _start(folder, ports)
        try:
            _wait(process, folder / "output")
            yield Stack(_settings(folder, ports))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _settings(folder: Path, ports: dict[str, int]) -> Settings:
    return Settings(
        kafka_bootstrap=None,
        kafka_port=ports["KAFKA_PORT"],
        http_port=ports["HTTP_PORT"],
        qbo_port=ports["QBO_PORT"],
        canopy_port=ports["CANOPY_PORT"],
        qbo_base_url="",
        canopy_base_url="",
        data_folder=folder,
        database_url="",
    )


def _share_kafka(folder: Path) -> None:
    """Use the Kafka that `make run` uses: it is fetched once."""
    jars = (LOCAL / "kafka" / "jars").resolve()
    jars.mkdir(parents=True, exist_ok=True)
    (folder / "kafka").mkdir()
    (folder / "kafka" / "jars").symlink_to(jars)


def _start(folder: Path, ports: dict[str, int]) -> subprocess.Popen[bytes]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    ours = {"DATA_FOLDER": str(folder), **{name: str(port) for name, port in ports.items()}}
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy", "up"],
            env=inherited | {f"{PREFIX}{name}": value for name, value in ours.items()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _wait(process: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while READY not in (said := output.read_text(errors="replace")):
        if process.poll() is not None or time.monotonic() > end:
            raise NotUpError(said)
        time.sleep(LOOK_SECONDS)
