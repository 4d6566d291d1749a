"""Asks the engine for something in a person's name, and waits a little for what comes of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.web.api.operations import Call
from adapters.web.api.positions import Position
from adapters.web.parts import Parts
from domain.decision import Verdict
from domain.ids import ClientId, FirmId
from domain.inputs import AddClient, FirmIntent, Intent, LinkIntent
from domain.projection import BeingBuiltError, Decided, Seen, Watch, is_settled
from domain.rows import LinkRow

WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Decided, and all its work is done. `link` None: it was about the firm."""

    position: Position
    link: LinkRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Decided: no. `facts` explain it."""

    position: Position
    code: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """Not done yet; it will be, and the log will say so. `link`: as it stood last, if decided."""

    position: Position | None = None
    link: LinkRow | None = None


Ended = Done | Refused | UnderWay


async def ask_about_link(call: Call, intent: LinkIntent) -> Ended:
    """Ask for something about one client.

    Raises:
        KafkaAwayError: it could not be taken in for certain.
    """
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    with call.parts.watcher.watch(intent.firm_id) as watch:
        decided = await _decided(call, watch, intent, deadline)
        if decided is None:
            return UnderWay()
        if decided.verdict is Verdict.REFUSED:
            return Refused(position=decided.position, code=decided.code, facts=decided.facts)
        return await _settled(call.parts, watch, intent.firm_id, intent.client_id, decided, deadline)


async def ask_about_customer(call: Call, intent: AddClient) -> Ended:
    """Ask for a client for a customer, and wait a little for the link of the two.

    Raises:
        KafkaAwayError: it could not be taken in for certain.
    """

    def linked(line: Decided) -> bool:
        row = line.row
        return isinstance(row, LinkRow) and row.customer_id == intent.customer_id and is_settled(row)

    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    with call.parts.watcher.watch(intent.firm_id) as watch:
        decided = await _decided(call, watch, intent, deadline)
        if decided is None:
            return UnderWay()
        if decided.verdict is Verdict.REFUSED:
            return Refused(position=decided.position, code=decided.code, facts=decided.facts)
        try:
            async with asyncio.timeout_at(deadline):
                seen = await watch.first(linked)
        except TimeoutError:
            return UnderWay(position=decided.position)
        row = seen.decided.row
        return Done(position=_place(seen), link=row if isinstance(row, LinkRow) else None)


async def ask_about_firm(call: Call, intent: FirmIntent) -> Ended:
    """Ask for something about a whole firm; its work may go on for long, so it is done when decided.

    Raises:
        KafkaAwayError: it could not be taken in for certain.
    """
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    with call.parts.watcher.watch(intent.firm_id) as watch:
        decided = await _decided(call, watch, intent, deadline)
        if decided is None:
            return UnderWay()
        if decided.verdict is Verdict.REFUSED:
            return Refused(position=decided.position, code=decided.code, facts=decided.facts)
        return Done(position=decided.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    verdict: Verdict
    code: str
    facts: Mapping[str, str]
    offset: int
    position: Position
    remembered: bool


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


async def _settled(
    parts: Parts, watch: Watch, firm: FirmId, client: ClientId, decided: _Decision, deadline: float
) -> Ended:
    """Wait for the end of what was decided; the first record that counts may be the decision's own."""
    if decided.remembered:
        now = await _as_shown(parts, firm, client, decided)
        if isinstance(now, Done):
            return now

    def ends_it(line: Decided) -> bool:
        row = line.row
        return (
            line.offset >= decided.offset
            and isinstance(row, LinkRow)
            and row.client_id == client
            and is_settled(row)
        )

    try:
        async with asyncio.timeout_at(deadline):
            seen = await watch.first(ends_it)
    except TimeoutError:
        return await _as_shown(parts, firm, client, decided)
    row = seen.decided.row
    return Done(position=_place(seen), link=row if isinstance(row, LinkRow) else None)


async def _as_shown(parts: Parts, firm: FirmId, client: ClientId, decided: _Decision) -> Done | UnderWay:
    """Read how the link stands, where the read model has got to the decision."""
    partition = decided.position.partition
    shown = Position(partition, parts.progress.position(partition))
    try:
        found = await parts.read_model.links.one(firm, client)
    except BeingBuiltError:
        found = None
    if found is None or shown.next_offset < decided.position.next_offset:
        return UnderWay(position=decided.position)
    if is_settled(found.row):
        return Done(position=shown, link=found.row)
    return UnderWay(position=shown, link=found.row)


def _place(seen: Seen) -> Position:
    return Position(seen.decided.partition, seen.next_offset)
