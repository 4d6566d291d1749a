"""What becomes of a company's tokens where the database is away, or who asked for them is gone, at the worst moment."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from adapters.quickbooks.sign_in import GivenTokens, IntuitSignIn
from adapters.quickbooks.tokens import OneToken, TokenAwayError
from adapters.vault import refreshing
from adapters.vault.contents import Contents
from adapters.vault.keys import Owner
from adapters.vault.sign_ins import Begun
from adapters.vault.vault import Kept, Vault
from adapters.vault.vault_tokens import VaultTokens
from domain.ids import FirmId, RealmId
from domain.projection import StoreAwayError
from tests.integration.sandbox.caller import until

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
REALM = RealmId("1")
OLD = Contents(
    access="a-1", refresh="r-1", access_ends=NOW, refresh_ends=NOW + timedelta(days=100), hard_ends=None
)
GIVEN = GivenTokens(
    access="a-2", refresh="r-2", access_seconds=3600, refresh_seconds=8_640_000, hard_seconds=None
)


class OneRow:
    """A vault with one company. `away`: the database can be read, and not written to. `tries`: how often it was saved to."""

    def __init__(self, contents: Contents = OLD, refusals: int = 0) -> None:
        self.away = False
        self.tries = 0
        self.kept = Kept(
            realm=REALM,
            firm=FirmId("f-1"),
            version=1,
            contents=contents,
            granted_by="user:dana",
            ended=False,
            refusals=refusals,
            rests=False,
            leased=False,
            now=NOW,
        )

    async def read(self, _: RealmId) -> Kept:
        return self.kept

    async def now(self) -> datetime:
        return NOW

    async def lease(self, *_: object) -> bool:
        return True

    async def save(self, _: Owner, version: int, contents: Contents) -> bool:
        self.tries += 1
        if self.away:
            raise StoreAwayError("away")
        self.kept = replace(self.kept, version=version + 1, contents=contents)
        return True

    async def wake(self, _: RealmId) -> None:
        self._write(0)

    async def rest(self, _: RealmId, __: int, refusals: int) -> None:
        self._write(refusals)

    def _write(self, refusals: int) -> None:
        if self.away:
            raise StoreAwayError("away")
        self.kept = replace(self.kept, refusals=refusals)


class SlowIntuit:
    """Answers once it is let."""

    def __init__(self) -> None:
        self.asked, self.answers = asyncio.Event(), asyncio.Event()

    async def refresh(self, _: str) -> GivenTokens:
        self.asked.set()
        await self.answers.wait()
        return GIVEN


def tokens_of(row: OneRow, intuit: SlowIntuit | None = None) -> VaultTokens:
    """Give what a process has of the vault."""
    return VaultTokens(cast(Vault, row), cast(IntuitSignIn, intuit))


async def test_a_database_away_makes_no_answer_one_that_never_was() -> None:
    """QuickBooks has answered by then: what it did is done, and its caller must hear of it."""
    row = OneRow(replace(OLD, access_ends=NOW + timedelta(hours=1)), refusals=2)
    tokens = tokens_of(row)
    row.away = True
    await tokens.token(REALM)
    await tokens.accepted(REALM)
    await tokens.refused(REALM, "a-1")
    assert row.kept.refusals == 2

    row.away = False
    await tokens.token(REALM)
    await tokens.accepted(REALM)
    assert row.kept.refusals == 0


async def test_what_intuit_gave_is_saved_though_who_asked_is_cancelled() -> None:
    """A worker that loses a partition cancels its requests; the token before may be worth nothing already."""
    row, intuit = OneRow(), SlowIntuit()
    asking = asyncio.create_task(tokens_of(row, intuit).token(REALM))
    await intuit.asked.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    intuit.answers.set()
    for _ in range(10):
        await asyncio.sleep(0)
    assert row.kept.contents.refresh == "r-2"


async def test_what_intuit_gave_is_saved_however_long_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who asked waits no longer for it; it is kept in memory, since nobody else knows it."""
    monkeypatch.setattr(refreshing, "DONE_WITHIN_SECONDS", 0.05)
    monkeypatch.setattr(refreshing, "SAVE_AGAIN_SECONDS", 0.001)
    row, intuit = OneRow(), SlowIntuit()
    row.away = True
    intuit.answers.set()
    with pytest.raises(TokenAwayError):
        await tokens_of(row, intuit).token(REALM)
    await until(lambda: row.tries > 5)  # more than it takes to be given up

    row.away = False
    await until(lambda: row.kept.contents.refresh == "r-2")
    assert row.kept.version == 2


async def test_a_process_that_ends_saves_first_what_intuit_is_about_to_give() -> None:
    """Its requests are cancelled; only then the ways to Intuit and to the database are closed."""
    row, intuit = OneRow(), SlowIntuit()
    tokens = tokens_of(row, intuit)
    asking = asyncio.create_task(tokens.token(REALM))
    await intuit.asked.wait()
    asking.cancel()
    ending = asyncio.create_task(tokens.aclose())
    await asyncio.sleep(0)
    intuit.answers.set()
    await ending
    assert row.kept.contents.refresh == "r-2"


async def test_what_is_printed_of_them_holds_no_secret() -> None:
    """A debugger, a traceback with locals or a failed assertion print whatever they meet."""
    tokens = tokens_of(OneRow(replace(OLD, access="secret", access_ends=NOW + timedelta(hours=1))))
    await tokens.token(REALM)
    begun = Begun(state="secret", browser="secret")
    for each in (tokens._held, OneToken("secret"), begun, GIVEN, replace(OLD, access="secret")):
        assert "secret" not in repr(each)
        assert "a-2" not in repr(each)
