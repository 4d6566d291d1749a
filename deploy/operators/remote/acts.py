"""What the engine is asked for through a gateway, in the name of the token's person."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from uuid import uuid4

from pydantic import BaseModel

from adapters.web.api.decision_shapes import DecisionsAnswer, DecisionShape
from adapters.web.api.firm_shapes import FirmsAnswer
from adapters.web.api.pending_shapes import PendingAnswer
from adapters.web.api.settings_shapes import SettingsShape
from deploy.operators.decided import DECIDED_SECONDS, Decided, Erased, Waits, not_decided
from deploy.operators.remote.addresses import client_path, firm_path
from deploy.operators.remote.gateway import Gateway
from deploy.operators.remote.no_answer import GatewaySaidNoError
from deploy.operators.remote.pages import pages
from deploy.terminal import SaidNoError
from domain.ids import ALL_FIRMS, ClientId, FirmId

LOOK_SECONDS = 0.1
ERASED_SECONDS = 10.0
NO_KEY = "-"
"""Nothing was ever asked with it: only how far the read model is counts then."""

BEHIND = "read_model_behind"


class _AnyAnswer(BaseModel):
    """What came of it is told by the decision, for all acts alike."""


class RemoteActs:
    """The port `Acts`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def pause(self, firm: FirmId, reason: str) -> Sequence[Decided]:
        """Start no new request of a firm, or of all."""
        return await self._ask(firm, "POST", f"{firm_path(firm)}/pause", {"reason": reason})

    async def resume(self, firm: FirmId, reason: str) -> Sequence[Decided]:
        """Let requests go on."""
        return await self._ask(firm, "POST", f"{firm_path(firm)}/resume", {"reason": reason})

    async def restore(self, firm: FirmId, client: ClientId, reason: str, version: int | None) -> Decided:
        """Undo an unmatch, or return the link to what it was at a version."""
        body = {"reason": reason, "version": version}
        (decided,) = await self._ask(firm, "POST", f"{client_path(firm, client)}/restore", body)
        return decided

    async def undo_answer(self, firm: FirmId, client: ClientId, reason: str, answer: int | None) -> Decided:
        """Take an answer back, the last one or that which left the link at a version."""
        body = {"reason": reason, "version": answer}
        (decided,) = await self._ask(firm, "POST", f"{client_path(firm, client)}/undo-answer", body)
        return decided

    async def undo_leave_both(self, firm: FirmId, client: ClientId, reason: str, left: int | None) -> Decided:
        """Hold again what was held before both sides were left, the last time or that which left the link at a version."""
        path = f"{client_path(firm, client)}/undo-leave-both"
        (decided,) = await self._ask(firm, "POST", path, {"reason": reason, "version": left})
        return decided

    async def unmatch(self, firm: FirmId, client: ClientId, reason: str) -> Decided:
        """Take a link apart."""
        path = f"{client_path(firm, client)}/unmatch"
        (decided,) = await self._ask(firm, "POST", path, {"reason": reason})
        return decided

    async def change_settings(
        self, firm: FirmId, wanted: SettingsShape, seen: SettingsShape, reason: str
    ) -> Decided:
        """Say what happens by itself in a firm, unless it is no longer as it was `seen`."""
        body = wanted.model_dump(mode="json") | {"seen": seen.model_dump(mode="json"), "reason": reason}
        (decided,) = await self._ask(firm, "PUT", f"{firm_path(firm)}/settings", body)
        return decided

    async def disconnect(self, firm: FirmId) -> Decided:
        """End a firm's connection."""
        (decided,) = await self._ask(firm, "DELETE", f"{firm_path(firm)}/connection", {})
        return decided

    async def erase(self, firm: FirmId, client: ClientId, reason: str) -> Erased:
        """Erase a person, and wait a little for what follows the log."""
        path = f"{client_path(firm, client)}/erase"
        (decided,) = await self._ask(firm, "POST", path, {"reason": reason})
        if decided.refused:
            return Erased(decided, is_shown=False)
        give_up = time.monotonic() + ERASED_SECONDS
        while True:
            if await self._shows(firm, decided):
                return Erased(decided, is_shown=True)
            if time.monotonic() > give_up:
                return Erased(decided, is_shown=False)

    async def waits(self, firm: FirmId, decided: Sequence[Decided]) -> Waits:
        """Read what is pending, as of a decision where the read model gets there soon."""
        late = not all([await self._shows(firm, each) for each in decided])
        if firm == ALL_FIRMS:
            listed = [
                each
                async for page in pages(self._gateway, "/api/v1/firms", FirmsAnswer)
                for each in page.firms
            ]
            return Waits(
                by_firm={FirmId(each.firm): each.pending for each in listed if each.pending}, late=late
            )
        pending = (await self._gateway.get(f"{firm_path(firm)}/pending", PendingAnswer)).body
        return Waits(firm=pending, late=late)

    async def _shows(self, firm: FirmId, decided: Decided) -> bool:
        """Wait a little until the read model shows a decision; False: it does not yet."""
        try:
            await self._decisions(firm, NO_KEY, f"p{decided.partition}:{decided.at + 1}")
        except SaidNoError as no:
            if no.code != BEHIND:
                raise
            return False
        return True

    async def _ask(
        self, firm: FirmId, method: str, path: str, body: Mapping[str, object]
    ) -> Sequence[Decided]:
        """Ask, and give the decision; of what goes for all firms, that of each partition.

        Raises:
            SaidNoError: the gateway said no by itself.
            NotDecidedError: not within some seconds.
        """
        key = uuid4().hex
        try:
            await self._gateway.send(method, path, _AnyAnswer, body, key=key)
        except GatewaySaidNoError as no:
            # The engine's no is a decision like others; one of the gateway's own is none.
            said = await self._decisions(firm, key, no.position)
            if not said.decisions:
                raise
            return [_decided(each) for each in said.decisions]
        give_up = time.monotonic() + DECIDED_SECONDS
        while True:
            said = await self._decisions(firm, key)
            if said.decided:
                return [_decided(each) for each in said.decisions]
            if time.monotonic() > give_up:
                raise not_decided()
            await asyncio.sleep(LOOK_SECONDS)

    async def _decisions(self, firm: FirmId, key: str, position: str = "") -> DecisionsAnswer:
        path, asked = f"{firm_path(firm)}/decisions", {"key": key}
        return (await self._gateway.get(path, DecisionsAnswer, asked, position=position)).body


def _decided(said: DecisionShape) -> Decided:
    partition, _, at = said.position.removeprefix("p").partition(":")
    return Decided(
        verdict=said.verdict, code=said.code, facts=said.facts, partition=int(partition), at=int(at)
    )
