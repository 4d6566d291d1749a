"""Makes the plans of replays in a process beside the gateway: deciding thousands of clients would hold up everybody it answers.

It is told what to plan on its standard input, where the database's password stands in no list of processes, and answers with
the plan's id, or with what was wrong.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from adapters.replays.planning import (
    PlannerBusyError,
    PlanTooSlowError,
    TooManyActsError,
    UnknownFirmError,
    UnknownVersionError,
    make_plan,
)
from adapters.store.database import Database
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replay, Replays
from domain.acts import ActFilter
from domain.ids import FirmId
from domain.projection import BeingBuiltError, StoreAwayError
from domain.replays import ReplayKind

AT_ONCE = 2
"""Each takes a core, and as much memory as a firm's rows; the gateway and the database need theirs."""

WITHIN_SECONDS = 60.0
"""A plan over a million records takes less than half of it."""

TURN_WITHIN_SECONDS = 20.0
"""So long anybody waits for others' plans."""

_TOLD: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (UnknownFirmError, UnknownVersionError, TooManyActsError, BeingBuiltError, StoreAwayError)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What is to be planned."""

    database_url: str
    firm: FirmId
    kind: ReplayKind
    wanted: ActFilter
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The plan's id; or which error it is, and its words."""

    plan: str | None = None
    error: str | None = None
    text: str = ""


_REQUEST: TypeAdapter[PlanRequest] = TypeAdapter(PlanRequest)
_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


class PlanFailedError(Exception):
    """The process ended without an answer; its log says why."""


class PlanProcess:
    """The port `MakePlan`. Few plans at a time; a process ends with its plan, with who waits for it, or after so long.

    `command`: what is told what to plan, and answers.
    """

    def __init__(
        self,
        database_url: str,
        replays: Replays,
        *,
        command: Sequence[str] = (sys.executable, "-m", __name__),
        within_seconds: float = WITHIN_SECONDS,
        turn_within_seconds: float = TURN_WITHIN_SECONDS,
    ) -> None:
        self._url = database_url
        self._replays = replays
        self._command = command
        self._within = within_seconds
        self._turn_within = turn_within_seconds
        self._places = asyncio.Semaphore(AT_ONCE)

    async def __call__(
        self, firm: FirmId, kind: ReplayKind, wanted: ActFilter, *, by: str, at: datetime
    ) -> Replay:
        """Make a plan, and keep it.

        Raises:
            PlannerBusyError: so many others are being made.
            PlanTooSlowError: it took too long.
            PlanFailedError: nobody can say why; beside what `make_plan` raises.
        """
        request = PlanRequest(database_url=self._url, firm=firm, kind=kind, wanted=wanted, by=by, at=at)
        await self._take_place()
        try:
            async with asyncio.timeout(self._within):
                reply = await _asked(self._command, _REQUEST.dump_json(request))
        except TimeoutError:
            raise PlanTooSlowError from None
        finally:
            self._places.release()
        if reply.error is not None:
            raise _TOLD[reply.error](reply.text)
        made = await self._replays.one(reply.plan or "")
        if made is None:
            raise PlanFailedError
        return made

    async def _take_place(self) -> None:
        try:
            async with asyncio.timeout(self._turn_within):
                await self._places.acquire()
        except TimeoutError:
            raise PlannerBusyError from None


async def _asked(command: Sequence[str], request: bytes) -> Reply:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        said, _ = await process.communicate(request)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise PlanFailedError
    return _REPLY.validate_json(said)


async def _planned(request: PlanRequest) -> Reply:
    database = Database(request.database_url)
    try:
        made = await make_plan(
            ReplayGrounds(database),
            Replays(database),
            request.firm,
            request.kind,
            request.wanted,
            by=request.by,
            at=request.at,
        )
    except tuple(_TOLD.values()) as wrong:
        return Reply(error=type(wrong).__name__, text=str(wrong))
    finally:
        await database.close()
    return Reply(plan=made.id)


def main() -> None:
    """Plan what standard input says."""
    reply = asyncio.run(_planned(_REQUEST.validate_json(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(_REPLY.dump_json(reply))


if __name__ == "__main__":
    main()
