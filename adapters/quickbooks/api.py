"""The port `QuickBooks`, spoken over HTTP."""

from collections.abc import Sequence
from datetime import datetime

import aiohttp

from adapters.departures import BeforeEach, at_once
from adapters.quickbooks import batch, query
from adapters.quickbooks.answers import (
    UNREADABLE,
    Reply,
    breaks_at_a_record,
    trouble_creating,
    trouble_querying,
    trouble_reading,
    trouble_updating,
)
from adapters.quickbooks.exchange import Exchange
from adapters.quickbooks.holders import HolderSearch
from adapters.quickbooks.listing import listed, narrowed, of_these, read_customer
from adapters.quickbooks.mapping import create_body, update_body, whole_body
from adapters.quickbooks.metered import CountsReads, Uncounted
from adapters.quickbooks.paging import Page
from adapters.quickbooks.tokens import Tokens
from adapters.readable_records import MOST_UNREADABLE
from domain.effects import CreateCustomer, UpdateCustomer
from domain.fields import Field
from domain.ids import CustomerId, RealmId
from domain.limits import as_written
from domain.outcomes import (
    CustomerGone,
    CustomerRead,
    CustomerSaved,
    CustomersListed,
    HoldersFound,
    Rejected,
    UnreadableRecord,
)
from domain.ports import CreateAnswer, StaleCopy, TryLater, UpdateCustomerAnswer, UpdateCustomersAnswer
from domain.snapshots import Customer


