"""Makes the plans of replays in a process beside the gateway: deciding thousands of clients would hold up everybody it answers.

It is told what to plan on its standard input, where the database's password stands in no list of processes, and answers with
the plan's id, or with what was wrong.
"""

import asyncio
import sys
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from adapters.replays.planning import TooManyActsError, UnknownFirmError, make_plan
from adapters.store.database import Database
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replay, Replays
from domain.acts import ActFilter
from domain.ids import FirmId
from domain.projection import BeingBuiltError, StoreAwayError
from domain.replays import ReplayKind

_TOLD: dict[str, type[Exception]] = {
    kind.__name__: kind for kind in (UnknownFirmError, TooManyActsError, BeingBuiltError, StoreAwayError)
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
    """The port `MakePlan`. One plan at a time; a process ends with its plan, or with who waits for it."""

    def __init__(self, database_url: str, replays: Replays) -> None:
        self._url = database_url
        self._replays = replays
        self._one = asyncio.Lock()

    async def __call__(
        self, firm: FirmId, kind: ReplayKind, wanted: ActFilter, *, by: str, at: datetime
    ) -> Replay:
        """Make a plan, and keep it.

        Raises:
            PlanFailedError: nobody can say why; beside what `make_plan` raises.
        """
        request = PlanRequest(database_url=self._url, firm=firm, kind=kind, wanted=wanted, by=by, at=at)
        async with self._one:
            reply = await _asked(_REQUEST.dump_json(request))
        if reply.error is not None:
            raise _TOLD[reply.error](reply.text)
        made = await self._replays.one(reply.plan or "")
        if made is None:
            raise PlanFailedError
        return made


async def _asked(request: bytes) -> Reply:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
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
