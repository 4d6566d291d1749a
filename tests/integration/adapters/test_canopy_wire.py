"""What goes over the wire to Canopy, and what its answers become."""

import asyncio
from datetime import UTC, datetime

import aiohttp
import orjson
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from adapters.canopy.answers import ClientRefused
from adapters.canopy.api import CanopyApi
from deploy.kafka.ports import free_port
from domain.effects import UpdateClient
from domain.fields import Field
from domain.ids import ClientId, EffectId, FirmId
from domain.obstacles import Obstacle
from domain.outcomes import ClientGone, ClientMoved, ClientSaved, Rejected
from domain.ports import TryLater
from domain.snapshots import Client
from tests.integration.adapters.outside import Outside

FIRM = FirmId("f-1")
FIONA = ClientId("c-1001")
SECRET = "canopy-secret"
UPDATE = UpdateClient(
    id=EffectId("e" * 32),
    client_id=FIONA,
    client_version=3,
    values={Field.PHONE: None, Field.EMAIL: "fiona@example.com"},
    asked_by="rule",
    planned_at=datetime(2026, 11, 23, tzinfo=UTC),
)
NOW = {"client_id": "c-1001", "version": 4, "type": "individual", "display_name": "Fiona Gallagher"}


@pytest.fixture
def api(outside: Outside, session: aiohttp.ClientSession) -> CanopyApi:
    """The adapter, speaking with the outside."""
    return CanopyApi(session, outside.url, SECRET)


async def test_an_update_says_who_asks_and_of_which_version(outside: Outside, api: CanopyApi) -> None:
    """The effect's id makes a repeat harmless, and comes back as the cause of the event that follows."""
    outside.says(200, orjson.dumps(NOW).decode())

    answer = await api.update_client(FIRM, UPDATE)

    asked = outside.asked[0]
    assert (asked.method, asked.path) == ("PATCH", "/v1/firms/f-1/clients/c-1001")
    assert asked.headers["If-Match"] == "3"
    assert asked.headers["Idempotency-Key"] == "e" * 32
    assert asked.headers["Actor"] == "system:client-sync"
    assert asked.headers["Authorization"] == f"Bearer {SECRET}"
    assert orjson.loads(outside.bodies[0]) == {"email": "fiona@example.com", "phone": None}
    assert isinstance(answer, ClientSaved)
    assert answer.client.version == 4


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (404, "", ClientGone(client_id=FIONA)),
        (
            409,
            '{"code":"email_taken","fields":[{"field":"email","reason":"x"}]}',
            Rejected(code="email_taken", fields=(Field.EMAIL,)),
        ),
        (422, '{"code":"invalid","detail":"fiona@ is no email address"}', Rejected(code="invalid")),
        (422, "<html>", Rejected(code="422")),
        (401, "", TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
        (403, "", TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
        (429, "", TryLater(why=Obstacle.THROTTLED, may_have_happened=False)),
        (503, "", TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)),
        (302, "", TryLater(why=Obstacle.UNREADABLE, may_have_happened=True)),
        (200, "{}", TryLater(why=Obstacle.UNREADABLE, may_have_happened=True)),
    ],
)
async def test_an_answer_to_an_update_becomes_a_value(
    outside: Outside, api: CanopyApi, status: int, text: str, expected: object
) -> None:
    """By its status; a refusal's sentence is left behind, since it may quote a value."""
    outside.says(status, text)

    assert await api.update_client(FIRM, UPDATE) == expected


async def test_a_moved_client_is_taken_from_the_answer(outside: Outside, api: CanopyApi) -> None:
    """It says how the client looks now."""
    outside.says(412, orjson.dumps({"code": "version_moved", "client": NOW}).decode())

    answer = await api.update_client(FIRM, UPDATE)

    assert isinstance(answer, ClientMoved)
    assert answer.client.version == 4
    assert len(outside.asked) == 1


async def test_a_moved_client_is_read_if_the_answer_does_not_tell(outside: Outside, api: CanopyApi) -> None:
    """Either way the lane learns how it looks now."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response(NOW) if request.method == "GET" else web.Response(status=412)

    outside.answer = answer

    assert isinstance(await api.update_client(FIRM, UPDATE), ClientMoved)


async def test_a_refused_change_did_not_happen_even_if_reading_fails(
    outside: Outside, api: CanopyApi
) -> None:
    """The doubt about the reading is none about the change."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=503 if request.method == "GET" else 412)

    outside.answer = answer

    assert await api.update_client(FIRM, UPDATE) == TryLater(
        why=Obstacle.UNAVAILABLE, may_have_happened=False
    )


async def test_nobody_there_means_that_nothing_happened(session: aiohttp.ClientSession) -> None:
    """A connection that was never made carried no request."""
    api = CanopyApi(session, f"http://127.0.0.1:{free_port()}", SECRET)

    assert await api.update_client(FIRM, UPDATE) == TryLater(
        why=Obstacle.UNREACHABLE, may_have_happened=False
    )