class QuickBooksApi:
    """QuickBooks Online's customers. Keeps no state: pace, retries and tokens are others' work.

    `tokens` gives a realm's access token. A request may take `timeout_seconds` in all. `reads` counts those that are metered.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        tokens: Tokens,
        timeout_seconds: float = 30.0,
        before_each: BeforeEach = at_once,
        reads: CountsReads | None = None,
    ) -> None:
        self._exchange = Exchange(
            session, base_url, tokens, timeout_seconds, before_each, reads or Uncounted()
        )

    async def create_customer(self, realm: RealmId, effect: CreateCustomer) -> CreateAnswer:
        """Create a customer. The same effect sends the same bytes under the same request id, so it happens once."""
        reply = await self._exchange.post(realm, ("customer",), create_body(effect.values), effect.id)
        if isinstance(reply, TryLater):
            return reply
        return trouble_creating(reply) or _saved(reply)

    async def update_customer(self, realm: RealmId, effect: UpdateCustomer) -> UpdateCustomerAnswer:
        """Change just the effect's fields, if the customer still has the effect's sync token."""
        if effect.whole:
            return await self._write_whole(realm, effect)
        body = update_body(
            effect.customer_id, effect.sync_token, effect.values, effect.address_id, effect.write_back
        )
        reply = await self._exchange.post(realm, ("customer",), body, effect.id)
        if isinstance(reply, TryLater):
            return reply
        return trouble_updating(reply, effect.customer_id) or _saved(reply)

    async def update_customers(
        self, realm: RealmId, effects: Sequence[UpdateCustomer]
    ) -> UpdateCustomersAnswer:
        """Change many customers by one request; each ends by itself."""
        ordered = batch.in_order(effects)
        body, request_id = batch.batch_body(ordered), batch.request_id(ordered)
        reply = await self._exchange.post(realm, ("batch",), body, request_id)
        return reply if isinstance(reply, TryLater) else batch.answers_of(ordered, reply)

    async def read_customer(
        self, realm: RealmId, customer: CustomerId
    ) -> CustomerRead | CustomerGone | TryLater:
        """Read one customer, active or not."""
        reply = await self._exchange.get(realm, ("customer", customer))
        if isinstance(reply, TryLater):
            return reply
        if trouble := trouble_reading(reply, customer):
            return trouble
        found = _customer_in(reply)
        return CustomerRead(customer=found) if found else UNREADABLE

    async def list_customers(
        self, realm: RealmId, cursor: str | None, since: datetime | None = None
    ) -> CustomersListed | TryLater:
        """Read the next at most 100 customers, active or not, by id. `cursor`: the one of the page before.

        A page whose query fails because of one record answers with nothing and the cursor of a smaller page.
        """
        page = Page.at(cursor)
        if since is None:
            wanted = query.all_customers(page.start, page.size)
        else:
            wanted = query.customers_changed(since, page.start, page.size)
        return await self._listed(realm, page, wanted)

    async def read_customers(
        self, realm: RealmId, customers: tuple[CustomerId, ...]
    ) -> CustomersListed | Rejected | TryLater:
        """Read those of at most 100 customers that are there, active or not. Without any nobody is asked.

        An id that can't stand in a query is not asked for, so that customer is not among those that are there. One that
        can't be read is named; where it breaks the query, it is found by halving, and the others are read.
        """
        askable = tuple(customer for customer in customers if query.can_be_asked(customer))
        left = [askable] if askable else []
        found: list[Customer] = []
        broken: list[UnreadableRecord] = []
        while left:
            some = left.pop()
            reply = await self._exchange.get(realm, ("query",), query=query.these_customers(some))
            answer = reply if isinstance(reply, TryLater) else of_these(some, reply)
            if answer is None:
                left += [some[len(some) // 2 :], some[: len(some) // 2]]
                continue
            if not isinstance(answer, CustomersListed):
                return answer
            found += answer.customers
            broken += answer.unreadable
            if len(broken) > MOST_UNREADABLE:
                return Rejected(code=UNREADABLE.why)
        return CustomersListed(customers=tuple(found), unreadable=tuple(broken))

    async def find_created(
        self, realm: RealmId, display_name: str, since: datetime
    ) -> tuple[Customer, ...] | TryLater:
        """Find customers of this name created at or after `since`: all of that time are read, and compared here.

        One of them that can't be read is none that anybody could tell to be the one.
        """
        written = as_written("quickbooks", {Field.DISPLAY_NAME: display_name})[Field.DISPLAY_NAME]
        found: dict[CustomerId, Customer] = {}
        page: Page | None = Page()
        while page is not None:
            wanted = query.customers_created(since, page.start, page.size)
            answer = await self._listed(realm, page, wanted)
            if isinstance(answer, TryLater):
                return answer
            for one in answer.customers:
                if query.same_name(one.values.get(Field.DISPLAY_NAME), written):
                    found[one.customer_id] = one  # the border of two pages is on both
            page = Page.at(answer.cursor) if answer.cursor is not None else None
        return tuple(found.values())

    async def find_holders(self, realm: RealmId, names: tuple[str, ...]) -> HoldersFound | TryLater:
        """Ask which customers, vendors and employees, active or not, have these display names."""
        search = HolderSearch(names)
        while (statement := search.next_statement()) is not None:
            reply = await self._exchange.get(realm, ("query",), query=statement)
            if isinstance(reply, TryLater):
                return reply
            if trouble := search.take(reply):
                return trouble
        return search.found()

    async def company_name(self, realm: RealmId) -> str | TryLater | None:
        """Read what the company calls itself; None: it does not say."""
        reply = await self._exchange.get(realm, ("companyinfo", realm))
        if isinstance(reply, TryLater):
            return reply
        if trouble := trouble_querying(reply):
            return trouble
        match reply.body:
            case {"CompanyInfo": {"CompanyName": str(name)}} if name.strip():
                return as_shown(name)
            case _:
                return None

    async def _write_whole(self, realm: RealmId, effect: UpdateCustomer) -> UpdateCustomerAnswer:
        """Write the customer as it was just read, with the effect's fields changed in it."""
        found = await self._exchange.get(realm, ("customer", effect.customer_id))
        if isinstance(found, TryLater):
            return found
        if trouble := trouble_reading(found, effect.customer_id):
            return trouble
        match found.body, _customer_in(found):
            case {"Customer": dict() as record}, Customer(sync_token=token):
                if token != effect.sync_token:
                    return StaleCopy()
            case _:
                return UNREADABLE
        reply = await self._exchange.post(realm, ("customer",), whole_body(record, effect), effect.id)
        if isinstance(reply, TryLater):
            return reply
        return trouble_updating(reply, effect.customer_id) or _saved(reply)

    async def _listed(self, realm: RealmId, page: Page, wanted: str) -> CustomersListed | TryLater:
        """Ask for a page of a list. One bad record holds up none of the others."""
        reply = await self._exchange.get(realm, ("query",), query=wanted)
        if isinstance(reply, TryLater):
            return reply
        if code := breaks_at_a_record(reply):
            return narrowed(page, code)
        return trouble_querying(reply) or listed(page, reply)


LONGEST_NAME = 200


def as_shown(name: str) -> str:
    """Give a company's name as one line of printable text."""
    return " ".join("".join(each if each.isprintable() else " " for each in name).split())[:LONGEST_NAME]


def _saved(reply: Reply) -> CustomerSaved | TryLater:
    customer = _customer_in(reply)
    return CustomerSaved(customer=customer) if customer else UNREADABLE


def _customer_in(reply: Reply) -> Customer | None:
    match reply.body:
        case {"Customer": body}:
            return read_customer(body, reply.at)
        case _:
            return None
