"""What there is of QuickBooks companies' sign-ins, as the settings say: tokens for requests, and the gateway's desk and keeper."""

from dataclasses import dataclass

import aiohttp

from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.metered import CountsReads
from adapters.quickbooks.sign_in import App, IntuitSignIn
from adapters.quickbooks.tokens import OneToken, Tokens
from adapters.store.connections import Connections
from adapters.store.database import Database
from adapters.store.preparation import prepare_kept
from adapters.vault.connect_desk import ConnectDesk
from adapters.vault.keeper import Keeper
from adapters.vault.keys import read_keys
from adapters.vault.sign_ins import SignIns
from adapters.vault.vault import Vault
from adapters.vault.vault_tokens import VaultTokens
from deploy.settings import Settings
from domain.ids import RealmId
from domain.ports import TryLater

NAME_WITHIN_SECONDS = 10.0


def intuits_sign_in(session: aiohttp.ClientSession, settings: Settings) -> IntuitSignIn:
    """Give the way to Intuit's sign-in."""
    app = App(
        client_id=settings.qbo_client_id,
        client_secret=settings.qbo_client_secret,
        redirect_uri=settings.redirect_uri,
    )
    return IntuitSignIn(session, settings.discovery_url, app)


def vault_of(database: Database, settings: Settings) -> Vault:
    """Give the vault."""
    return Vault(database, read_keys(settings.vault_keys))


def company_tokens(database: Database, session: aiohttp.ClientSession, settings: Settings) -> VaultTokens:
    """Give who has the tokens. The database is opened at the first request: it may be away when a process starts."""

    async def prepared() -> None:
        await prepare_kept(database)

    return VaultTokens(
        vault_of(database, settings),
        intuits_sign_in(session, settings),
        otherwise=settings.qbo_access_token if settings.sandbox else None,
        prepared=prepared,
    )


async def asked_for_its_name(
    session: aiohttp.ClientSession, settings: Settings, tokens: Tokens, reads: CountsReads, realm: RealmId
) -> str | TryLater | None:
    """Ask a company what it calls itself, before it is connected; None: it does not say."""
    asked = QuickBooksApi(session, settings.quickbooks_url, tokens, NAME_WITHIN_SECONDS, reads=reads)
    return await asked.company_name(realm)


@dataclass(frozen=True, slots=True)
class Companies:
    """What a gateway needs to let people connect companies, and to look after those that are."""

    desk: ConnectDesk
    keeper: Keeper
    tokens: VaultTokens


def connecting_companies(
    database: Database, session: aiohttp.ClientSession, settings: Settings, reads: CountsReads
) -> Companies:
    """Put them together; the database is prepared. `reads` counts what they read."""
    keys = read_keys(settings.vault_keys)
    sign_in, sign_ins = intuits_sign_in(session, settings), SignIns(database, keys)
    vault = Vault(database, keys)
    tokens = VaultTokens(vault, sign_in)

    async def name_of(realm: RealmId, token: str) -> str | None:
        name = await asked_for_its_name(session, settings, OneToken(token), reads, realm)
        return name if isinstance(name, str) else None

    desk = ConnectDesk(sign_ins, vault, tokens, sign_in, Connections(database), name_of)
    return Companies(desk, Keeper(database, vault, tokens, sign_in, sign_ins, desk), tokens)
