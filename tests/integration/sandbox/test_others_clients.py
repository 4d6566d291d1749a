"""Clients by others, as they come from the registry, take the stand-in for Intuit: intuit-oauth and python-quickbooks."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import AuthorizationException
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.customer import Customer
from quickbooks.objects.employee import Employee
from quickbooks.objects.vendor import Vendor

from tests.integration.sandbox.caller import APP, REALM, REDIRECT_URI, Caller
from tests.integration.sandbox.test_quickbooks_sign_in import choose

T = TypeVar("T")
DAY = 86_400


@pytest.fixture(autouse=True)
def over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """What both build on insists on https otherwise."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


async def aside(work: Callable[[], T]) -> T:
    """Run what blocks beside the stand-in, which runs in this process."""
    return await asyncio.to_thread(work)


async def signed_in(caller: Caller) -> AuthClient:
    """Go through discovery, Intuit's page and the exchange, with intuit-oauth."""
    discovery = f"{caller.url}/.well-known/openid_configuration"
    auth = await aside(lambda: AuthClient(APP.client_id, APP.client_secret, REDIRECT_URI, discovery))
    address = auth.get_authorization_url([Scopes.ACCOUNTING], state_token="st&te")
    assert "Choose a company" in await caller.get(address.removeprefix(caller.url))
    back = await choose(caller)
    await aside(lambda: auth.get_bearer_token(back["code"], realm_id=back["realmId"]))
    return auth


def books(auth: AuthClient, caller: Caller) -> QuickBooks:
    """Give python-quickbooks on the stand-in."""
    found = QuickBooks(auth_client=auth, refresh_token=auth.refresh_token, company_id=REALM, minorversion=75)
    found.api_url_v3 = found.sandbox_api_url_v3 = f"{caller.url}/v3"
    return found


async def test_intuit_oauth_signs_in_refreshes_and_revokes(quickbooks: Caller) -> None:
    """Its tokens rotate and end as it expects."""
    auth = await signed_in(quickbooks)
    first, access = auth.refresh_token, auth.access_token
    assert (auth.expires_in, auth.x_refresh_token_expires_in) == (3600, 8_726_400)
    await aside(auth.refresh)
    assert auth.refresh_token == first
    assert auth.access_token != access

    await quickbooks.post("/_control/oauth/clock", {"seconds": DAY + 1})
    await aside(auth.refresh)
    assert auth.refresh_token != first
    assert await aside(auth.revoke)
    with pytest.raises(AuthClientError) as refused:
        await aside(auth.refresh)
    assert refused.value.status_code == 400
    assert "invalid_grant" in str(refused.value.content)


async def test_python_quickbooks_works_in_the_company(quickbooks: Caller) -> None:
    """Company, create, update, read, filter with an apostrophe, and a name that is taken."""
    qb = books(await signed_in(quickbooks), quickbooks)

    def work() -> tuple[str, list[str], str]:
        (company,) = CompanyInfo.all(qb=qb)
        customer = Customer()
        customer.DisplayName = "Zoë O'Neil"
        customer.save(qb=qb, request_id="rq-1")
        customer.Notes = "x"
        customer.save(qb=qb)
        found = Customer.filter(DisplayName="Zoë O'Neil", Active=True, qb=qb)
        again = Customer()
        again.DisplayName = "Zoë O'Neil"
        with pytest.raises(Exception, match=r"6240|already exists|Duplicate"):
            again.save(qb=qb)
        return company.CompanyName, [each.Id for each in found], Customer.get(found[0].Id, qb=qb).Notes

    assert await aside(work) == ("Test Books", ["1"], "x")


async def test_python_quickbooks_sees_that_it_is_let_in_no_longer(quickbooks: Caller) -> None:
    """Its own error for it, whichever way it ended."""
    auth = await signed_in(quickbooks)
    qb = books(auth, quickbooks)
    await quickbooks.post(f"/_control/realms/{REALM}/leave", {})

    with pytest.raises(AuthorizationException):
        await aside(lambda: Customer.all(qb=qb))
    with pytest.raises(AuthClientError):
        await aside(auth.refresh)


async def test_python_quickbooks_writes_in_batches(quickbooks: Caller) -> None:
    """Of 3, and of 31, which it splits; a bad item hurts none, and one changes what another made."""
    qb = books(await signed_in(quickbooks), quickbooks)

    def named(*names: str) -> list[Customer]:
        made = [Customer() for _ in names]
        for customer, name in zip(made, names, strict=True):
            customer.DisplayName = name
        return made

    def work() -> tuple[list[str], list[str], int]:
        three = batch_create(named("Ana", "Ana", "Bea"), qb=qb)
        many = batch_create(named(*(f"Client {n}" for n in range(31))), qb=qb)
        for customer in many.successes:
            customer.Notes = "seen"
        done = batch_update(many.successes, qb=qb)
        return (
            [each.DisplayName for each in three.successes],
            [error.code for fault in three.faults for error in fault.Error],
            len([each for each in done.successes if each.Notes == "seen" and each.SyncToken == "1"]),
        )

    assert await aside(work) == (["Ana", "Bea"], ["6240"], 31)
    sent = [entry for entry in await quickbooks.get("/_control/ledger") if entry["path"].endswith("/batch")]
    assert [len(entry["body"]["BatchItemRequest"]) for entry in sent] == [3, 30, 1, 30, 1]


async def test_python_quickbooks_captures_changes(quickbooks: Caller) -> None:
    """Of customers and vendors, and nothing where nothing has changed."""
    qb = books(await signed_in(quickbooks), quickbooks)

    def work() -> tuple[list[str], list[str], bool]:
        vendor, employee, customer = Vendor(), Employee(), Customer()
        vendor.DisplayName, employee.GivenName, customer.DisplayName = "Paper Co", "Eve", "Ana"
        for each in (vendor, employee, customer):
            each.save(qb=qb)
        vendor.CompanyName = "Paper Company"
        vendor.save(qb=qb)
        yesterday, tomorrow = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 1))
        changed = change_data_capture([Customer, Vendor], yesterday, qb=qb)
        nothing = change_data_capture([Customer, Vendor], tomorrow, qb=qb)
        return (
            [each.DisplayName for each in changed.Customer],
            [each.CompanyName for each in changed.Vendor],
            hasattr(nothing, "Customer"),
        )

    assert await aside(work) == (["Ana"], ["Paper Company"], False)
