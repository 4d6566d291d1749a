"""QuickBooks' and Canopy's answers: whatever they say, it is one of the port's values, and the engine can be told."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, get_args

import aiohttp

from adapters.canopy.answers import ClientRefused
from adapters.canopy.api import CanopyApi
from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import OneToken
from domain.ids import ClientId, CustomerId, EffectId, FirmId, RealmId
from domain.outcomes import (
    ClientGone,
    ClientMoved,
    ClientSaved,
    ClientsListed,
    CustomerGone,
    CustomerRead,
    CustomerSaved,
    CustomersListed,
    HoldersFound,
    Rejected,
)
from domain.ports import CreateAnswer, CreateClientAnswer, TryLater, UpdateClientAnswer, UpdateCustomerAnswer
from domain.snapshots import Client
from tests.fuzz.door import Took, must
from tests.fuzz.doors.answering import Told
from tests.fuzz.doors.speaking import HEADERS, Said, Spoken, Wire, spoken
from tests.fuzz.odd import Template
from tests.unit.adapters.test_doors_of_answers import CLIENT, CLIENTS, CUSTOMER, CUSTOMERS, FAULT, PROBLEM

Ask = tuple[str, Callable[[Any, Any], Awaitable[Any]], tuple[type, ...]]
"""The kind of effect that waits for the answer, how it is asked for, and what may be answered."""

REALM, FIRM = RealmId("91301"), FirmId("f-1")
PATIENCE_SECONDS = 2.0

AMONG_MANY = EffectId("e-many")


async def _in_time(asked: Awaitable[Any]) -> Any:
    async with asyncio.timeout(5 * PATIENCE_SECONDS):
        return await asked


async def _among_many(api: Any, effect: Any) -> Any:
    """Ask for a change in a request of many."""
    change = replace(effect, id=AMONG_MANY, customer_id=CustomerId(CUSTOMER["Id"]))
    answers = await api.update_customers(REALM, [change])
    return answers if isinstance(answers, TryLater) else answers[AMONG_MANY]


ASKS_QUICKBOOKS: tuple[Ask, ...] = (
    ("create_customer", lambda api, effect: api.create_customer(REALM, effect), get_args(CreateAnswer)),
    (
        "update_customer",
        lambda api, effect: api.update_customer(REALM, effect),
        get_args(UpdateCustomerAnswer),
    ),
    (
        "read_customer",
        lambda api, effect: api.read_customer(REALM, effect.customer_id),
        (CustomerRead, CustomerGone, TryLater),
    ),
    ("list_customers", lambda api, _: api.list_customers(REALM, None), (CustomersListed, TryLater)),
    (
        "check_customers",
        lambda api, _: api.read_customers(REALM, (CustomerId("58"), CustomerId("59"))),
        (CustomersListed, Rejected, TryLater),
    ),
    ("find_holder", lambda api, effect: api.find_holders(REALM, effect.names), (HoldersFound, TryLater)),
    (
        "create_customer",
        lambda api, effect: api.find_created(REALM, "Ada Ltd", effect.planned_at),
        (tuple, TryLater),
    ),
    ("update_customer", _among_many, get_args(UpdateCustomerAnswer)),
)
SAYS_QUICKBOOKS = tuple(
    map(
        Template,
        (
            {"Customer": CUSTOMER, "time": "2026-11-23T10:00:00Z"},
            CUSTOMERS,
            FAULT,
            {"Fault": {"Error": [{"code": "5010"}, {"code": "610"}], "type": "x"}},
            {"QueryResponse": {"Vendor": [{"Id": "7", "DisplayName": "Ada Ltd", "Active": False}]}},
            {"QueryResponse": {"Customer": [CUSTOMER] * 3, "startPosition": 1, "maxResults": 3}},
            {"QueryResponse": {}},
            {"BatchItemResponse": [{"bId": f"0-{AMONG_MANY}", "Customer": CUSTOMER}]},
        ),
    )
)
ASKS_CANOPY: tuple[Ask, ...] = (
    ("create_client", lambda api, effect: api.add_client(FIRM, effect), get_args(CreateClientAnswer)),
    ("update_client", lambda api, effect: api.update_client(FIRM, effect), get_args(UpdateClientAnswer)),
    (
        "update_client",
        lambda api, effect: api.read_client(FIRM, effect.client_id),
        (Client, ClientGone, TryLater),
    ),
    ("list_clients", lambda api, _: api.list_clients(FIRM, None), (ClientsListed, TryLater)),
    (
        "create_client",
        lambda api, _: api.create_client(FIRM, {"display_name": "Ada"}, "user:dana", "key"),
        (Client, ClientRefused, TryLater),
    ),
    (
        "update_client",
        lambda api, _: api.edit_client(FIRM, ClientId("c-1"), {"email": None}, "user:dana", "key", 3),
        (Client, ClientMoved, ClientGone, ClientRefused, TryLater),
    ),
)
SAYS_CANOPY = tuple(map(Template, (CLIENT, CLIENTS, PROBLEM, {"client": CLIENT, "code": "moved"})))


class _Side(ABC):
    """A door of answers. Subclasses say whose."""

    asks: tuple[Ask, ...]
    says: tuple[Template, ...]
    fits: tuple[int, ...]
    """For each ask, what fits it; half of the answers do."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._told = Told(self._loop)
        self._said, self._wire, self._stack = Said(), Wire(), AsyncExitStack()
        self._loop.run_until_complete(self._open())
        return self

    async def _open(self) -> None:
        await self._stack.enter_async_context(self._wire.open())
        session = await self._stack.enter_async_context(aiohttp.ClientSession())
        self._apis = (self._api(self._said, "http://127.0.0.1:9"), self._api(session, self._wire.url))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.run_until_complete(self._stack.aclose())
        self._loop.close()

    @abstractmethod
    def _api(self, session: Any, url: str) -> Any:
        """Give the client of the side's API."""

    def take(self, example: list[Spoken]) -> Took:
        """Ask for each answer, and tell it."""
        took = Took()
        for each in example:
            fits = each.template >= len(self.says)
            content, values = each.body(self.says[self.fits[each.ask] if fits else each.template])
            took.add(values, self._asked(each, content))
        return took

    def _asked(self, each: Spoken, content: bytes) -> str:
        kind, ask, answers = self.asks[each.ask]
        headers = [HEADERS[each.header]] if each.header is not None else []
        if each.by_wire:
            self._wire.says(each.status, headers, content, each.mangled)
        else:
            self._said.says(each.status, headers, content)
        asked = ask(self._apis[each.by_wire], self._told.effect(kind))
        try:
            answer = self._loop.run_until_complete(_in_time(asked))
        except TimeoutError:
            must(holds=False, said="a request without an end")
        must(isinstance(answer, answers), f"{type(answer).__name__} is no answer of the port")
        return self._tell(kind, answer)

    def _tell(self, kind: str, answer: Any) -> str:
        match answer:
            case tuple():
                for customer in answer[:1]:
                    self._told.tell(kind, CustomerSaved(customer=customer))
                return "customers found"
            case Client():
                return self._told.tell(kind, ClientSaved(client=answer))
            case ClientRefused():
                must(400 <= answer.status < 500, f"refused with {answer.status}")
                return "refused to a person"
            case _:
                return self._told.tell(kind, answer)


class QuickBooks(_Side):
    """What QuickBooks answers."""

    asks, says, fits = ASKS_QUICKBOOKS, SAYS_QUICKBOOKS, (0, 0, 0, 1, 1, 4, 1, 7)
    examples = spoken(len(ASKS_QUICKBOOKS), 2 * len(SAYS_QUICKBOOKS))

    def _api(self, session: Any, url: str) -> Any:
        return QuickBooksApi(session, url, OneToken("token"), PATIENCE_SECONDS)


class Canopy(_Side):
    """What Canopy answers."""

    asks, says, fits = ASKS_CANOPY, SAYS_CANOPY, (0, 0, 0, 1, 0, 0)
    examples = spoken(len(ASKS_CANOPY), 2 * len(SAYS_CANOPY))

    def _api(self, session: Any, url: str) -> Any:
        return CanopyApi(session, url, "token", PATIENCE_SECONDS)
