"""Pauses requests and lets them go on, and shows what is waiting to be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.store.read_model import ReadModel
from adapters.store.views import PendingPage
from deploy.operators.asking import Decided, ask, new_intent
from deploy.operators.shown import is_shown
from deploy.own_database import database
from deploy.settings import Settings
from domain.ids import ALL_FIRMS, FirmId
from domain.inputs import Pause, Resume


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What is pending: of one firm its work, of all the number of rows by firm. `late`: shown as of some time ago."""

    firm: PendingPage | None = None
    by_firm: Mapping[FirmId, int] | None = None
    late: bool = False


async def pause(settings: Settings, firm: FirmId, reason: str) -> list[Decided]:
    """Start no new request of a firm, or of all."""
    return await ask(settings, Pause(firm_id=firm, intent_id=new_intent(), reason=reason))


async def resume(settings: Settings, firm: FirmId, reason: str) -> list[Decided]:
    """Let requests go on."""
    return await ask(settings, Resume(firm_id=firm, intent_id=new_intent(), reason=reason))


async def what_waits(settings: Settings, firm: FirmId, decided: Sequence[Decided]) -> Waits:
    """Read what is pending, as of the decision where the read model gets there soon."""
    async with database(settings) as store:
        reads = ReadModel(store)
        late = not await is_shown(store, decided)
        if firm == ALL_FIRMS:
            return Waits(by_firm=await reads.pending.by_firm(), late=late)
        return Waits(firm=await reads.pending.of_firm(firm), late=late)
