"""Ends a firm's connection with its QuickBooks company; its links are kept."""

from adapters.store.connections import Connections
from deploy.commands import database
from deploy.operators.asking import Decided, ask, new_intent
from deploy.settings import Settings
from domain.ids import FirmId
from domain.inputs import Disconnect


async def disconnect(settings: Settings, firm: FirmId) -> Decided:
    """Decide first, so that nothing new starts; then let the company's webhooks be skipped."""
    async with database(settings) as store:  # before anything is asked: a database that is away ends it here
        (decided,) = await ask(settings, Disconnect(firm_id=firm, intent_id=new_intent()))
        if not decided.refused:
            await Connections(store).disconnect(firm)
        return decided
