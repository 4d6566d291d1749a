"""What goes over the wire to QuickBooks, and what becomes of each way in which the wire fails."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import orjson
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from adapters.quickbooks.api import QuickBooksApi
from adapters.quickbooks.tokens import NoTokenError, OneToken
from deploy.kafka.ports import free_port
from domain.bounds import MOST_ANSWER_BYTES, MOST_WAIT_SECONDS
from domain.effects import CreateCustomer, UpdateCustomer
from domain.fields import Address, Field
from domain.ids import CustomerId, EffectId, RealmId
from domain.obstacles import Obstacle
from domain.outcomes import CustomerRead, CustomersListed, Rejected
from domain.ports import TryLater
from tests.integration.adapters.outside import Outside

RECORDED = Path(__file__).parents[2] / "unit" / "adapters" / "quickbooks" / "recorded"
REALM = RealmId("9130000000000001")
NOW = datetime(2026, 9, 1, tzinfo=UTC)
SECRET = "AB01SECRETSECRET"
CREATE = CreateCustomer(
    id=EffectId("e" * 32),
    values={
        Field.EMAIL: "zoe@example.com",
        Field.ADDRESS: Address(city="Oslo"),
        Field.DISPLAY_NAME: "Zoë O'Neil",
    },
    asked_by="rule",
    planned_at=NOW,
)
UPDATE = UpdateCustomer(
    id=EffectId("f" * 32),
    customer_id=CustomerId("58"),
    sync_token=3,
    values={Field.FIRST_NAME: "Zoë"},
    asked_by="rule",
    planned_at=NOW,
)
CREATED = orjson.loads((RECORDED / "customer.json").read_bytes())


@pytest.fixture
def api(outside: Outside, session: aiohttp.ClientSession) -> QuickBooksApi:
    """The adapter, speaking with the outside."""
    return QuickBooksApi(session, outside.url, OneToken(SECRET))


async def test_a_create_says_who_asks_for_what(outside: Outside, api: QuickBooksApi) -> None:
    """Path, version, request id, token and body are as Intuit wants them, and the same when it is repeated."""
    outside.says(200, orjson.dumps(CREATED).decode())

    await api.create_customer(REALM, CREATE)
    await api.create_customer(REALM, CREATE)

    first = outside.asked[0]
    assert (first.method, first.path) == ("POST", "/v3/company/9130000000000001/customer")
    assert dict(first.query) == {"minorversion": "75", "requestid": "e" * 32}
    assert first.headers["Accept"] == "application/json"
    assert first.headers["Content-Type"] == "application/json"
    assert first.headers["Authorization"] == f"Bearer {SECRET}"
    assert outside.bodies[0] == outside.bodies[1]
    assert orjson.loads(outside.bodies[0]) == {
        "DisplayName": "Zoë O'Neil",
        "PrimaryEmailAddr": {"Address": "zoe@example.com"},
        "BillAddr": {"City": "Oslo"},
    }


async def test_nobody_there_means_that_nothing_happened(session: aiohttp.ClientSession) -> None:
    """A connection that was never made carried no request."""
    api = QuickBooksApi(session, f"http://127.0.0.1:{free_port()}", OneToken(SECRET))

    assert await api.create_customer(REALM, CREATE) == TryLater(
        why=Obstacle.UNREACHABLE, may_have_happened=False
    )


async def test_a_cut_connection_leaves_the_fate_of_a_write_open(outside: Outside, api: QuickBooksApi) -> None:
    """The request was sent; whether it was carried out, nobody has said. It is not sent again by itself."""
    outside.hangs_up()

    assert await api.create_customer(REALM, CREATE) == TryLater(
        why=Obstacle.NO_ANSWER, may_have_happened=True
    )
    assert len(outside.asked) == 1


async def test_an_answer_that_is_slow_to_come_leaves_it_open_too(
    outside: Outside, session: aiohttp.ClientSession
) -> None:
    """After the time-out we stop waiting, and QuickBooks may still be at it."""
    told_to_end = asyncio.Event()

    async def wait(_: web.Request) -> web.Response:
        await told_to_end.wait()
        return web.Response()

    outside.answer = wait
    api = QuickBooksApi(session, outside.url, OneToken(SECRET), timeout_seconds=0.2)

    answer = await api.update_customer(REALM, UPDATE)
    told_to_end.set()

    assert answer == TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)


async def test_a_page_of_a_gateway_is_no_crash(outside: Outside, api: QuickBooksApi) -> None:
    """HTML with a 502: something before QuickBooks failed."""
    outside.says(502, (RECORDED / "502.html").read_text())

    assert await api.update_customer(REALM, UPDATE) == TryLater(
        why=Obstacle.UNAVAILABLE, may_have_happened=True
    )


async def test_a_throttle_passes_on_when_to_come_back(outside: Outside, api: QuickBooksApi) -> None:
    """In seconds or as a date, and an hour at most; where it asks for no time, our own pause is longer."""
    day = "Wed, 21 Oct 2026"
    for said, seconds in (
        ("17", 17.0),
        (f"{day} 07:28:30 GMT", 30.0),
        ("1795846416186", MOST_WAIT_SECONDS),
        ("9" * 400, MOST_WAIT_SECONDS),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        (f"{day} 07:27:00 GMT", None),
        ("0", None),
        ("soon", None),
    ):
        outside.says(429, headers={"Retry-After": said, "Date": f"{day} 07:28:00 GMT"})
        later = await api.list_customers(REALM, None)
        assert later == TryLater(why=Obstacle.THROTTLED, may_have_happened=False, after_seconds=seconds)


async def test_an_answer_without_end_is_not_read(outside: Outside, api: QuickBooksApi) -> None:
    """Nor one that is nested without end: both are answers that can't be read, whatever good stands in them too."""
    good = orjson.dumps(CREATED).decode()
    outside.says(200, good)
    assert isinstance(await api.read_customer(REALM, CustomerId("58")), CustomerRead)

    unreadable = TryLater(why=Obstacle.UNREADABLE, may_have_happened=True)
    nested = good.removesuffix("}") + ',"more":' + "[" * 900 + "]" * 900 + "}"
    for endless in (good + " " * MOST_ANSWER_BYTES, nested, "[" * 100_000):
        outside.says(200, endless)
        assert await api.read_customer(REALM, CustomerId("58")) == unreadable


