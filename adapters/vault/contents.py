"""What is sealed: a company's tokens, and until when each is good."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from adapters.quickbooks.sign_in import GivenTokens
from adapters.vault.keys import Owner, Sealed, VaultKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Tokens, and when they end by the database's clock; `hard_ends`: whatever happens, if Intuit says.

    `name`: as the company called itself when somebody signed in; None: nobody has asked it.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_ends: datetime
    refresh_ends: datetime
    hard_ends: datetime | None
    name: str | None = None


def taken(given: GivenTokens, now: datetime, name: str | None = None) -> Contents:
    """Take what Intuit gave at `now`, of a company of this name."""
    hard = given.hard_seconds
    return Contents(
        access=given.access,
        refresh=given.refresh,
        access_ends=now + timedelta(seconds=given.access_seconds),
        refresh_ends=now + timedelta(seconds=given.refresh_seconds),
        hard_ends=None if hard is None else now + timedelta(seconds=hard),
        name=name,
    )


def sealed(keys: VaultKeys, owner: Owner, contents: Contents) -> Sealed:
    """Seal them for a firm and a company."""
    hard = contents.hard_ends
    plain = {
        "access": contents.access,
        "refresh": contents.refresh,
        "access_ends": contents.access_ends.isoformat(),
        "refresh_ends": contents.refresh_ends.isoformat(),
        "hard_ends": None if hard is None else hard.isoformat(),
        "name": contents.name,
    }
    return keys.seal(owner, orjson.dumps(plain))


def opened(keys: VaultKeys, owner: Owner, box: Sealed) -> Contents:
    """Open what was sealed for a firm and a company.

    Raises:
        SealedByOtherKeyError: we can't.
    """
    plain = orjson.loads(keys.open(owner, box))
    hard = plain["hard_ends"]
    return Contents(
        access=plain["access"],
        refresh=plain["refresh"],
        access_ends=datetime.fromisoformat(plain["access_ends"]),
        refresh_ends=datetime.fromisoformat(plain["refresh_ends"]),
        hard_ends=None if hard is None else datetime.fromisoformat(hard),
        name=plain.get("name"),
    )
