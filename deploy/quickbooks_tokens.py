"""The tokens of QuickBooks companies, as the settings say: from the vault, and in the sandbox otherwise the stand-in's own."""

import aiohttp

from adapters.quickbooks.sign_in import App, IntuitSignIn
from adapters.store.database import Database
from adapters.store.preparation import prepare_kept
from adapters.vault.keys import read_keys
from adapters.vault.vault import Vault
from adapters.vault.vault_tokens import VaultTokens
from deploy.settings import Settings


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
    return Vault(database, read_keys(settings.keys_of_the_vault))


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
