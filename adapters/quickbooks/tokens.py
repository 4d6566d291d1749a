"""What a request to QuickBooks asks of whoever keeps the tokens."""

from dataclasses import dataclass, field
from typing import Protocol

from domain.ids import RealmId


class NoTokenError(Exception):
    """There is no token for a company, and will be none until a person signs in again, or it is asked again later."""


class TokenAwayError(Exception):
    """There is a token, or may be, and it can't be had just now: the database or Intuit's sign-in does not answer."""


class Tokens(Protocol):
    """Gives a company's access token, and is told how QuickBooks took it."""

    async def token(self, realm: RealmId) -> str:
        """Give a token to send now.

        Raises:
            NoTokenError: nobody is to be asked with any.
            TokenAwayError: not now.
        """

    async def another(self, realm: RealmId, refused: str) -> str | None:
        """Give a token for one that QuickBooks does not take (401). None: there is no other. Raises as `token` does."""

    async def refused(self, realm: RealmId, token: str) -> None:
        """Take note that QuickBooks took a token and let it in nowhere, or did not take a fresh one."""

    async def accepted(self, realm: RealmId) -> None:
        """Take note that QuickBooks let a token in."""


@dataclass(frozen=True, slots=True)
class OneToken:
    """Always the same: the stand-in's, which opens every company, or one that was given a moment ago."""

    value: str = field(repr=False)

    async def token(self, realm: RealmId) -> str:  # noqa: ARG002
        """Give it."""
        return self.value

    async def another(self, realm: RealmId, refused: str) -> None:
        """There is no other."""

    async def refused(self, realm: RealmId, token: str) -> None:
        """It stays."""

    async def accepted(self, realm: RealmId) -> None:
        """It is what it was."""
