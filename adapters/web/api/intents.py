"""Asks the engine for something in a person's name, waits a little for what comes of it, and says how that ended."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from adapters.web.api.operations import Answer, Call
from adapters.web.api.positions import HEADER, Position
from adapters.web.parts import Parts
from adapters.web.problems import Problem
from adapters.web.texts.refusals import refusal_in_the_log
from domain.decision import Verdict
from domain.inputs import AddClient, FirmIntent, Intent, LinkIntent
from domain.projection import BeingBuiltError, Decided, Seen, Watch, is_settled
from domain.rows import LinkRow

WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """All its work is done. `link` None: it was about the firm."""

    position: Position
    link: LinkRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """Not done yet; it will be, and the log will say so. `link`: as it stood last, if decided."""

    position: Position | None = None
    link: LinkRow | None = None


Ended = Done | UnderWay


async def ask(call: Call, intent: Intent) -> Ended:
    """Ask, and wait a little for the end of it.

    Raises:
        Problem: it was decided, and refused.
        KafkaAwayError: it could not be taken in for certain.
    """
    deadline = wait_until()
    with call.parts.watcher.watch(intent.firm_id) as watch:
        decided = await _decided(call, watch, intent, deadline)
        if decided is None:
            return UnderWay()
        if decided.verdict is Verdict.REFUSED:
            raise _refusal(decided)
        if isinstance(intent, AddClient):
            # Its link is that of a client whose id nobody knows yet.
            wanted = intent.customer_id
            linked = await link_at_rest(watch, lambda link: link.customer_id == wanted, deadline)
            return linked or UnderWay(position=decided.position)
        if isinstance(intent, FirmIntent):
            return Done(position=decided.position)  # its work may go on for long
        return await _link_done(call.parts, watch, intent, decided, deadline)


def wait_until() -> float:
    """Say until when a person is kept waiting who asks now; by the clock of the event loop."""
    return asyncio.get_running_loop().time() + WAIT_SECONDS


async def link_at_rest(
    watch: Watch, wanted: Callable[[LinkRow], bool], deadline: float, since: int = 0
) -> Done | None:
    """Wait for a link that is wanted and has nothing under way, from the offset `since` on; None: not in time."""

    def at_rest(line: Decided) -> bool:
        row = line.row
        return line.offset >= since and isinstance(row, LinkRow) and wanted(row) and is_settled(row)

    try:
        async with asyncio.timeout_at(deadline):
            seen = await watch.first(at_rest)
    except TimeoutError:
        return None
    row = seen.decided.row
    return Done(position=_place(seen), link=row if isinstance(row, LinkRow) else None)


def answered(ended: Ended, body: BaseModel, location: str) -> Answer:
    """Answer with how it ended; `location`: where to look while it is under way."""
    match ended:
        case Done(position=position):
            return Answer(body=body, position=position)
        case UnderWay(position=position):
            return Answer(status=202, body=body, position=position, location=location)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    verdict: Verdict
    code: str
    facts: Mapping[str, str]
    offset: int
    position: Position
    remembered: bool


def _refusal(decided: _Decision) -> Problem:
    """Say no, with the reason; asked again with the same key, it stays so."""
    return Problem(
        409,
        decided.code,
        refusal_in_the_log(decided.code, decided.facts),
        facts=decided.facts,
        headers={HEADER: str(decided.position)},
        final=True,
    )


async def _decided(call: Call, watch: Watch, intent: Intent, deadline: float) -> _Decision | None:
    parts = call.parts
    if call.repeated and (before := await _decided_before(parts, intent)):
        return before
    # Always as old as it is: the engine may remember no more that it has decided this.
    await parts.intents.submit(intent, call.person.actor, call.asked_at)

    def is_decision(line: Decided) -> bool:
        cause = line.cause
        return cause is not None and cause.id == intent.intent_id and cause.topic == parts.intents_topic

    try:
        async with asyncio.timeout_at(deadline):
            seen = await watch.first(is_decision)
    except TimeoutError:
        return None
    line = seen.decided
    if line.verdict is Verdict.SKIPPED and line.code == "repeat":
        return await _decided_before(parts, intent)
    if call.repeated and line.code == "too_old" and (before := await _decided_before(parts, intent)):
        return before  # asked again under its key after hours, and decided meanwhile
    return _Decision(
        verdict=line.verdict,
        code=line.code,
        facts=line.facts,
        offset=line.offset,
        position=_place(seen),
        remembered=False,
    )


async def _decided_before(parts: Parts, intent: Intent) -> _Decision | None:
    past = await parts.past.about(intent.firm_id, intent.intent_id)
    if past is None:
        return None
    return _Decision(
        verdict=past.verdict,
        code=past.code,
        facts=past.facts,
        offset=past.offset,
        position=Position(past.partition, past.next_offset),
        remembered=True,
    )


async def _link_done(
    parts: Parts, watch: Watch, intent: LinkIntent, decided: _Decision, deadline: float
) -> Ended:
    """Wait for the end of what was decided; the first record that counts may be the decision's own."""
    if decided.remembered:
        now = await _as_shown(parts, intent, decided)
        if isinstance(now, Done):
            return now
    client = intent.client_id
    done = await link_at_rest(watch, lambda link: link.client_id == client, deadline, since=decided.offset)
    return done or await _as_shown(parts, intent, decided)


async def _as_shown(parts: Parts, intent: LinkIntent, decided: _Decision) -> Done | UnderWay:
    """Read how the link stands, where the read model has got to the decision."""
    partition = decided.position.partition
    shown = Position(partition, parts.progress.position(partition))
    try:
        found = await parts.read_model.links.one(intent.firm_id, intent.client_id)
    except BeingBuiltError:
        found = None
    if found is None or shown.next_offset < decided.position.next_offset:
        return UnderWay(position=decided.position)
    if is_settled(found.row):
        return Done(position=shown, link=found.row)
    return UnderWay(position=shown, link=found.row)


def _place(seen: Seen) -> Position:
    return Position(seen.decided.partition, seen.next_offset)
