"""A company that lets us in no longer is asked at most twice, whatever waits, and again once a person has signed in."""

import asyncio

import pytest

from adapters.quickbooks.api import QuickBooksApi
from adapters.store.database import Database
from adapters.vault.vault import Vault
from domain.ids import CustomerId
from domain.obstacles import Obstacle
from domain.outcomes import CustomerGone
from domain.ports import TryLater
from tests.integration.store.intuit import REALM, Intuit

SHUT = TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)


async def calls(intuit: Intuit) -> int:
    """Count what reached the company."""
    entries = await intuit.outside.get("/_control/ledger")
    return sum(each["tenant"] == REALM for each in entries)


@pytest.mark.parametrize(("wrong", "most"), [("3200", 2), ("3100", 1), ("120", 1), ("leave", 1)])
async def test_it_is_asked_at_most_twice(
    intuit: Intuit, vault: Vault, database: Database, wrong: str, most: int
) -> None:
    """Then nothing leaves any more, from whichever process; signed in again, the next request goes through."""
    api = QuickBooksApi(intuit.session, intuit.outside.url, intuit.tokens(database))
    assert isinstance(await api.read_customer(REALM, CustomerId("1")), CustomerGone)
    before = await calls(intuit)
    if wrong == "leave":
        await intuit.control(f"realms/{REALM}/leave", {})
    else:
        await intuit.control(f"realms/{REALM}/rights", {"refuses": wrong})

    first = await api.read_customer(REALM, CustomerId("1"))
    others = await asyncio.gather(*(api.read_customer(REALM, CustomerId(str(n))) for n in range(50)))
    elsewhere = QuickBooksApi(intuit.session, intuit.outside.url, intuit.tokens(database))
    others.append(await elsewhere.read_customer(REALM, CustomerId("1")))

    assert {first, *others} == {SHUT}
    assert await calls(intuit) - before == most
    if wrong != "leave":
        await intuit.control(f"realms/{REALM}/rights", {"refuses": None})
    await intuit.granted(vault)
    assert isinstance(await api.read_customer(REALM, CustomerId("1")), CustomerGone)


async def test_a_token_that_ended_early_costs_one_call_more(
    intuit: Intuit, vault: Vault, database: Database
) -> None:
    """Its clock may be ahead of ours: what is refused once is asked again with a new token, and nobody notices."""
    api = QuickBooksApi(intuit.session, intuit.outside.url, intuit.tokens(database))
    await intuit.control("oauth/clock", {"seconds": 3601})

    answer = await api.read_customer(REALM, CustomerId("1"))

    assert isinstance(answer, CustomerGone)
    assert (await calls(intuit), await intuit.refreshes()) == (2, 1)


async def test_the_sign_in_away_is_no_reason_to_sign_in_again(
    intuit: Intuit, vault: Vault, database: Database
) -> None:
    """The company is said to be away, and asked again soon."""
    api = QuickBooksApi(intuit.session, intuit.outside.url, intuit.tokens(database))
    await intuit.control("oauth/clock", {"seconds": 3601})
    await intuit.control("faults", {"do": "status", "value": 503, "match": {"path": "/oauth2/v1"}})

    away = await api.read_customer(REALM, CustomerId("1"))

    assert isinstance(away, TryLater)
    assert away.why is Obstacle.UNAVAILABLE
    assert isinstance(await api.read_customer(REALM, CustomerId("1")), CustomerGone)


async def test_the_companys_name_is_one_line(intuit: Intuit, vault: Vault, database: Database) -> None:
    """As CompanyInfo has it."""
    api = QuickBooksApi(intuit.session, intuit.outside.url, intuit.tokens(database))

    assert await api.company_name(REALM) == "Test Books"
