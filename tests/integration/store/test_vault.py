"""Tokens are refreshed by one process at a time, saved before they are used, and lost only where Intuit ends them."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NoReturn

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from adapters.quickbooks.sign_in import GivenTokens
from adapters.quickbooks.tokens import NoTokenError, TokenAwayError
from adapters.store.database import Database
from adapters.store.database_clock import database_now
from adapters.store.kept_tables import quickbooks_tokens
from adapters.vault.keys import SealedByOtherKeyError, new_key, read_keys
from adapters.vault.sealing_anew import seal_anew
from adapters.vault.vault import Vault
from domain.projection import StoreAwayError
from tests.integration.store.intuit import COMPANY, KEYS, OLD, OWNER, REALM, Intuit


async def near_its_end(database: Database, left: timedelta = timedelta(minutes=1)) -> None:
    """Let the access token end soon, as the vault knows."""
    vault = Vault(database, KEYS)
    kept = await vault.read(REALM)
    assert kept is not None
    assert await vault.save(OWNER, kept.version, replace(kept.contents, access_ends=kept.now + left))


async def ended_already(database: Database) -> None:
    """Let the access token have ended, as the vault knows."""
    await near_its_end(database, timedelta(seconds=-1))


async def test_a_good_token_costs_no_refresh(intuit: Intuit, vault: Vault, database: Database) -> None:
    """What the person's sign-in gave is sent as it is; one near its end is replaced before."""
    tokens = intuit.tokens(database)
    first = await tokens.token(REALM)
    assert await intuit.opens(first) == 200
    assert await intuit.refreshes() == 0

    await near_its_end(database)
    second = await intuit.tokens(database).token(REALM)
    assert second != first
    assert await intuit.opens(second) == 200
    kept = await vault.read(REALM)
    assert kept is not None
    assert (kept.contents.access, kept.contents.name) == (second, COMPANY)


async def test_of_two_processes_one_refreshes(
    intuit: Intuit, vault: Vault, database: Database, other: Database
) -> None:
    """Ten requests of each at once: one request to Intuit, one token for all."""
    await intuit.control("oauth/rules", {"rotates_after_seconds": 0, "previous_lives_seconds": 0})
    await near_its_end(database)
    here, there = intuit.tokens(database), intuit.tokens(other)

    got = await asyncio.gather(*(each.token(REALM) for each in (here, there) for _ in range(10)))

    assert len(set(got)) == 1
    assert await intuit.refreshes() == 1
    assert await intuit.opens(got[0]) == 200


@pytest.mark.parametrize("waited", [1, 5, 25])
async def test_who_read_the_clock_first_and_reaches_the_row_second_waits(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, waited: float
) -> None:
    """It waited for the row that long, and the lease that it finds is younger than its own look at the clock."""
    kept = await vault.read(REALM)
    assert kept is not None
    assert await vault.lease(REALM, kept.version, "the first")

    async def earlier(connection: AsyncConnection) -> datetime:
        return await database_now(connection) - timedelta(seconds=waited)

    monkeypatch.setattr("adapters.vault.vault.database_now", earlier)
    assert not await vault.lease(REALM, kept.version, "the second")


async def lease_ends(database: Database) -> None:
    """Let the time of who refreshes be over."""
    async with database.write() as connection:
        ends = await database_now(connection)
        leased = quickbooks_tokens.c.lease_ends.is_not(None)
        await connection.execute(update(quickbooks_tokens).where(leased).values(lease_ends=ends))


async def test_a_refused_token_is_replaced_once(intuit: Intuit, vault: Vault, database: Database) -> None:
    """Those that were refused together get the one that the first of them fetched."""
    tokens = intuit.tokens(database)
    old = await tokens.token(REALM)

    got = await asyncio.gather(*(tokens.another(REALM, old) for _ in range(5)))

    assert len(set(got)) == 1
    assert got[0] != old
    assert await intuit.refreshes() == 1