@pytest.mark.parametrize("realm", [".", ".."])
async def test_no_part_of_the_path_vanishes(outside: Outside, api: QuickBooksApi, realm: str) -> None:
    """Of two dots an address would make the folder above, and ask for something else."""
    outside.says(200, orjson.dumps(CREATED).decode())

    await api.read_customer(RealmId(realm), CustomerId("58"))

    assert outside.asked[0].rel_url.raw_path.count("/") == 5


async def test_a_token_is_never_written_down(outside: Outside, api: QuickBooksApi) -> None:
    """QuickBooks echoes an expired one in its answer; neither that nor a client's values reach a log."""
    outside.says(401, (RECORDED / "401_token_expired.json").read_text(), {"intuit_tid": "1-6239ef57"})

    with capture_logs() as logs:
        answer = await api.create_customer(REALM, CREATE)
        outside.hangs_up()
        await api.read_customer(REALM, CustomerId("58"))
        outside.says(200, '{"Customer":{"Id":"58","SyncToken":"Zoë","DisplayName":"O\'Neil"}}')
        await api.read_customer(REALM, CustomerId("58"))

    assert answer == TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)
    assert [entry["event"] for entry in logs] == [
        "quickbooks_refused",
        "quickbooks_gave_no_answer",
        "quickbooks_customer_unreadable",
    ]
    assert logs[0]["codes"] == ["3200"]
    assert logs[0]["intuit_tid"] == "1-6239ef57"
    for value in (SECRET, "Zoë", "O'Neil", "zoe@example.com"):
        assert value not in f"{logs} {answer}"


