"""Dead letters, asked of a gateway."""

from collections.abc import Mapping

from adapters.web.api.letter_shapes import (
    DeadLettersAnswer,
    DeadLetterShape,
    GroupShape,
    LetterAnswer,
    SettledAnswer,
)
from deploy.operators.ports import ListedLetters
from deploy.operators.remote.gateway import Gateway
from deploy.operators.remote.pages import pages
from domain.ids import FirmId, RealmId
from domain.letters import LetterPlace, State

PATH = "/api/v1/dead-letters"


class RemoteLetters:
    """The port `Letters`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

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
        asked = {"reason": reason, "firm": firm, "realm": realm, "state": state}
        groups: list[GroupShape] = []
        letters: list[DeadLetterShape] = []
        async for page in pages(self._gateway, PATH, DeadLettersAnswer, asked):
            groups, letters = groups or page.groups, letters + page.dead_letters
            if len(letters) >= most:
                break
        return ListedLetters(groups=groups, letters=letters[:most])

    async def show(self, place: LetterPlace, *, values: bool) -> LetterAnswer:
        """Show one. With `values` the gateway logs who asked."""
        asked = {"values": "true"} if values else {}
        return (await self._gateway.get(f"{PATH}/{place}", LetterAnswer, asked)).body

    async def redrive(self, place: LetterPlace, reason: str) -> SettledAnswer:
        """Send its bytes again."""
        return await self._settled(place, "redrive", {"reason": reason})

    async def plan_edited(self, place: LetterPlace, event: str) -> SettledAnswer:
        """Say what would come of sending a new message in its place."""
        return await self._settled(place, "edit", {"event": event, "plan": True})

    async def edit(self, place: LetterPlace, event: str, reason: str) -> SettledAnswer:
        """Send it."""
        return await self._settled(place, "edit", {"event": event, "reason": reason})

    async def discard(self, place: LetterPlace, reason: str) -> SettledAnswer:
        """Let it be, for good."""
        return await self._settled(place, "discard", {"reason": reason})

    async def _settled(self, place: LetterPlace, act: str, body: Mapping[str, object]) -> SettledAnswer:
        return (await self._gateway.send("POST", f"{PATH}/{place}/{act}", SettledAnswer, body)).body