async def test_an_ended_grant_is_asked_about_once(intuit: Intuit, vault: Vault, database: Database) -> None:
    """After invalid_grant nobody asks, in any process, until a person has signed in again."""
    tokens = intuit.tokens(database)
    old = await tokens.token(REALM)
    await intuit.control(f"realms/{REALM}/leave", {})

    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(NoTokenError):
                await tokens.another(REALM, old)
            with pytest.raises(NoTokenError):
                await intuit.tokens(database).token(REALM)
    assert await intuit.refreshes() == 1
    assert [each["event"] for each in logs] == ["quickbooks_sign_in_ended"]
    assert old not in str(logs)

    await intuit.granted(vault)
    assert await intuit.opens(await tokens.token(REALM)) == 200


async def test_what_is_let_in_nowhere_rests_longer_each_time(
    intuit: Intuit, vault: Vault, database: Database
) -> None:
    """The grant is good as far as anybody knows, so it is tried again: after ten minutes first, and at once if it works."""
    tokens = intuit.tokens(database)
    await tokens.refused(REALM, await tokens.token(REALM))
    with pytest.raises(NoTokenError):
        await tokens.token(REALM)
    kept = await vault.read(REALM)
    assert kept is not None
    assert (kept.rests, kept.refusals) == (True, 1)
    async with database.write() as connection:
        now = await database_now(connection)
        await connection.execute(update(quickbooks_tokens).values(ask_again_at=now))

    token = await tokens.token(REALM)
    await tokens.accepted(REALM)
    assert await tokens.token(REALM) == token
    kept = await vault.read(REALM)
    assert kept is not None
    assert (kept.rests, kept.refusals) == (False, 0)


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_intuit_away_ends_nothing(
    intuit: Intuit, vault: Vault, database: Database, status: int
) -> None:
    """A token that is good still is sent; one that has ended is not had just now, and had later."""
    await near_its_end(database)
    fault = {"do": "status", "value": status, "times": 2, "match": {"path": "/oauth2/v1"}}
    await intuit.control("faults", fault)
    assert await intuit.opens(await intuit.tokens(database).token(REALM)) == 200
    await ended_already(database)
    with pytest.raises(TokenAwayError):
        await intuit.tokens(database).token(REALM)

    assert await intuit.opens(await intuit.tokens(database).token(REALM)) == 200


async def test_an_answer_that_is_lost_costs_a_request(
    intuit: Intuit, vault: Vault, database: Database
) -> None:
    """Intuit has changed the refresh token, and nobody heard of it: the one before works a while longer."""
    await intuit.control("oauth/rules", {"rotates_after_seconds": 0})
    lost = {"do": "timeout_after", "times": 3, "match": {"path": "/oauth2/v1"}}
    await intuit.control("faults", lost)
    await ended_already(database)
    for _ in range(3):
        with pytest.raises(TokenAwayError):
            await intuit.tokens(database).token(REALM)

    assert await intuit.opens(await intuit.tokens(database).token(REALM)) == 200
    assert await intuit.refreshes() == 4


@pytest.mark.parametrize("minutes", [-10, 10])
async def test_the_databases_clock_may_be_set_to_another_time(
    intuit: Intuit, vault: Vault, database: Database, minutes: int
) -> None:
    """What was written down by it before is that much off: while somebody refreshes, who dies of it."""
    tokens, kept = intuit.tokens(database), await vault.read(REALM)
    assert kept is not None
    assert await vault.lease(REALM, kept.version, "who died")
    ends = quickbooks_tokens.c.lease_ends
    async with database.write() as connection:
        known = (await connection.execute(select(ends))).scalar_one()
        await connection.execute(
            update(quickbooks_tokens).values(lease_ends=known - timedelta(minutes=minutes))
        )

    got = await tokens.another(REALM, kept.contents.access)
    assert got is not None
    assert await intuit.opens(got) == 200
    assert await intuit.refreshes() == 1


