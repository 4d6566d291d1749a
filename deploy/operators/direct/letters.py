"""Dead letters over Kafka and the database: the same desk as the gateway's."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from adapters.letters.desk import LetterDesk
from adapters.letters.look import Operator, note_values
from adapters.letters.plan import LetterRefusedError
from adapters.store.dead_letter_list import DeadLetterList, LetterFilter
from adapters.web.api.dead_letters import problem_of
from adapters.web.api.letter_answers import (
    group_shape,
    letter_answer,
    letter_shape,
    planned_answer,
    settled_answer,
)
from adapters.web.api.letter_shapes import DeadLetterShape, LetterAnswer, SettledAnswer
from deploy.kafka_servers import kafka_servers
from deploy.letters import letter_desk
from deploy.logs import set_up_logs
from deploy.operators.direct.said_no import problems_said
from deploy.operators.ports import ListedLetters
from deploy.own_database import database
from deploy.settings import Settings
from deploy.way_to_engine import INTENT_SECONDS, operator
from domain.ids import FirmId, RealmId
from domain.letters import LetterPlace, State
from streams.kafka.acknowledged_producer import AcknowledgedProducer

ME = Operator(actor=operator(), firms=None)
"""Who has Kafka and the database sees all firms."""

AT_ONCE = 200


class DirectLetters:
    """The port `Letters`."""

    def __init__(self, settings: Settings, desk: LetterDesk, letters: DeadLetterList) -> None:
        self._settings = settings
        self._desk = desk
        self._letters = letters

    async def listed(
        self,
        *,
        reason: str | None,
        firm: FirmId | None,
        realm: RealmId | None,
        state: State | None,
        most: int,
    ) -> ListedLetters:
        """List them, the newest first."""
        wanted = LetterFilter(
            firms=frozenset({firm}) if firm is not None else None,
            reason=reason,
            state=state,
            realm=realm,
            first=await self._desk.first_offsets(),
        )
        groups = [group_shape(each) for each in await self._letters.groups(wanted)]
        return ListedLetters(groups=groups, letters=await self._all(wanted, most))

    async def _all(self, wanted: LetterFilter, most: int) -> list[DeadLetterShape]:
        found: list[DeadLetterShape] = []
        cursor = None
        while len(found) < most:
            page = await self._letters.page(wanted, cursor=cursor, limit=min(AT_ONCE, most - len(found)))
            found += map(letter_shape, page.letters)
            cursor = page.cursor
            if cursor is None:
                break
        return found

    async def show(self, place: LetterPlace, *, values: bool) -> LetterAnswer:
        """Show one. With `values` it is logged who asked."""
        with _refusals_said():
            look = await self._desk.look(place, ME)
        if values:
            set_up_logs("operator", self._settings.log_format)
            note_values(ME.actor, look)
        return letter_answer(look, values=values)

    async def redrive(self, place: LetterPlace, reason: str) -> SettledAnswer:
        """Send its bytes again."""
        with _refusals_said():
            return settled_answer(await self._desk.redrive(place, ME, reason))

    async def plan_edited(self, place: LetterPlace, event: str) -> SettledAnswer:
        """Say what would come of sending a new message in its place."""
        with _refusals_said():
            return planned_answer(await self._desk.plan_edited(place, event, ME))

    async def edit(self, place: LetterPlace, event: str, reason: str) -> SettledAnswer:
        """Send it."""
        with _refusals_said():
            return settled_answer(await self._desk.edit(place, event, ME, reason))

    async def discard(self, place: LetterPlace, reason: str) -> SettledAnswer:
        """Let it be, for good."""
        with _refusals_said():
            return settled_answer(await self._desk.discard(place, ME, reason))


@contextmanager
def _refusals_said() -> Iterator[None]:
    try:
        yield
    except LetterRefusedError as refused:
        with problems_said():
            raise problem_of(refused) from None


@asynccontextmanager
async def direct_letters(settings: Settings) -> AsyncIterator[DirectLetters]:
    """Open the desk for as long as a command runs."""
    producer = AcknowledgedProducer(kafka_servers(settings), INTENT_SECONDS)
    async with database(settings) as store:
        try:
            desk = letter_desk(store, kafka_servers(settings), producer, settings.partitions)
            yield DirectLetters(settings, desk, DeadLetterList(store))
        finally:
            await producer.stop()


async def count_waiting(settings: Settings, realm: RealmId) -> int:
    """Count the letters that wait for a company to be connected, as the database has them."""
    async with database(settings) as store:
        groups = await DeadLetterList(store).groups(LetterFilter(realm=realm))
    return sum(each.count for each in groups if each.reason == "unknown_realm")
