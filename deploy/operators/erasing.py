"""Erases a person, and says whether what was built from the log has followed."""

from dataclasses import dataclass

from deploy.operators.asking import Decided, ask, new_intent
from deploy.operators.shown import is_shown
from deploy.own_database import database
from deploy.settings import Settings
from domain.ids import ClientId, FirmId
from domain.inputs import Erase
from domain.projection import StoreAwayError

FOLLOWED_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Erased:
    """What the engine said. `is_shown`: history and read model have followed."""

    decided: Decided
    is_shown: bool


async def erase(settings: Settings, firm: FirmId, client: ClientId, reason: str) -> Erased:
    """Ask for it, and wait a little for what follows the log."""
    intent = Erase(firm_id=firm, intent_id=new_intent(), client_id=client, reason=reason)
    (decided,) = await ask(settings, intent)
    if decided.refused:
        return Erased(decided, is_shown=False)
    try:
        async with database(settings) as store:
            return Erased(decided, await is_shown(store, [decided], FOLLOWED_SECONDS))
    except StoreAwayError:
        return Erased(decided, is_shown=False)  # it is done all the same, and follows
