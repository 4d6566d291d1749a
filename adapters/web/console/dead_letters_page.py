"""Messages that could not be used, for operators."""

from collections.abc import Mapping

from aiohttp import web

from adapters.store.dead_letter_list import LetterFilter
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.texts.letters import parked_in_the_log


async def show_dead_letters(visit: Visit) -> web.Response:
    """List them, the newest first: of this firm, or of all that are the operator's; many name no firm."""
    only_this = visit.request.query.get("of") == "firm"
    firms = frozenset({visit.firm}) if only_this else visit.person.firms
    page = await visit.parts.read_model.dead_letters.page(
        LetterFilter(firms=firms), cursor=visit.request.query.get("cursor")
    )
    address = f"{visit.home}/dead-letters"
    more = f"{address}?{'of=firm&' if only_this else ''}cursor={page.cursor}" if page.cursor else None
    return visit.render(
        "dead_letters.html",
        frame=await frame(visit),
        letters=page.letters,
        only_this=only_this,
        address=address,
        more=more,
        source_words=source_words,
        reason_words=parked_in_the_log,
        place="dead-letters",
    )


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
