"""The keeper keeps alive what nobody uses, and ends at Intuit what nobody needs any more."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from adapters.store.connections import Connections
from adapters.store.database import Database
from adapters.store.database_clock import database_now
from adapters.store.kept_tables import connections, quickbooks_tokens
from adapters.vault import keeper
from adapters.vault.connect_desk import ConnectDesk, NotConnected
from adapters.vault.keeper import SIGN_INS, Keeper
from adapters.vault.keys import Owner, new_key, read_keys
from adapters.vault.sign_ins import LASTS, SignIns
from adapters.vault.vault import Vault
from domain.ids import FirmId, RealmId
from tests.integration.sandbox.caller import REALM as COMPANY
from tests.integration.store.intuit import FIRM, KEYS, OWNER, REALM, Intuit

DAY = 86_400


async def name_of(realm: RealmId, token: str) -> str | None:
    """Give what the company calls itself."""
    return "Test Books" if realm == REALM and token else None


class Parts:
    """What a gateway has."""

    def __init__(self, database: Database, intuit: Intuit) -> None:
        self.database, self.intuit = database, intuit
        self.vault, self.sign_ins = Vault(database, KEYS), SignIns(database, KEYS)
        self.tokens, self.connections = intuit.tokens(database), Connections(database)
        self.desk = ConnectDesk(
            self.sign_ins, self.vault, self.tokens, intuit.sign_in(), self.connections, name_of
        )
        self.keeper = Keeper(database, self.vault, self.tokens, intuit.sign_in(), self.sign_ins, self.desk)

    async def claimed(self, status: str = "connected") -> None:
        """Let the table of connections say that the company is the firm's."""
        await self.connections.claim(FIRM, REALM, datetime.now(UTC))
        async with self.database.write() as connection:
            await connection.execute(update(connections).values(status=status))

    async def aged(self, **ago: timedelta) -> None:
        """Let the tokens be that old."""
        async with self.database.write() as connection:
            now = await database_now(connection)
            await connection.execute(
                update(quickbooks_tokens).values({name: now - age for name, age in ago.items()})
            )

    async def opens(self) -> int | None:
        """Ask for the company with what is in the vault; None: nothing is."""
        kept = await self.vault.read(REALM)
        return None if kept is None else await self.intuit.opens(kept.contents.access)


@pytest.fixture
def parts(database: Database, intuit: Intuit, vault: Vault) -> Parts:
    """A gateway, and the company's tokens in its vault."""
    return Parts(database, intuit)


async def test_what_nobody_uses_is_used_each_week(parts: Parts) -> None:
    """So that it does not end unused; what was refreshed lately is left alone, and so is what has ended."""
    await parts.claimed()
    await parts.keeper.look()
    assert await parts.intuit.refreshes() == 0

    await parts.aged(refreshed_at=timedelta(days=7, minutes=1))
    await parts.keeper.look()
    await parts.keeper.look()
    assert await parts.intuit.refreshes() == 1
    await parts.intuit.control(f"realms/{COMPANY}/leave", {})
    for _ in range(2):
        await parts.aged(refreshed_at=timedelta(days=8))
        await parts.keeper.look()
    assert await parts.intuit.refreshes() == 2


