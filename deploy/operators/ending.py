"""Ends a firm's connection with its QuickBooks company; its links are kept."""

from deploy.operators.asking import Decided, ask, new_intent
from deploy.settings import Settings
from domain.ids import FirmId
from domain.inputs import Disconnect


async def disconnect(settings: Settings, firm: FirmId) -> Decided:
    """Decide it: nothing new starts from then on, and the company's webhooks are skipped."""
    (decided,) = await ask(settings, Disconnect(firm_id=firm, intent_id=new_intent()))
    return decided
