"""The same request under the same key gets the same answer; another one does not get it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from adapters.store.database import Database
from adapters.store.idempotency import Answered, Fresh, IdempotencyKeys, Open, Reused
from adapters.store.kept_tables import idempotency_keys
from domain.ids import FirmId

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIRM = FirmId("f-1")


@pytest.fixture
async def keys(database_url: str) -> AsyncIterator[IdempotencyKeys]:
    """Keys in a database of their own."""
    database = Database(database_url)
    yield IdempotencyKeys(database)
    await database.close()


async def claim(keys: IdempotencyKeys, firm: FirmId = FIRM, body: str = "b", now: datetime = NOW) -> object:
    return await keys.claim(firm, "k-1", request="POST /x", body_hash=body, now=now)


async def test_a_key_is_fresh_once_and_then_open_until_answered(keys: IdempotencyKeys) -> None:
    """In between, the request may have died with its gateway: who asks again finds out, and when it was asked first."""
    assert await claim(keys) == Fresh()
    assert await claim(keys, now=NOW + timedelta(hours=2)) == Open(NOW)
    assert await claim(keys, now=NOW + timedelta(hours=3)) == Open(NOW)
    answer = Answered(200, b"{}", {"Sync-Position": "p1:2"})
    await keys.keep(FIRM, "k-1", answer)
    assert await claim(keys) == answer


async def test_the_first_answer_stays(keys: IdempotencyKeys) -> None:
    """Two gateways may have done the same; what one has told is what the other tells."""
    await claim(keys)
    await keys.keep(FIRM, "k-1", Answered(409, b"no", {}))
    await keys.keep(FIRM, "k-1", Answered(200, b"yes", {}))

    assert await claim(keys) == Answered(409, b"no", {})


async def test_another_body_under_the_same_key_is_found_out(keys: IdempotencyKeys) -> None:
    """It would be answered with what was asked before."""
    await claim(keys)

    assert await claim(keys, body="other") == Reused()


async def test_firms_do_not_share_keys(keys: IdempotencyKeys) -> None:
    """One firm's numbering is no business of another's."""
    await claim(keys)

    assert await claim(keys, FirmId("f-2")) == Fresh()


async def test_a_key_is_forgotten_after_thirty_days_and_the_table_does_not_grow_for_ever(
    keys: IdempotencyKeys, database_url: str
) -> None:
    """Each new key takes old ones away, more than one, so that a table that grew for years shrinks by itself."""
    for number in range(5):
        await keys.claim(FIRM, f"old-{number}", request="POST /x", body_hash="b", now=NOW)
    younger = NOW + timedelta(days=29)
    assert await keys.claim(FIRM, "old-0", request="POST /x", body_hash="b", now=younger) == Open(NOW)
    assert await keys.claim(FIRM, "young", request="POST /x", body_hash="b", now=younger) == Fresh()

    later = NOW + timedelta(days=31)
    assert await keys.claim(FIRM, "new", request="POST /x", body_hash="b", now=later) == Fresh()

    database = Database(database_url)
    async with database.read() as connection:
        left = set(await connection.scalars(select(idempotency_keys.c.key)))
    await database.close()
    assert left == {"young", "new"}
    assert await keys.claim(FIRM, "old-0", request="POST /x", body_hash="b", now=later) == Fresh()