async def test_companies_that_nobody_can_open_take_no_others_place(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their key was thrown away; however many they are, the others are refreshed in time."""
    monkeypatch.setattr(keeper, "MOST_AT_ONCE", 1)
    await parts.claimed()
    shut = Vault(parts.database, read_keys(new_key("lost")))
    kept = await parts.vault.read(REALM)
    assert kept is not None
    for realm in ("1", "99999999999999999"):
        await shut.put(Owner(firm=FirmId("f-2"), realm=RealmId(realm)), kept.contents, "user:lee")
    await parts.vault.put(OWNER, kept.contents, "user:dana")  # so that it lies behind them
    await parts.aged(refreshed_at=timedelta(days=8))
    for _ in range(100):
        await parts.keeper.look()
        if await parts.intuit.refreshes():
            break
    assert await parts.intuit.refreshes() == 1


async def test_a_disconnected_company_is_let_go(parts: Parts) -> None:
    """At Intuit first, and then here; while Intuit does not answer both stay."""
    await parts.claimed("disconnected")
    kept = await parts.vault.read(REALM)
    assert kept is not None
    await parts.intuit.control("faults", {"do": "status", "value": 503, "match": {"path": "/revoke"}})
    await parts.keeper.look()
    assert await parts.opens() == 200

    await parts.aged(lease_ends=timedelta(seconds=1))
    await parts.keeper.look()
    assert await parts.opens() is None
    assert await parts.intuit.opens(kept.contents.access) == 401


async def test_what_no_connection_follows_is_let_go_after_an_hour(parts: Parts) -> None:
    """The engine may be about to decide it; what is connected stays."""
    await parts.keeper.look()
    assert await parts.opens() == 200
    await parts.claimed()
    await parts.aged(granted_at=timedelta(hours=2))
    await parts.keeper.look()
    assert await parts.opens() == 200
    await parts.claimed("connecting")
    await parts.keeper.look()
    assert await parts.opens() is None


async def test_a_sign_in_that_nobody_says_yes_to_ends(parts: Parts) -> None:
    """After a quarter of an hour: at Intuit too, unless the company is signed in to otherwise."""
    now = datetime.now(UTC)
    for others in (1, 0):
        begun, address = await parts.desk.begin("dana", FIRM, now)
        code = await parts.intuit.code(address)
        back = await parts.desk.came_back(begun.state, begun.browser, code, COMPANY, now)
        assert back.sign_in is not None
        waits = await parts.desk.unconfirmed(back.sign_in, "dana", FIRM, now)
        assert waits is not None
        assert waits.name == "Test Books"
        assert await parts.desk.unconfirmed(back.sign_in, "vera", FIRM, now) is None
        assert await parts.desk.unconfirmed(back.sign_in, "dana", FirmId("f-2"), now) is None
        assert await parts.desk.unconfirmed(back.sign_in, "dana", FIRM, now + LASTS) is None
        for late in await parts.sign_ins.over(now + LASTS):
            await parts.desk.declined(late)
        assert await parts.desk.unconfirmed(back.sign_in, "dana", FIRM, now) is None
        assert await parts.intuit.opens(waits.contents.access) == (200 if others else 401)
        kept = await parts.vault.read(REALM)
        if kept is not None:
            await parts.vault.forget(REALM, kept.version)


async def test_a_sign_in_is_taken_from_its_browser_and_for_its_own_company_alone(parts: Parts) -> None:
    """Neither another browser's, nor a late one, nor a token under another company's number connects anything."""
    now = datetime.now(UTC)
    begun, address = await parts.desk.begin("dana", FIRM, now)
    code = await parts.intuit.code(address)

    stranger = await parts.desk.came_back(begun.state, "another", code, COMPANY, now)
    late = await parts.desk.came_back(begun.state, begun.browser, code, COMPANY, now + LASTS)
    assert (stranger.why, late.why) == (NotConnected.NOT_THE_SAME, NotConnected.NOT_THE_SAME)
    elsewhere = await parts.desk.came_back(begun.state, begun.browser, code, COMPANY + "1", now)
    assert elsewhere.why is NotConnected.AWAY
    again = await parts.desk.came_back(begun.state, begun.browser, code, COMPANY, now)
    assert again.why is NotConnected.NOT_THE_SAME


async def test_people_are_told_before_a_sign_in_ends(parts: Parts) -> None:
    """Thirty days before, whatever ends it."""
    told = await parts.desk.signed_in(REALM)
    assert told is not None
    assert (told.by, told.ended, told.ends_soon) == ("user:dana", False, False)

    await parts.intuit.control("oauth/rules", {"rotates_after_seconds": 10**9})
    for day in range(90, 5 * 365 - 10, 90):
        await parts.intuit.control("oauth/clock", {"seconds": day * DAY})
        assert await parts.tokens.refresh_now(REALM)
    told = await parts.desk.signed_in(REALM)
    assert told is not None
    assert told.ends_soon
    await parts.keeper.look()
    assert counted() == {"ended": 0, "resting": 0, "ends_soon": 1}
    await parts.intuit.control(f"realms/{COMPANY}/leave", {})
    assert not await parts.tokens.refresh_now(REALM)
    await parts.keeper.look()
    assert counted() == {"ended": 1, "resting": 0, "ends_soon": 0}


def counted() -> dict[str, float]:
    """Give what the metric shows."""
    (family,) = SIGN_INS.collect()
    return {each.labels["state"]: each.value for each in family.samples}
