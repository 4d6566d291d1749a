"""Dead letters at a terminal: the same desk as the gateway's, over Kafka and the database."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.letters.desk import LetterDesk
from adapters.letters.look import Look, Operator
from adapters.letters.plan import LetterRefusedError, Plan
from adapters.store.dead_letter_list import DeadLetterList, LetterFilter
from adapters.store.views import DeadLetterView, FateView, LetterGroup
from adapters.web.texts.letters import refusal_text
from deploy.kafka_servers import kafka_servers
from deploy.letters import letter_desk
from deploy.own_database import database
from deploy.settings import Settings
from deploy.way_to_engine import INTENT_SECONDS, operator
from domain.ids import FirmId, RealmId
from domain.letters import LetterPlace, State
from streams.kafka.acknowledged_producer import AcknowledgedProducer

ME = Operator(actor=operator(), firms=None)
"""Who has Kafka and the database sees all firms."""


class NothingDoneError(Exception):
    """Says why nothing was done about a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What waits by its reason, and letters one by one."""

    groups: tuple[LetterGroup, ...]
    letters: tuple[DeadLetterView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of one letter: done, planned or refused."""

    place: LetterPlace
    fate: FateView | None = None
    plan: Plan | None = None
    refused: LetterRefusedError | None = None


Tell = Callable[[Done], None]
"""Hears of each letter as soon as it is done: many take a while."""


@asynccontextmanager
async def _desk(settings: Settings) -> AsyncIterator[tuple[LetterDesk, DeadLetterList]]:
    producer = AcknowledgedProducer(kafka_servers(settings), INTENT_SECONDS)
    async with database(settings) as store:
        try:
            yield (
                letter_desk(store, kafka_servers(settings), producer, settings.partitions),
                DeadLetterList(store),
            )
        finally:
            await producer.stop()


async def listed(
    settings: Settings,
    *,
    reason: str | None,
    firm: FirmId | None,
    realm: RealmId | None,
    state: State | None,
    limit: int,
) -> Listed:
    """List letters, the newest first."""
    async with _desk(settings) as (desk, letters):
        wanted = LetterFilter(
            firms=frozenset({firm}) if firm is not None else None,
            reason=reason,
            state=state,
            realm=realm,
            first=await desk.first_offsets(),
        )
        groups = await letters.groups(wanted)
        return Listed(groups=groups, letters=await _all(letters, wanted, limit))


async def _all(letters: DeadLetterList, wanted: LetterFilter, limit: int) -> tuple[DeadLetterView, ...]:
    found: list[DeadLetterView] = []
    cursor = None
    while len(found) < limit:
        page = await letters.page(wanted, cursor=cursor, limit=min(200, limit - len(found)))
        found += page.letters
        cursor = page.cursor
        if cursor is None:
            break
    return tuple(found)


async def looked_at(settings: Settings, place: LetterPlace) -> Look:
    """Show one.

    Raises:
        NothingDoneError: there is none.
    """
    async with _desk(settings) as (desk, _):
        try:
            return await desk.look(place, ME)
        except LetterRefusedError as refused:
            raise NothingDoneError(refusal_text(refused.code, refused.facts)) from None


async def waiting_of(settings: Settings, realm: RealmId) -> tuple[LetterPlace, ...]:
    """Name the letters that wait for a company to be connected, the oldest first."""
    wanted = LetterFilter(realm=realm, state="waiting", reason="unknown_realm")
    async with database(settings) as store:
        return tuple(each.place for each in (await _all(DeadLetterList(store), wanted, 10_000))[::-1])


async def redriven(settings: Settings, places: Sequence[LetterPlace], reason: str | None, tell: Tell) -> None:
    """Send letters again, one after the other; without a reason, say what would come of it."""
    async with _desk(settings) as (desk, _):
        for place in places:
            try:
                if reason is None:
                    look = await desk.look(place, ME)
                    tell(Done(place=place, plan=look.plan, fate=look.view.fate))
                else:
                    tell(Done(place=place, fate=await desk.redrive(place, ME, reason)))
            except LetterRefusedError as refused:
                tell(Done(place=place, refused=refused))


async def edited(settings: Settings, place: LetterPlace, event: str, reason: str | None) -> Done:
    """Send a new message in a letter's place; without a reason, say what would come of it."""
    async with _desk(settings) as (desk, _):
        try:
            if reason is None:
                return Done(place=place, plan=await desk.plan_edited(place, event, ME))
            return Done(place=place, fate=await desk.edit(place, event, ME, reason))
        except LetterRefusedError as refused:
            return Done(place=place, refused=refused)


async def discarded(settings: Settings, places: Sequence[LetterPlace], reason: str, tell: Tell) -> None:
    """Let letters be, for good."""
    async with _desk(settings) as (desk, _):
        for place in places:
            try:
                tell(Done(place=place, fate=await desk.discard(place, ME, reason)))
            except LetterRefusedError as refused:
                tell(Done(place=place, refused=refused))
