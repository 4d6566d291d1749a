"""One customer of the run's own, by the engine's own way to QuickBooks: each step does what the engine does every day."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import uuid4

from adapters.quickbooks.answers import Reply
from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.exchange import Exchange
from deploy.intuit_sandbox.batches import Batch, many
from deploy.intuit_sandbox.said import Said
from domain.effects import CreateCustomer, UpdateCustomer
from domain.fields import Field, Values
from domain.ids import EffectId, RealmId
from domain.outcomes import CustomerRead, CustomerSaved, HoldersFound
from domain.ports import StaleCopy
from domain.snapshots import Customer

PHONE, OTHER_PHONE = "(312) 555-0100", "3125550177"


@dataclass(frozen=True, slots=True)
class SandboxCompany:
    """The company, asked through the adapter; `exchange` is for what the engine itself never does."""

    realm: RealmId
    api: QuickBooksApi
    exchange: Exchange


async def walk(company: SandboxCompany) -> AsyncIterator[Said]:
    """Go through a customer's life; ends early where the next step would have nothing to stand on."""
    realm, api = company.realm, company.api
    named = await api.company_name(realm)
    yield Said(point="company name is read", good=isinstance(named, str), answer=_kind(named))
    if not isinstance(named, str):
        return
    name = f"Single Client Sync smoke {datetime.now(UTC):%Y-%m-%d %H%M%S}"
    made = _create({Field.DISPLAY_NAME: name, Field.PHONE: PHONE})
    first, again = await api.create_customer(realm, made), await api.create_customer(realm, made)
    yield Said(point="customer is created", good=isinstance(first, CustomerSaved), answer=_kind(first))
    if not isinstance(first, CustomerSaved):
        return
    same = isinstance(again, CustomerSaved) and again.customer.customer_id == first.customer.customer_id
    yield Said(point="a request of the same id is done once", good=same, answer=_kind(again))
    async for said in _edits(company, first.customer, name):
        yield said


async def _edits(company: SandboxCompany, made: Customer, name: str) -> AsyncIterator[Said]:
    realm, api = company.realm, company.api
    edited = await api.update_customer(realm, _update(made, {Field.PHONE: OTHER_PHONE}))
    yield Said(point="a field is changed", good=isinstance(edited, CustomerSaved), answer=_kind(edited))
    stale = await api.update_customer(realm, _update(made, {Field.PHONE: PHONE}))
    yield Said(point="an old sync token is refused", good=isinstance(stale, StaleCopy), answer=_kind(stale))
    found = await api.find_holders(realm, (name,))
    holds = isinstance(found, HoldersFound) and [each.id for each in found.holders] == [made.customer_id]
    yield Said(point="the name's holder is found", good=holds, answer=_kind(found))
    if not isinstance(edited, CustomerSaved):
        return
    phone = edited.customer.values.get(Field.PHONE)
    yield Said(point="respells", answer="kept as it was sent" if phone == OTHER_PHONE else "respelled")
    cleared = await api.update_customer(realm, _update(edited.customer, {Field.PHONE: None}))
    if isinstance(cleared, CustomerSaved):
        gone = cleared.customer.values.get(Field.PHONE) is None
        yield Said(point="clears_ignored", answer="cleared" if gone else "ignored")
    left = cleared.customer if isinstance(cleared, CustomerSaved) else edited.customer
    async for said in _batches(company, left, name):
        yield said


async def _batches(company: SandboxCompany, customer: Customer, name: str) -> AsyncIterator[Said]:
    """Ask for one batch, twice; leave nobody active; and then for many, which may be one too many of the minute."""
    batch = Batch(company.realm, company.exchange)
    async for said in batch.first(customer, name):
        yield said
    now = await company.api.read_customer(company.realm, customer.customer_id)
    if not isinstance(now, CustomerRead):
        yield Said(point="the customer is read", good=False, answer=_kind(now))
        return
    renamed = await company.api.update_customer(
        company.realm, _update(now.customer, {Field.DISPLAY_NAME: f"{name} batch"})
    )
    yield Said(
        point="the customer is renamed", good=isinstance(renamed, CustomerSaved), answer=_kind(renamed)
    )
    if not isinstance(renamed, CustomerSaved):
        return
    async for said in batch.again():
        yield said
    if batch.made is not None:
        yield await _let_go(company, "the batch's customer", batch.made)
    left = {"Id": customer.customer_id, "SyncToken": str(renamed.customer.sync_token)}
    yield await _let_go(company, "the customer", left)
    async for said in many(company.realm, company.exchange, customer):
        yield said


async def _let_go(company: SandboxCompany, who: str, customer: Mapping[str, object]) -> Said:
    same = {name: customer.get(name) for name in ("Id", "SyncToken")}
    body = same | {"sparse": True, "Active": False}
    let_go = await company.exchange.post(company.realm, ("customer",), body, uuid4().hex)
    inactive = isinstance(let_go, Reply) and let_go.status == HTTPStatus.OK
    return Said(point=f"{who} is made inactive", good=inactive, answer=_kind(let_go))


def _create(values: Values) -> CreateCustomer:
    return CreateCustomer(
        id=EffectId(uuid4().hex), values=values, asked_by="person", planned_at=datetime.now(UTC)
    )


def _update(customer: Customer, values: Values) -> UpdateCustomer:
    return UpdateCustomer(
        id=EffectId(uuid4().hex),
        customer_id=customer.customer_id,
        sync_token=customer.sync_token,
        values=values,
        asked_by="person",
        planned_at=datetime.now(UTC),
    )


def _kind(answer: object) -> str:
    """Name an answer without any value of it."""
    why = getattr(answer, "why", None) or getattr(answer, "code", None) or getattr(answer, "status", None)
    return type(answer).__name__ + (f" ({why})" if why else "")