async def test_a_realm_without_a_token_is_not_asked(outside: Outside, session: aiohttp.ClientSession) -> None:
    """A person must renew the connection; until then nothing is sent."""

    class Nothing(OneToken):
        async def token(self, realm: RealmId) -> str:  # noqa: ARG002
            raise NoTokenError

    api = QuickBooksApi(session, outside.url, Nothing(""))

    assert await api.create_customer(REALM, CREATE) == TryLater(
        why=Obstacle.NOT_AUTHORISED, may_have_happened=False
    )
    assert outside.asked == []


@pytest.mark.parametrize(
    "text", ["", "<html>", "[]", "{}", '{"Customer":{"Id":"58"}}', '{"QueryResponse":[]}']
)
async def test_a_good_answer_that_says_nothing_is_unreadable(
    outside: Outside, api: QuickBooksApi, text: str
) -> None:
    """It is not taken for done, nor for an empty page."""
    outside.says(200, text)
    unreadable = TryLater(why=Obstacle.UNREADABLE, may_have_happened=True)

    assert await api.create_customer(REALM, CREATE) == unreadable
    assert await api.update_customer(REALM, UPDATE) == unreadable
    assert await api.read_customer(REALM, CustomerId("58")) == unreadable
    assert await api.list_customers(REALM, None) == unreadable
    assert await api.read_customers(REALM, (CustomerId("58"),)) == Rejected(code="unreadable")
    assert await api.find_created(REALM, "Zoë", NOW) == unreadable


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (400, '{"Fault":{"Error":[{"code":"4001"}],"type":"ValidationFault"}}', "4001"),
        (302, "", "unreadable"),
        (200, '{"QueryResponse":{"Customer":[{"Name":"of whom?"}]}}', "unreadable"),
    ],
)
async def test_who_is_there_is_no_question_to_wait_for(
    outside: Outside, api: QuickBooksApi, status: int, text: str, code: str
) -> None:
    """Refused or unreadable, it is answered with that, so that it holds up nothing else of its firm."""
    outside.says(status, text)

    assert await api.read_customers(REALM, (CustomerId("58"),)) == Rejected(code=code)


async def test_an_id_that_can_not_stand_in_a_query_is_not_asked_for(
    outside: Outside, api: QuickBooksApi
) -> None:
    """It is not among those that are there, so it is read by itself; the others are asked for all the same."""
    outside.says(200, '{"QueryResponse":{}}')

    assert await api.read_customers(REALM, (CustomerId("Ünknown"),)) == CustomersListed(customers=())
    assert outside.asked == []
    await api.read_customers(REALM, (CustomerId("Ünknown"), CustomerId("58")))
    assert "Id IN ('58')" in outside.asked[0].query["query"]


async def test_nothing_found_is_an_empty_page(outside: Outside, api: QuickBooksApi) -> None:
    """The list is absent then."""
    outside.says(200, '{"QueryResponse":{},"time":"2026-09-01T03:00:00.123-07:00"}')

    as_of = datetime(2026, 9, 1, 10, 0, 0, 123_000, tzinfo=UTC)
    assert await api.list_customers(REALM, "101") == CustomersListed(customers=(), as_of=as_of)
    outside.says(200, '{"QueryResponse":{},"time":"yesterday"}')
    assert await api.list_customers(REALM, "101") == CustomersListed(customers=())
    assert await api.read_customers(REALM, (CustomerId("58"),)) == CustomersListed(customers=())
    assert await api.find_created(REALM, "Zoë", NOW) == ()


async def test_no_redirect_is_followed(outside: Outside, api: QuickBooksApi) -> None:
    """It would carry the token to wherever it points."""
    outside.says(302, headers={"Location": f"{outside.url}elsewhere"})

    assert await api.create_customer(REALM, CREATE) == TryLater(
        why=Obstacle.UNREADABLE, may_have_happened=True
    )
    assert len(outside.asked) == 1


async def test_an_id_stays_one_part_of_the_path(outside: Outside, api: QuickBooksApi) -> None:
    """Whatever stands in it: it names a customer, never another address."""
    outside.says(200, orjson.dumps(CREATED).decode())

    assert isinstance(await api.read_customer(REALM, CustomerId("../query?x=1")), CustomerRead)
    assert outside.asked[0].rel_url.raw_path == "/v3/company/9130000000000001/customer/..%2Fquery%3Fx%3D1"
