"""Asks QuickBooks companies for their names at a terminal, with the tokens that there are, before anything else is done about them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from enum import StrEnum

import aiohttp

from adapters.quickbooks.metered import CountsReads
from adapters.quickbooks.tokens import NoTokenError, TokenAwayError, Tokens
from adapters.store.database import Database
from deploy.counted_reads import read_counter
from deploy.quickbooks_tokens import asked_for_its_name, company_tokens
from deploy.settings import Settings
from domain.ids import RealmId
from domain.obstacles import Obstacle
from domain.ports import TryLater


class NotNamed(StrEnum):
    """Why a company's name is not known."""

    NOT_LET_IN = "not_let_in"
    NOT_SIGNED_IN = "not_signed_in"  # nobody is, or not any more
    NOT_ASKED = "not_asked"  # the settings here lack what it takes
    NO_ANSWER = "no_answer"
    SAYS_NONE = "says_none"


class AskedCompanies:
    """Companies, asked with `tokens`; None: they can't be."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        settings: Settings,
        tokens: Tokens | None,
        reads: CountsReads,
    ) -> None:
        self._session = session
        self._settings = settings
        self._tokens = tokens
        self._reads = reads

    async def name(self, realm: RealmId) -> str | NotNamed:
        """Ask one."""
        if self._tokens is None:
            return NotNamed.NOT_ASKED
        try:
            await self._tokens.token(realm)
        except NoTokenError:
            return NotNamed.NOT_SIGNED_IN
        except TokenAwayError:
            return NotNamed.NO_ANSWER
        match await asked_for_its_name(self._session, self._settings, self._tokens, self._reads, realm):
            case str(name):
                return name
            case None:
                return NotNamed.SAYS_NONE
            case TryLater(why=Obstacle.NOT_AUTHORISED):
                return NotNamed.NOT_LET_IN
            case TryLater():
                return NotNamed.NO_ANSWER


@asynccontextmanager
async def asked_companies(database: Database, settings: Settings) -> AsyncIterator[AskedCompanies]:
    """Give them for as long as a command runs. The database is prepared."""
    can_be = settings.quickbooks_url and settings.discovery_url and settings.vault_keys
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        reads = await stack.enter_async_context(aclosing(read_counter(database, settings)))
        tokens = company_tokens(database, session, settings) if can_be else None
        if tokens is not None:
            await stack.enter_async_context(aclosing(tokens))
        yield AskedCompanies(session, settings, tokens, reads)
