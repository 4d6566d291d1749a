"""What the engine is asked for over Kafka, decided by a worker whether or not a gateway runs."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.store.read_model import ReadModel
from adapters.web.api.held_again_preview import asked_to_hold_again
from adapters.web.api.pending import pending_answer
from adapters.web.api.restore_preview import of_version
from adapters.web.api.settings_shapes import SettingsShape, settings_in
from adapters.web.api.undo_preview import asked_undo
from deploy.operators.decided import Decided, Erased, Waits
from deploy.operators.direct.asking import ask, new_intent
from deploy.operators.direct.said_no import problems_said
from deploy.operators.direct.shown import is_shown
from deploy.own_database import database
from deploy.settings import Settings
from domain.ids import ALL_FIRMS, ClientId, FirmId
from domain.inputs import ChangeSettings, Disconnect, Erase, Pause, Restore, Resume, Unmatch
from domain.projection import StoreAwayError
from streams.wire.inputs import partition_of

MOST_WORK = 50
ERASED_SECONDS = 10.0


class DirectActs:
    """The port `Acts`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def pause(self, firm: FirmId, reason: str) -> Sequence[Decided]:
        """Start no new request of a firm, or of all."""
        return await ask(self._settings, Pause(firm_id=firm, intent_id=new_intent(), reason=reason))

    async def resume(self, firm: FirmId, reason: str) -> Sequence[Decided]:
        """Let requests go on."""
        return await ask(self._settings, Resume(firm_id=firm, intent_id=new_intent(), reason=reason))

    async def waits(self, firm: FirmId, decided: Sequence[Decided]) -> Waits:
        """Read what is pending, as of a decision where the read model gets there soon."""
        async with database(self._settings) as store:
            reads = ReadModel(store)
            late = not await is_shown(store, decided)
            if firm == ALL_FIRMS:
                return Waits(by_firm=await reads.pending.by_firm(), late=late)
            partition = partition_of(firm, self._settings.partitions)
            return Waits(firm=await pending_answer(reads, partition, firm, MOST_WORK), late=late)

    async def restore(self, firm: FirmId, client: ClientId, reason: str, version: int | None) -> Decided:
        """Undo an unmatch, or return the link to what it was at a version."""
        intent = Restore(firm_id=firm, intent_id=new_intent(), client_id=client, reason=reason)
        if version is not None:
            async with database(self._settings) as store:
                with problems_said():
                    intent = await of_version(ReadModel(store), intent, version)
        (decided,) = await ask(self._settings, intent)
        return decided

    async def undo_answer(self, firm: FirmId, client: ClientId, reason: str, answer: int | None) -> Decided:
        """Take an answer back, the last one or that which left the link at a version."""
        async with database(self._settings) as store:
            with problems_said():
                plain = await asked_undo(ReadModel(store), firm, client, answer)
        (decided,) = await ask(self._settings, replace(plain, intent_id=new_intent(), reason=reason))
        return decided

    async def undo_leave_both(self, firm: FirmId, client: ClientId, reason: str, left: int | None) -> Decided:
        """Hold again what was held before both sides were left, the last time or that which left the link at a version."""
        async with database(self._settings) as store:
            with problems_said():
                plain = await asked_to_hold_again(ReadModel(store), firm, client, left)
        (decided,) = await ask(self._settings, replace(plain, intent_id=new_intent(), reason=reason))
        return decided

    async def unmatch(self, firm: FirmId, client: ClientId, reason: str) -> Decided:
        """Take a link apart."""
        intent = Unmatch(firm_id=firm, intent_id=new_intent(), client_id=client, reason=reason)
        (decided,) = await ask(self._settings, intent)
        return decided

    async def change_settings(
        self, firm: FirmId, wanted: SettingsShape, seen: SettingsShape, reason: str
    ) -> Decided:
        """Say what happens by itself in a firm, unless it is no longer as it was `seen`."""
        intent = ChangeSettings(
            firm_id=firm,
            intent_id=new_intent(),
            settings=settings_in(wanted),
            seen=settings_in(seen),
            reason=reason,
        )
        (decided,) = await ask(self._settings, intent)
        return decided

    async def disconnect(self, firm: FirmId) -> Decided:
        """End a firm's connection: nothing new starts from then on, and the company's webhooks are skipped."""
        (decided,) = await ask(self._settings, Disconnect(firm_id=firm, intent_id=new_intent()))
        return decided

    async def erase(self, firm: FirmId, client: ClientId, reason: str) -> Erased:
        """Erase a person, and wait a little for what follows the log."""
        intent = Erase(firm_id=firm, intent_id=new_intent(), client_id=client, reason=reason)
        (decided,) = await ask(self._settings, intent)
        if decided.refused:
            return Erased(decided, is_shown=False)
        try:
            async with database(self._settings) as store:
                return Erased(decided, await is_shown(store, [decided], ERASED_SECONDS))
        except StoreAwayError:
            return Erased(decided, is_shown=False)  # it is done all the same, and follows
