"""Dead letters at a terminal, one after the other: each is told as soon as it is done."""

from collections.abc import Awaitable, Callable, Sequence

from adapters.web.api.letter_shapes import LetterAnswer, SettledAnswer
from deploy.operators import ways
from deploy.operators.letter_words import Done
from deploy.operators.ports import Letters, ListedLetters
from deploy.settings import Settings
from deploy.terminal import SaidNoError
from domain.ids import FirmId, RealmId
from domain.letters import LetterPlace, State, place_named

MOST_WAITING = 10_000

Tell = Callable[[Done], None]


async def listed(
    settings: Settings,
    *,
    reason: str | None,
    firm: FirmId | None,
    realm: RealmId | None,
    state: State | None,
    limit: int,
) -> ListedLetters:
    """List letters, the newest first."""
    async with ways.letters(settings) as letters:
        return await letters.listed(reason=reason, firm=firm, realm=realm, state=state, most=limit)


async def looked_at(settings: Settings, place: LetterPlace, *, values: bool) -> LetterAnswer:
    """Show one.

    Raises:
        SaidNoError: there is none.
    """
    async with ways.letters(settings) as letters:
        return await letters.show(place, values=values)


async def waiting_of(settings: Settings, realm: RealmId) -> tuple[LetterPlace, ...]:
    """Name the letters that wait for a company to be connected, the oldest first."""
    async with ways.letters(settings) as letters:
        found = await letters.listed(
            reason="unknown_realm", firm=None, realm=realm, state="waiting", most=MOST_WAITING
        )
    places = [place_named(each.id) for each in reversed(found.letters)]
    return tuple(each for each in places if each is not None)


async def redriven(settings: Settings, places: Sequence[LetterPlace], reason: str | None, tell: Tell) -> None:
    """Send letters again, one after the other; without a reason, say what would come of it."""
    async with ways.letters(settings) as letters:
        for place in places:
            asked = _planned(letters, place) if reason is None else letters.redrive(place, reason)
            tell(await _came_of(place, asked))


async def edited(settings: Settings, place: LetterPlace, event: str, reason: str | None) -> Done:
    """Send a new message in a letter's place; without a reason, say what would come of it."""
    async with ways.letters(settings) as letters:
        if reason is None:
            return await _came_of(place, letters.plan_edited(place, event))
        return await _came_of(place, letters.edit(place, event, reason))


async def discarded(settings: Settings, places: Sequence[LetterPlace], reason: str, tell: Tell) -> None:
    """Let letters be, for good."""
    async with ways.letters(settings) as letters:
        for place in places:
            tell(await _came_of(place, letters.discard(place, reason)))


async def _planned(letters: Letters, place: LetterPlace) -> SettledAnswer:
    look = await letters.show(place, values=False)
    return SettledAnswer(fate=look.letter.fate, plan=look.plan)


async def _came_of(place: LetterPlace, asked: Awaitable[SettledAnswer]) -> Done:
    try:
        settled = await asked
    except SaidNoError as refused:
        return Done(place=place, refused=refused)
    return Done(place=place, fate=settled.fate, plan=settled.plan)
