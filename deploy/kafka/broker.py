"""One local Kafka broker as an object: start it, wait until it works, stop it, or hurt it."""

import asyncio
import base64
import fcntl
import os
import signal
import subprocess
import sys
import time
import uuid
from enum import StrEnum
from pathlib import Path
from typing import IO

from deploy.kafka.class_archive import options_for
from deploy.kafka.jars import install
from deploy.kafka.java import spawn_java
from deploy.kafka.ports import free_port, require_free
from deploy.kafka.ready import has_registered_broker
from deploy.kafka.settings import HOST, BrokerSettings, server_properties

POLL_SECONDS = 0.05
LOG_LINES_SHOWN = 15


class BrokerError(Exception):
    """The broker did not start, or did not get ready. The message ends with its last log lines."""


class Ending(StrEnum):
    """How a broker ended when it was told to."""

    STOPPED = "stopped"
    KILLED = "killed"  # it did not stop in time, and will look through its logs at the next start
    WAS_GONE = "was gone"


class LocalBroker:
    """Bound to no event loop: one loop may start it and another stop it.

    Start it from a thread that outlives it (see `die_with_parent`).
    """

    def __init__(self, settings: BrokerSettings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def bootstrap(self) -> str:
        """The address for Kafka clients."""
        return f"{HOST}:{self.settings.port}"

    @property
    def pid(self) -> int | None:
        """Of the Java process; None before the first start."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Whether the Java process lives, ready or not."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Fetch what is missing, format a fresh folder, spawn Java. Data of an earlier start is kept.

        Raises:
            PortInUseError: before anything is spawned.
            JarError: a jar cannot be had, or is not the locked one.
            BrokerError: it runs already, another broker has the folder, or it could not be formatted.
        """
        if self.running:
            raise BrokerError(f"This broker runs already, as process {self.pid}.")
        settings = self.settings
        require_free(settings.port)
        if settings.controller_port:
            require_free(settings.controller_port)
        class_path = await asyncio.to_thread(install, settings.jars)
        settings.folder.mkdir(parents=True, exist_ok=True)
        with settings.log_file.open("ab") as output:
            self._lock_folder(output)
            self._log_start = output.tell()
            controller_port = settings.controller_port or free_port()
            settings.properties_file.write_text(server_properties(settings, controller_port))
            # Written last by the formatter, so a start that was cut short formats again.
            if not (settings.data / "meta.properties").exists():
                await self._format(class_path, output)
            options = (*options_for(class_path), f"-Xmx{settings.heap_mb}m", *settings.java_options)
            arguments = [str(settings.properties_file)]
            self._process = spawn_java(class_path, "kafka.Kafka", arguments, output, options)

    async def wait_ready(self, within: float = 60) -> None:
        """Until it answers a metadata request with a registered broker; `within` in seconds.

        Raises:
            BrokerError: Java ended, or the time is over. The process is left as it is.
        """
        deadline = time.monotonic() + within
        while not await has_registered_broker(HOST, self.settings.port):
            if not self.running:
                raise BrokerError(f"Kafka ended before it was ready:\n{self._last_lines()}")
            if time.monotonic() > deadline:
                raise BrokerError(f"Kafka is not ready after {within:.0f} s:\n{self._last_lines()}")
            await asyncio.sleep(POLL_SECONDS)

    async def ended(self) -> None:
        """Until the Java process is gone, for whatever reason; at once if there is none."""
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)

    async def stop(self, within: float = 20) -> Ending:
        """SIGTERM, and SIGKILL after `within` seconds. Returns when the process is gone."""
        if self._process is None or not self.running:
            return Ending.WAS_GONE
        self.resume()  # a paused process would not see the signal
        self._process.terminate()
        try:
            async with asyncio.timeout(within):
                await self.ended()
        except TimeoutError:
            self.kill()
            return Ending.KILLED
        return Ending.STOPPED

    def kill(self) -> None:
        """SIGKILL. What was acknowledged is in the system's page cache, so it survives."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers, from when this returns on."""
        self._signal(signal.SIGSTOP)
        if sys.platform == "linux" and self.pid is not None and self.running:
            # One of its threads takes the signal in and stops the others; where the machine is busy, these answer meanwhile.
            os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        """SIGCONT, the end of a pause."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _lock_folder(self, output: IO[bytes]) -> None:
        # Kafka locks its folder too, but only after its controller has written there. This lock goes with the file
        # to Java, whose output it is, and is free again when Java is gone, however it ends.
        try:
            fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BrokerError(f"Another broker runs in {self.settings.folder}.") from error

    async def _format(self, class_path: tuple[Path, ...], output: IO[bytes]) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # One argument, not two: an id may begin with a dash.
        arguments = ["format", f"--cluster-id={cluster}", "--config", str(self.settings.properties_file)]
        formatter = spawn_java(
            class_path, "kafka.tools.StorageTool", arguments, output, options_for(class_path)
        )
        try:
            code = await asyncio.to_thread(formatter.wait)
        finally:
            formatter.kill()
            formatter.wait()
        if code != 0:
            raise BrokerError(f"Kafka could not format {self.settings.data}:\n{self._last_lines()}")

    def _last_lines(self) -> str:
        with self.settings.log_file.open("rb") as content:
            content.seek(self._log_start)
            lines = content.read().decode(errors="replace").splitlines()
        # What went wrong, without where in Kafka's code.
        told = [line for line in lines if not line.startswith("\tat ")]
        return "\n".join(told[-LOG_LINES_SHOWN:])