async def test_an_answer_that_does_not_come_leaves_a_change_open(
    outside: Outside, session: aiohttp.ClientSession
) -> None:
    """Cut off or too slow: the request was sent."""
    open_fate = TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
    api = CanopyApi(session, outside.url, SECRET, timeout_seconds=0.2)
    outside.hangs_up()
    cut = await api.update_client(FIRM, UPDATE)
    told_to_end = asyncio.Event()

    async def wait(_: web.Request) -> web.Response:
        await told_to_end.wait()
        return web.Response()

    outside.answer = wait
    slow = await api.update_client(FIRM, UPDATE)
    told_to_end.set()

    assert (cut, slow) == (open_fate, open_fate)


async def test_a_person_is_told_why_canopy_refuses(outside: Outside, api: CanopyApi) -> None:
    """Adding and editing in a person's name keep the sentence, which is for them."""
    outside.says(
        422,
        '{"code":"invalid","detail":"fiona@ is no email address","fields":[{"field":"email","reason":"x"}]}',
    )
    refused = ClientRefused(
        status=422, code="invalid", detail="fiona@ is no email address", fields=(Field.EMAIL,)
    )

    assert await api.create_client(FIRM, {"email": "fiona@"}, "user:dana", "key-1") == refused
    assert await api.edit_client(FIRM, FIONA, {"email": "fiona@"}, "user:dana", "key-2") == refused
    assert [asked.headers["Actor"] for asked in outside.asked] == ["user:dana", "user:dana"]
    assert [asked.headers["Idempotency-Key"] for asked in outside.asked] == ["key-1", "key-2"]


async def test_an_unknown_client_is_gone(outside: Outside, api: CanopyApi) -> None:
    """Whoever asks for it; a firm that is unknown is another thing, and no empty list."""
    outside.says(404)

    assert await api.read_client(FIRM, FIONA) == ClientGone(client_id=FIONA)
    assert await api.edit_client(FIRM, FIONA, {}, "user:dana", "key-1") == ClientGone(client_id=FIONA)
    assert await api.list_clients(FIRM, None) == TryLater(why=Obstacle.REFUSED, may_have_happened=False)


async def test_neither_the_token_nor_a_value_is_written_down(outside: Outside, api: CanopyApi) -> None:
    """Logs name what is wrong by fields."""
    with capture_logs() as logs:
        outside.says(422, '{"detail":"fiona@ is no email address"}')
        await api.update_client(FIRM, UPDATE)
        outside.says(200, '{"client_id":"c-1001","version":"Fiona"}')
        await api.read_client(FIRM, FIONA)
        outside.hangs_up()
        await api.read_client(FIRM, FIONA)

    assert [entry["event"] for entry in logs] == [
        "canopy_refused",
        "canopy_client_unreadable",
        "canopy_gave_no_answer",
    ]
    for value in (SECRET, "fiona@", "Fiona"):
        assert value not in str(logs)


async def test_a_time_is_canopys_own(outside: Outside, api: CanopyApi) -> None:
    """The client says when it changed, else the answer when it was given; our clock comes last."""
    outside.says(200, orjson.dumps(NOW).decode(), {"Date": "Mon, 23 Nov 2026 10:00:00 GMT"})

    client = await api.read_client(FIRM, FIONA)

    assert isinstance(client, Client)
    assert client.changed_at == datetime(2026, 11, 23, 10, tzinfo=UTC)

    outside.says(200, orjson.dumps({**NOW, "updated_at": "2026-11-22T11:00:00.000+01:00"}).decode())
    client = await api.read_client(FIRM, FIONA)

    assert isinstance(client, Client)
    assert client.changed_at == datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("firm", "client"), [("f-1", ".."), ("f-1", "."), ("..", "c-1"), ("f-1", "../../x?y#z")]
)
async def test_no_part_of_the_path_vanishes(outside: Outside, api: CanopyApi, firm: str, client: str) -> None:
    """Rows of older logs may hold such ids, and another address is somebody else's."""
    outside.says(404)

    assert await api.read_client(FirmId(firm), ClientId(client)) == ClientGone(client_id=ClientId(client))

    asked = outside.asked[0].url.raw_path
    assert (asked.count("/"), asked.startswith("/v1/firms/"), asked.split("/")[4]) == (5, True, "clients")


async def test_an_answer_out_of_bounds_is_not_read(outside: Outside, api: CanopyApi) -> None:
    """Whatever is odd in it: it is asked for again, and people see it wait."""
    unreadable = TryLater(why=Obstacle.UNREADABLE, may_have_happened=True)
    for odd in (
        {"version": 2**63},
        {"version": 4.0},
        {"client_id": ".."},
        {"display_name": "x" * 1001},
        {"updated_at": "9999-12-31T23:59:59-12:00"},
        {"updated_at": 1795846416186},
    ):
        outside.says(200, orjson.dumps(NOW | odd).decode())
        assert await api.read_client(FIRM, FIONA) == unreadable
    outside.says(200, orjson.dumps({"clients": [], "next_cursor": "x" * 1001}).decode())
    assert await api.list_clients(FIRM, None) == unreadable
