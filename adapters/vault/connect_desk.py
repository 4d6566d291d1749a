"""Connects a firm with its QuickBooks company: from the button to the tokens in the vault, and back out of it.

Nothing of a company is read before its person has said yes, but the name that it is asked by.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from adapters.quickbooks.sign_in import GrantEndedError, IntuitSignIn, SignInAwayError
from adapters.quickbooks.tokens import TokenAwayError
from adapters.store.connections import Connections
from adapters.vault.contents import taken
from adapters.vault.keys import Owner, SealedByOtherKeyError
from adapters.vault.sign_ins import Begun, CameBack, SignIns, Unconfirmed
from adapters.vault.vault import Vault
from adapters.vault.vault_tokens import VaultTokens
from domain.bounds import EARLIEST, REALM
from domain.ids import FirmId, RealmId

ENDS_SOON = timedelta(days=30)
CHECKED_LATELY = timedelta(minutes=1)
NAME_HOLDS = timedelta(minutes=1)
MOST_NAMES = 1000

log = structlog.get_logger(__name__)

NameOf = Callable[[RealmId, str], Awaitable[str | None]]
"""Reads a company's name with a token; None: it is not let in, or nobody answers."""


class NotConnected(StrEnum):
    """Why a sign-in came to nothing."""

    NOT_THE_SAME = "sign_in_not_yours"  # another browser, too late, or for the second time
    DENIED = "sign_in_denied"
    NOT_TAKEN = "sign_in_not_taken"
    AWAY = "quickbooks_away"
    OTHER_FIRM = "realm_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What a browser that came back from Intuit gets to see. `firm` None: nobody knows whose it is."""

    firm: FirmId | None
    sign_in: str | None = None
    why: NotConnected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """How a company is signed in to. `ended`: it lets us in no longer. `ends`: when it will, if nobody signs in again.

    `name`: as it called itself then; None: it was not asked.
    """

    name: str | None
    by: str
    ended: bool
    ends: datetime
    ends_soon: bool