async def test_a_wrong_client_secret_ends_no_firms_sign_in(
    intuit: Intuit, vault: Vault, database: Database
) -> None:
    """It is ours to put right, whichever status Intuit answers with."""
    for status in (400, 401):
        await intuit.control("oauth/rules", {"wrong_client_status": status})
        await ended_already(database)
        tokens = intuit.tokens(database)
        object.__setattr__(tokens._refreshing._sign_in._app, "client_secret", "wrong")
        with pytest.raises(TokenAwayError, match="invalid_client"):
            await tokens.token(REALM)
    assert await intuit.opens(await intuit.tokens(database).token(REALM)) == 200


async def test_a_late_refresh_overwrites_no_newer_sign_in(intuit: Intuit, vault: Vault) -> None:
    """Who saves says which version it has read."""
    kept = await vault.read(REALM)
    assert kept is not None
    await intuit.granted(vault)

    assert not await vault.save(OWNER, kept.version, kept.contents)
    assert not await vault.end(REALM, kept.version)
    now = await vault.read(REALM)
    assert now is not None
    assert now.contents.refresh != kept.contents.refresh
    assert not now.ended


async def test_nothing_of_a_token_is_readable_in_the_database(
    vault: Vault, intuit: Intuit, database: Database
) -> None:
    """Neither as text, nor with another key, nor moved to another firm's row."""
    kept = await vault.read(REALM)
    assert kept is not None
    async with database.read() as connection:
        row = (await connection.execute(quickbooks_tokens.select())).one()
    assert kept.contents.access not in str(row)
    assert kept.contents.refresh.encode() not in bytes(row.sealed)
    with pytest.raises(SealedByOtherKeyError):
        await Vault(database, read_keys(new_key("test"))).read(REALM)
    async with database.write() as connection:
        await connection.execute(update(quickbooks_tokens).values(firm_id="f-2"))
    with pytest.raises(SealedByOtherKeyError):
        await vault.read(REALM)


def test_tokens_are_no_part_of_what_is_printed() -> None:
    """Of what Intuit gave a traceback or a log line shows no token."""
    given = GivenTokens(
        access="eyJaccess", refresh="RT1-secret", access_seconds=1, refresh_seconds=1, hard_seconds=None
    )

    assert "eyJaccess" not in repr(given)
    assert "RT1-secret" not in f"{given}"


async def test_keys_are_changed_while_all_goes_on(intuit: Intuit, vault: Vault, database: Database) -> None:
    """With a new key first everything opens; after sealing anew the old key is not needed, and what no key opens is named."""
    new = new_key("new")
    both = read_keys(f"{new},{OLD}")

    done = await seal_anew(database, both)
    assert (done.key_id, done.sealed, done.shut) == ("new", 1, ())
    assert (await seal_anew(database, both)).sealed == 0
    assert await intuit.opens(await intuit.tokens(database, read_keys(new)).token(REALM)) == 200
    lost = await seal_anew(database, read_keys(new_key("another")))
    assert (lost.sealed, lost.shut) == (0, (REALM,))


async def test_a_token_that_was_read_is_sent_while_the_database_is_away(
    intuit: Intuit, vault: Vault, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can look, and it is good for most of an hour; a process that has read none has to wait."""
    tokens, other = intuit.tokens(database), intuit.tokens(database)
    token = await tokens.token(REALM)

    async def away(*_: object) -> NoReturn:
        raise StoreAwayError("down")

    for each in (tokens, other):
        monkeypatch.setattr(each, "_vault", Vault(database, KEYS))
        monkeypatch.setattr(each._vault, "read", away)
    held = tokens._held[REALM]
    tokens._held[REALM] = replace(held, until=0.0)
    assert await tokens.token(REALM) == token
    with pytest.raises(TokenAwayError):
        await other.token(REALM)
    tokens._held[REALM] = replace(held, until=0.0, ends=0.0)
    with pytest.raises(TokenAwayError):
        await tokens.token(REALM)
