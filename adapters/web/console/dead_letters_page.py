"""Messages that could not be used, for operators: what waits for which reason, and one by one."""

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from adapters.store.dead_letter_list import LetterFilter
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.texts.letter_states import state_text
from adapters.web.texts.letters import parked_in_the_log
from domain.bounds import REALM
from domain.ids import RealmId
from domain.letters import STATES, State

ALL = "all"


async def show_dead_letters(visit: Visit) -> web.Response:
    """List them, the newest first: of this firm, or of all that are the operator's; many name no firm."""
    asked = visit.request.query
    state, reason, realm = _state(asked.get("state")), asked.get("reason"), asked.get("realm")
    only_this = asked.get("of") == "firm"
    firms = frozenset({visit.firm}) if only_this else visit.person.firms
    wanted = LetterFilter(
        firms=firms,
        reason=reason,
        state=state,
        realm=RealmId(realm) if realm and REALM.holds(realm) else None,
        first=await visit.parts.desk.first_offsets(),
    )
    letters = visit.parts.read_model.dead_letters
    page = await letters.page(wanted, cursor=asked.get("cursor"))
    shown = {
        "of": "firm" if only_this else None,
        "state": state or ALL,
        "reason": reason,
        "realm": wanted.realm,
    }

    def address(**changed: str | None) -> str:
        return _address(f"{visit.home}/dead-letters", shown | changed)

    return visit.render(
        "dead_letters.html",
        frame=await frame(visit),
        letters=page.letters,
        groups=await letters.groups(wanted),
        shown=shown,
        states=[(each, state_text(each, under_way=False)) for each in STATES],
        address=address,
        more=address(cursor=page.cursor) if page.cursor else None,
        letter_address=lambda letter: f"{visit.home}/dead-letters/{letter.place}",
        source_words=source_words,
        reason_words=parked_in_the_log,
        state_words=lambda letter: state_text(letter.state, under_way=letter.fate is not None),
        place="dead-letters",
    )


def _state(asked: str | None) -> State | None:
    """Read which are meant: those that wait, unless somebody says otherwise."""
    return next((each for each in STATES if each == asked), None if asked == ALL else "waiting")


def _address(path: str, asked: Mapping[str, str | None]) -> str:
    written = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{path}?{written}" if written else path


_TOPICS: Mapping[str, str] = {
    "canopy.client-events": "Canopy's event",
    "qbo.notifications": "QuickBooks' notice",
    "sync.intents": "a person's request",
    "sync.outcomes": "an answer",
}


def source_words(source: str) -> str:
    """Say where a message came from: a topic with its place, or the address it was sent to."""
    topic, _, place = source.partition("/")
    if topic in _TOPICS:
        return f"{_TOPICS[topic]} at {place}"
    return "QuickBooks' webhook" if source.endswith("/webhooks/quickbooks") else source
