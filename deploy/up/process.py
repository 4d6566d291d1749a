"""One process that is kept running: started again with a growing pause when it ends, and stopped when we stop."""

import asyncio
import functools
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from adapters.safe_text import safe
from deploy.kafka.java import die_with_parent

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 30.0
"""Having lived this long, a process that ends starts over with the first pause."""
STOP_SECONDS = 15.0
Say = Callable[[str], None]


@dataclass(slots=True)
class Kept:
    """A process by its name and arguments (of this Python); its output goes to `log`."""

    name: str
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    say: Say
    process: asyncio.subprocess.Process | None = None
    task: asyncio.Task[None] | None = None
    stopping: bool = field(default=False)

    async def start(self) -> None:
        """Start it, and keep it running from now on."""
        await self._spawn()
        self.task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Ask it to end, wait, and kill it where it does not."""
        self.stopping = True
        process = self.process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                self.say(f"{self.name} did not stop within {STOP_SECONDS:.0f} s and was killed")
                process.kill()
                await process.wait()
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    def last_lines(self, most: int = 5) -> str:
        """Give the end of its log, for a person who has to mend something."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"    {safe(line)}" for line in lines[-most:])

    async def _spawn(self) -> None:
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.environment},
                # Ctrl-C is for us: we stop them in the right order.
                start_new_session=True,
                preexec_fn=functools.partial(die_with_parent, os.getpid()),
            )

    async def _keep(self) -> None:
        clock = asyncio.get_running_loop().time
        pause = FIRST_PAUSE_SECONDS
        while True:
            process, since = self.process, clock()
            if process is None:
                return
            code = await process.wait()
            if self.stopping:
                return
            pause = FIRST_PAUSE_SECONDS if clock() - since > HEALTHY_SECONDS else pause
            self.say(
                f"{self.name} ended ({_ending(code)}); starting it again in {pause:g} s\n{self.last_lines()}"
            )
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            await self._spawn()
            self.say(f"{self.name} is started again")


def _ending(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
