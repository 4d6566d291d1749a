"""Looks after the vault, in every gateway: what nobody uses is kept alive, and what nobody needs is ended at Intuit and deleted."""

import asyncio
import secrets
from collections.abc import Awaitable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Gauge
from sqlalchemy import CompoundSelect, Select, and_, case, func, literal, select, union_all

from adapters.quickbooks.sign_in import IntuitSignIn, SignInAwayError
from adapters.quickbooks.tokens import TokenAwayError
from adapters.store.database import Database
from adapters.store.database_clock import database_now
from adapters.store.kept_tables import connections
from adapters.store.kept_tables import quickbooks_tokens as tokens
from adapters.vault.connect_desk import ENDS_SOON, ConnectDesk
from adapters.vault.keys import SealedByOtherKeyError
from adapters.vault.sign_ins import SignIns
from adapters.vault.vault import Vault
from adapters.vault.vault_tokens import VaultTokens
from domain.ids import RealmId
from domain.projection import StoreAwayError

EVERY_SECONDS = 5.0
USED_AT_LEAST_EVERY = timedelta(days=7)
"""Unused a refresh token ends after a hundred days."""
NOBODYS_AFTER = timedelta(hours=1)
"""So long tokens without a connection wait: the engine may be about to decide it."""
MOST_AT_ONCE = 20

SIGN_INS = Gauge(
    "client_sync_quickbooks_sign_ins",
    "Companies by how they are signed in to: ended, resting (let in nowhere), ends_soon (within 30 days). All gateways say the same.",
    ["state"],
)

log = structlog.get_logger(__name__)


class Keeper:
    """One gateway's; that several look at the same is no harm."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        tokens: VaultTokens,
        sign_in: IntuitSignIn,
        sign_ins: SignIns,
        desk: ConnectDesk,
    ) -> None:
        self._database = database
        self._vault = vault
        self._tokens = tokens
        self._sign_in = sign_in
        self._sign_ins = sign_ins
        self._desk = desk
        self._who = secrets.token_hex(8)

    async def run(self) -> None:
        """Look for good. What can't be done now is done later."""
        while True:
            with suppress(StoreAwayError):
                await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Look once. A company with which it does not work holds up no other.

        Raises:
            StoreAwayError: the database does not answer.
        """
        async with self._database.read() as connection:
            now = await database_now(connection)
            let_go = (await connection.scalars(_let_go(now))).all()
            unused = (await connection.scalars(_unused(now))).all()
            for state, count in (await connection.execute(_counted(now))).all():
                SIGN_INS.labels(state).set(count)
        for realm in let_go:
            await _later(realm, self._end(RealmId(realm)))
        for realm in unused:
            await _later(realm, self._tokens.refresh_now(RealmId(realm)))
        for company in await self._sign_ins.over(now):
            await self._desk.declined(company)

    async def _end(self, realm: RealmId) -> None:
        """End a company's tokens at Intuit, and then delete them; one gateway at a time."""
        kept = await self._vault.read(realm)
        if kept is None or not await self._vault.lease(realm, kept.version, self._who):
            return
        if not kept.ended:
            await self._sign_in.revoke(kept.contents.refresh)
        if await self._vault.forget(realm, kept.version):
            log.info("quickbooks_tokens_deleted", realm_id=realm, firm_id=kept.firm)


async def _later(realm: str, work: Awaitable[object]) -> None:
    try:
        await work
    except (SignInAwayError, TokenAwayError, SealedByOtherKeyError) as error:
        log.warning("quickbooks_tokens_left", realm_id=realm, reason=str(error))


def _counted(now: datetime) -> CompoundSelect[Any]:
    """Count companies by how they are signed in to; each state is there, if with none."""
    ends = case((tokens.c.hard_ends < tokens.c.refresh_ends, tokens.c.hard_ends), else_=tokens.c.refresh_ends)
    ended = tokens.c.ended_at.is_not(None)
    resting = ~ended & (tokens.c.ask_again_at > now)
    ends_soon = ~ended & (ends < now + ENDS_SOON)
    return union_all(
        *(
            select(literal(state), func.count()).select_from(tokens).where(which)
            for state, which in (("ended", ended), ("resting", resting), ("ends_soon", ends_soon))
        )
    )


def _let_go(now: datetime) -> Select[Any]:
    """Find tokens of companies that their firm has disconnected, or that for long no connection has followed."""
    theirs = and_(connections.c.realm_id == tokens.c.realm_id, connections.c.firm_id == tokens.c.firm_id)
    never_followed = connections.c.realm_id.is_(None) | (connections.c.status != "connected")
    over = (connections.c.status == "disconnected") | (
        never_followed & (tokens.c.granted_at < now - NOBODYS_AFTER)
    )
    joined = tokens.outerjoin(connections, theirs)
    return _some(select(tokens.c.realm_id).select_from(joined).where(over))


def _unused(now: datetime) -> Select[Any]:
    """Find tokens that nobody has refreshed for long."""
    old = tokens.c.refreshed_at < now - USED_AT_LEAST_EVERY
    return _some(select(tokens.c.realm_id).where(old, tokens.c.ended_at.is_(None)))


def _some(companies: Select[Any]) -> Select[Any]:
    """Take some by chance, other ones each time: those with which it never works take nobody's place for good."""
    return companies.order_by(func.random()).limit(MOST_AT_ONCE)
