"""Gives requests their tokens out of the vault; those that are about to end are refreshed first."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from adapters.quickbooks.sign_in import IntuitSignIn
from adapters.quickbooks.tokens import NoTokenError, TokenAwayError
from adapters.vault.keys import SealedByOtherKeyError
from adapters.vault.refreshing import Refreshing, asked, to_be_asked_with
from adapters.vault.vault import Kept, Vault
from domain.ids import RealmId

AHEAD = timedelta(minutes=5)
"""So long before its end an access token is replaced; Intuit asks not to do so much earlier."""
LOOKED_AT_SECONDS = 10.0
"""For so long a token is sent again without a look into the database."""
LOOKED_FOR_SECONDS = 1.0
"""Likewise where there was none, and somebody may sign in at any moment."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """What was read. `kept` None: nothing is in the vault. `until`: sent without a look; `ends`: while nobody can look, too."""

    kept: Kept | None
    token: str = field(repr=False)
    until: float
    ends: float


class VaultTokens:
    """The tokens of all companies, for one process. `otherwise`: what a company without any sends; None: nothing.

    `prepared` is awaited before the first look: it sees to it that the tables are there.
    """

    def __init__(
        self,
        vault: Vault,
        sign_in: IntuitSignIn,
        otherwise: str | None = None,
        prepared: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._vault = vault
        self._refreshing = Refreshing(vault, sign_in, self._look)
        self._otherwise = otherwise
        self._prepared = prepared
        self._held: dict[RealmId, _Held] = {}
        self._one_at_a_time: defaultdict[RealmId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def token(self, realm: RealmId) -> str:
        """Give a token to send now. Raises as `Tokens.token` says."""
        if (token := self._fresh(realm)) is not None:
            return token
        async with self._one_at_a_time[realm]:
            if (token := self._fresh(realm)) is not None:
                return token
            try:
                return await self._usable(realm)
            except TokenAwayError:
                held = self._held.get(realm)
                if held is not None and time.monotonic() < held.ends:
                    return held.token  # the database is away, and this is good still
                raise

    async def another(self, realm: RealmId, refused: str) -> str | None:
        """Give one for a token that is not taken: the one that a sibling has saved by now, or a refreshed one."""
        async with self._one_at_a_time[realm]:
            self._held.pop(realm, None)
            kept = await self._look(realm)
            if kept is None:
                return None  # it was the one that all companies share
            to_be_asked_with(kept)
            if kept.contents.access != refused:
                return self._hold(kept)
            return self._hold(await self._refreshing.refreshed(kept))

    async def refused(self, realm: RealmId, token: str) -> None:
        """Let the company rest, unless its tokens are others by now."""
        self._held.pop(realm, None)
        await _perhaps(realm, self._let_rest(realm, token))

    async def _let_rest(self, realm: RealmId, token: str) -> None:
        kept = await self._look(realm)
        if kept is not None and kept.contents.access == token and not kept.rests:
            log.warning("quickbooks_sign_in_refused", realm_id=realm, firm_id=kept.firm)
            await asked(self._vault.rest(realm, kept.version, kept.refusals + 1))

    async def accepted(self, realm: RealmId) -> None:
        """Let it rest no more."""
        held = self._held.get(realm)
        if held is not None and held.kept is not None and held.kept.refusals:
            self._held.pop(realm)
            await _perhaps(realm, asked(self._vault.wake(realm)))

    async def refresh_now(self, realm: RealmId) -> bool:
        """Use the refresh token, so that it does not end unused. False: it has ended.

        Raises:
            TokenAwayError: not now.
        """
        async with self._one_at_a_time[realm]:
            self._held.pop(realm, None)
            kept = await self._look(realm)
            if kept is None or kept.ended:
                return False
            try:
                await self._refreshing.refreshed(kept)
            except NoTokenError:
                return False
            return True

    async def aclose(self) -> None:
        """Let refreshes that are under way be saved, before the ways to Intuit and to the database are closed."""
        await self._refreshing.aclose()

    async def _usable(self, realm: RealmId) -> str:
        kept = await self._look(realm)
        if kept is None:
            if self._otherwise is None:
                raise NoTokenError
            now = time.monotonic()
            self._held[realm] = _Held(
                None, self._otherwise, now + LOOKED_FOR_SECONDS, now + LOOKED_AT_SECONDS
            )
            return self._otherwise
        to_be_asked_with(kept)
        left = kept.contents.access_ends - kept.now
        if left > AHEAD:
            return self._hold(kept)
        try:
            return self._hold(await self._refreshing.refreshed(kept))
        except TokenAwayError:
            if left > timedelta():
                return self._hold(kept)  # good still, and asked about again with the next request but some
            raise

    async def _look(self, realm: RealmId) -> Kept | None:
        if self._prepared is not None:
            await asked(self._prepared())
            self._prepared = None
        try:
            return await asked(self._vault.read(realm))
        except SealedByOtherKeyError as error:
            log.error("quickbooks_token_sealed", realm_id=realm, reason=str(error))  # noqa: TRY400
            raise TokenAwayError(str(error)) from None

    def _hold(self, kept: Kept) -> str:
        left = (kept.contents.access_ends - kept.now).total_seconds()
        access, now = kept.contents.access, time.monotonic()
        self._held[kept.realm] = _Held(kept, access, now + min(LOOKED_AT_SECONDS, left), now + left)
        return access

    def _fresh(self, realm: RealmId) -> str | None:
        held = self._held.get(realm)
        return held.token if held is not None and time.monotonic() < held.until else None


async def _perhaps(realm: RealmId, note: Awaitable[None]) -> None:
    """Take note of how QuickBooks took a token. It has answered by then: no database is to make that a request that never was."""
    try:
        await note
    except TokenAwayError as away:
        log.warning("quickbooks_answer_not_noted", realm_id=realm, reason=str(away))