class ConnectDesk:
    """All that the gateway does about companies' tokens."""

    def __init__(
        self,
        sign_ins: SignIns,
        vault: Vault,
        tokens: VaultTokens,
        sign_in: IntuitSignIn,
        connections: Connections,
        name_of: NameOf,
    ) -> None:
        self._sign_ins = sign_ins
        self._vault = vault
        self._tokens = tokens
        self._sign_in = sign_in
        self._connections = connections
        self._name_of = name_of
        self._checked: dict[RealmId, datetime] = {}
        self._names: dict[RealmId, tuple[datetime, str | None]] = {}

    async def begin(self, person_id: str, firm: FirmId, now: datetime) -> tuple[Begun, str]:
        """Begin a sign-in; gives Intuit's address too.

        Raises:
            SignInAwayError: Intuit does not say where that is.
        """
        begun = await self._sign_ins.begin(person_id, firm, now)
        return begun, await self._sign_in.address_to_ask(begun.state)

    async def came_back(
        self, state: str, browser: str, code: str | None, realm: str | None, now: datetime
    ) -> Back:
        """Take a browser that is back from Intuit. `code` None: the person said no."""
        back = await self._sign_ins.came_back(state, browser, now)
        if back is None:
            return Back(firm=None, why=NotConnected.NOT_THE_SAME)
        if code is None or realm is None or not REALM.holds(realm):
            await self._sign_ins.end(back.id)
            return Back(firm=back.firm, why=NotConnected.DENIED)
        try:
            why = await self._exchanged(back, code, RealmId(realm))
        except GrantEndedError:
            why = NotConnected.NOT_TAKEN
        except SignInAwayError:
            why = NotConnected.AWAY
        if why is not None:
            await self._sign_ins.end(back.id)
            log.warning("quickbooks_not_connected", firm_id=back.firm, why=why)
            return Back(firm=back.firm, why=why)
        return Back(firm=back.firm, sign_in=back.id)

    async def _exchanged(self, back: CameBack, code: str, realm: RealmId) -> NotConnected | None:
        contents = taken(await self._sign_in.exchange(code), await self._vault.now())
        # By its number before its name: of a company of another firm's not even that is told.
        if await self.belongs_to_another(realm, back.firm):
            return NotConnected.OTHER_FIRM
        # What stands in an address a person may have written there; a token opens just its own company.
        name = await self._name_of(realm, contents.access)
        if name is None:
            return NotConnected.AWAY
        await self._sign_ins.keep(back, realm, name, contents)
        return None

    async def unconfirmed(
        self, sign_in: str, person_id: str, firm: FirmId, now: datetime
    ) -> Unconfirmed | None:
        """Give the company that waits for this person's yes; None: none does any more."""
        try:
            return await self._sign_ins.unconfirmed(sign_in, person_id, firm, now)
        except SealedByOtherKeyError:
            return None

    async def belongs_to_another(self, realm: RealmId, firm: FirmId) -> bool:
        """Say whether a company is connected, or about to be, to another firm."""
        known = (await self._connections.of_realms([realm])).get(realm)
        return known is not None and known.firm_id != firm and known.status != "disconnected"

    async def firm_of(self, realm: str) -> FirmId | None:
        """Name the firm that a company is or was connected to."""
        if not REALM.holds(realm):
            return None
        known = (await self._connections.of_realms([RealmId(realm)])).get(RealmId(realm))
        return known.firm_id if known is not None else None

    async def take(self, company: Unconfirmed, actor: str, now: datetime) -> None:
        """Keep the company for the firm, and its tokens for the workers; the engine is asked next.

        Raises:
            RealmTakenError: another firm has it by now.
        """
        await self._connections.claim(company.firm, company.realm, now)
        owner = Owner(firm=company.firm, realm=company.realm)
        await self._vault.put(owner, replace(company.contents, name=company.name), actor)
        self._names.pop(company.realm, None)

    async def taken_back(self, company: Unconfirmed) -> None:
        """The engine said no: the claim is given up, and what the keeper then finds is nobody's."""
        await self._connections.withdraw(company.firm, company.realm)

    async def confirmed(self, company: Unconfirmed) -> None:
        """It is the firm's; the sign-in is over."""
        log.info("quickbooks_signed_in", firm_id=company.firm, realm_id=company.realm)
        await self._sign_ins.end(company.id)

    async def declined(self, company: Unconfirmed) -> None:
        """The person said no after all: the tokens end, unless the company is signed in to otherwise, which would end too."""
        try:
            if await self._vault.read(company.realm) is None:
                await self._sign_in.revoke(company.contents.refresh)
        except (SignInAwayError, SealedByOtherKeyError):
            log.warning("quickbooks_not_revoked", firm_id=company.firm)
        await self._sign_ins.end(company.id)

    async def signed_in(self, realm: RealmId) -> SignedIn | None:
        """Say how a company is signed in to; None: nobody did, as with the sandbox's own token."""
        try:
            kept = await self._vault.read(realm)
        except SealedByOtherKeyError:
            return None
        if kept is None:
            return None
        ends = min(kept.contents.refresh_ends, kept.contents.hard_ends or kept.contents.refresh_ends)
        return SignedIn(
            name=kept.contents.name,
            by=kept.granted_by,
            ended=kept.ended,
            ends=ends,
            ends_soon=ends - kept.now < ENDS_SOON,
        )

    async def name(self, realm: RealmId, now: datetime) -> str | None:
        """Say what a company calls itself, for every page: looked up once a minute. None: nobody has signed in to it."""
        looked_at, name = self._names.get(realm, (EARLIEST, None))
        if now - looked_at >= NAME_HOLDS:
            signed_in = await self.signed_in(realm)
            name = signed_in.name if signed_in is not None else None
            if len(self._names) >= MOST_NAMES:
                self._names.clear()
            self._names[realm] = now, name
        return name

    async def has_ended(self, realm: str) -> bool:
        """Ask Intuit whether a company lets us in no longer, as somebody says; at most once a minute. False: not as far as we know."""
        if not REALM.holds(realm):
            return False
        try:
            kept = await self._vault.read(RealmId(realm))
            if kept is None:
                return False
            if kept.ended or kept.now - self._checked.get(kept.realm, EARLIEST) < CHECKED_LATELY:
                return kept.ended
            self._checked[kept.realm] = kept.now
            return not await self._tokens.refresh_now(RealmId(realm))
        except (SealedByOtherKeyError, TokenAwayError):
            log.warning("quickbooks_not_checked", realm_id=realm)
            return False
