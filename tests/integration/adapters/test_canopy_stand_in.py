"""The Canopy adapter against the stand-in: whole conversations over real HTTP, and what its ledger says of them."""

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from adapters.canopy.answers import ClientRefused
from adapters.canopy.api import CanopyApi
from domain.effects import CreateClient, UpdateClient
from domain.fields import Address, Field, Value
from domain.ids import ClientId, CustomerId, EffectId
from domain.obstacles import Obstacle
from domain.outcomes import ClientGone, ClientMoved, ClientSaved, ClientsListed, Rejected
from domain.ports import TryLater
from domain.snapshots import Client
from tests.integration.adapters.conftest import CANOPY_TOKEN, FIRM
from tests.integration.adapters.stand_in import StandIn

FIONA = {
    "type": "individual",
    "display_name": "Fiona Gallagher",
    "email": "fiona@example.com",
    "address": {"line1": "2119 S Wallace St", "city": "Chicago"},
    "sync_client": False,
}


@pytest.fixture
def api(canopy: StandIn) -> CanopyApi:
    """The adapter, with the right token and little patience."""
    return CanopyApi(canopy.session, canopy.url, CANOPY_TOKEN, timeout_seconds=2)


@pytest.fixture
async def fiona(api: CanopyApi) -> Client:
    """A client that a person has added."""
    client = await api.create_client(FIRM, FIONA, "user:dana", "add-fiona")
    assert isinstance(client, Client)
    return client


def updating(client: Client, number: int = 1, /, **values: Value) -> UpdateClient:
    """Plan a change of what is known of the client."""
    return UpdateClient(
        id=EffectId(f"update-{number}"),
        client_id=client.client_id,
        client_version=client.version,
        values={Field(name): value for name, value in values.items()},
        asked_by="rule",
        planned_at=datetime.now(UTC),
    )


def creating(display_name: str | None = "Fiona Gallagher") -> CreateClient:
    """Plan a client for a customer."""
    return CreateClient(
        id=EffectId("create-1"),
        customer_id=CustomerId("58"),
        client_type="business",
        values={Field.DISPLAY_NAME: display_name, Field.ADDRESS: Address(city="Chicago")},
        asked_by="rule",
        planned_at=datetime.now(UTC),
    )


async def test_a_client_for_a_customer_is_added_in_our_name(canopy: StandIn, api: CanopyApi) -> None:
    """The event that follows names our effect as its cause, and says that the client syncs."""
    answer = await api.add_client(FIRM, creating())

    assert isinstance(answer, ClientSaved)
    assert (answer.client.version, answer.client.type) == (1, "business")
    assert answer.client.values == creating().values
    (event,) = (await canopy.control("GET", "outbox"))["events"]
    assert (event["type"], event["actor"]) == ("canopy.client.created.v1", "system:client-sync")
    assert (event["cause"], event["data"]["sync_client"]) == ("create-1", True)


async def test_a_client_whose_answer_is_lost_is_added_once(canopy: StandIn, api: CanopyApi) -> None:
    """Its repeat brings the first answer."""
    await canopy.fails("timeout_after")

    lost = await api.add_client(FIRM, creating())
    again = await api.add_client(FIRM, creating())

    assert lost == TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
    assert isinstance(again, ClientSaved)
    assert [entry["entity"] for entry in await canopy.committed()] == [again.client.client_id]


async def test_a_client_that_canopy_will_not_take_is_rejected_by_field(api: CanopyApi) -> None:
    """Asking again would not help; the outcome holds no value."""
    assert await api.add_client(FIRM, creating(None)) == Rejected(
        code="invalid_fields", fields=(Field.DISPLAY_NAME,)
    )


async def test_an_added_client_reads_back_as_it_was_entered(api: CanopyApi, fiona: Client) -> None:
    """In its first version, changed just now."""
    assert fiona.version == 1
    assert fiona.values == {
        Field.DISPLAY_NAME: "Fiona Gallagher",
        Field.EMAIL: "fiona@example.com",
        Field.ADDRESS: Address(line1="2119 S Wallace St", city="Chicago"),
    }
    assert abs(fiona.changed_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert await api.read_client(FIRM, fiona.client_id) == fiona


async def test_adding_twice_under_one_key_adds_one(canopy: StandIn, api: CanopyApi) -> None:
    """Also when the first answer was lost."""
    await canopy.fails("timeout_after")

    lost = await api.create_client(FIRM, FIONA, "user:dana", "add-fiona")
    again = await api.create_client(FIRM, FIONA, "user:dana", "add-fiona")

    assert lost == TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
    assert isinstance(again, Client)
    assert len(await canopy.committed()) == 1


async def test_an_update_changes_what_it_names_in_our_name(
    canopy: StandIn, api: CanopyApi, fiona: Client
) -> None:
    """The event that follows says that it was us, and which effect, so that nobody takes it for news."""
    answer = await api.update_client(FIRM, updating(fiona, email=None, phone="(312) 555-0100"))

    assert isinstance(answer, ClientSaved)
    assert answer.client.version == 2
    assert answer.client.values == {
        Field.DISPLAY_NAME: "Fiona Gallagher",
        Field.PHONE: "(312) 555-0100",
        Field.ADDRESS: Address(line1="2119 S Wallace St", city="Chicago"),
    }
    added, edited = (await canopy.control("GET", "outbox"))["events"]
    assert added["actor"] == "user:dana"
    assert (edited["actor"], edited["cause"]) == ("system:client-sync", "update-1")


async def test_an_update_whose_answer_is_lost_happens_once(
    canopy: StandIn, api: CanopyApi, fiona: Client
) -> None:
    """Its repeat brings the first answer, though the client has a newer version by now."""
    await canopy.fails("timeout_after")

    lost = await api.update_client(FIRM, updating(fiona, fax="1"))
    again = await api.update_client(FIRM, updating(fiona, fax="1"))

    assert lost == TryLater(why=Obstacle.NO_ANSWER, may_have_happened=True)
    assert isinstance(again, ClientSaved)
    assert again.client.version == 2
    assert [entry["request_id"] for entry in await canopy.committed()] == ["add-fiona", "update-1"]


async def test_a_client_changed_by_somebody_else_is_left_alone(api: CanopyApi, fiona: Client) -> None:
    """We are told how it looks now."""
    edited = await api.edit_client(FIRM, fiona.client_id, {"phone": "1"}, "user:dana", "edit-1")

    assert isinstance(edited, Client)
    assert await api.update_client(FIRM, updating(fiona, fax="1")) == ClientMoved(client=edited)
    assert await api.read_client(FIRM, fiona.client_id) == edited


async def test_a_person_edits_whatever_version_it_has(api: CanopyApi, fiona: Client) -> None:
    """Null clears; an address is replaced as a whole."""
    changes = {"email": None, "address": {"city": "Oslo"}}
    await api.edit_client(FIRM, fiona.client_id, {"phone": "1"}, "user:dana", "edit-1")

    edited = await api.edit_client(FIRM, fiona.client_id, changes, "user:dana", "edit-2")

    assert isinstance(edited, Client)
    assert edited.version == 3
    assert edited.values == {
        Field.DISPLAY_NAME: "Fiona Gallagher",
        Field.PHONE: "1",
        Field.ADDRESS: Address(city="Oslo"),
    }


async def test_a_deleted_client_is_gone(canopy: StandIn, api: CanopyApi, fiona: Client) -> None:
    """Read or written, by us or by a person; and one that never was is no different."""
    url = f"{canopy.url}v1/firms/{FIRM}/clients/{fiona.client_id}"
    async with canopy.session.delete(url, headers={"Authorization": f"Bearer {CANOPY_TOKEN}"}) as answer:
        assert answer.status == 204
    gone = ClientGone(client_id=fiona.client_id)

    assert await api.read_client(FIRM, fiona.client_id) == gone
    assert await api.update_client(FIRM, updating(fiona, fax="1")) == gone
    assert await api.edit_client(FIRM, fiona.client_id, {"fax": "1"}, "user:dana", "edit-1") == gone
    assert await api.read_client(FIRM, ClientId("c-0")) == ClientGone(client_id=ClientId("c-0"))


async def test_an_archived_client_takes_no_change(canopy: StandIn, api: CanopyApi, fiona: Client) -> None:
    """It can still be read, and says what it is."""
    url = f"{canopy.url}v1/firms/{FIRM}/clients/{fiona.client_id}/archive"
    async with canopy.session.post(url, headers={"Authorization": f"Bearer {CANOPY_TOKEN}"}) as answer:
        assert answer.status == 200

    now = await api.read_client(FIRM, fiona.client_id)

    assert isinstance(now, Client)
    assert now.presence == "archived"
    assert await api.update_client(FIRM, updating(now, fax="1")) == Rejected(code="client_archived")


async def test_what_canopy_will_not_take_is_named(api: CanopyApi, fiona: Client) -> None:
    """To a person with a sentence, in an outcome by code and field alone."""
    refused = await api.create_client(FIRM, {"address": {"city": 7}, "fax": 7}, "user:dana", "add-2")
    unnamed = await api.update_client(FIRM, updating(fiona, display_name=None))

    assert isinstance(refused, ClientRefused)
    assert (refused.status, refused.code) == (422, "invalid_fields")
    assert refused.fields == (Field.FAX, Field.ADDRESS)
    assert refused.detail != ""
    assert unnamed == Rejected(code="invalid_fields", fields=(Field.DISPLAY_NAME,))


async def test_all_clients_are_listed_page_by_page(api: CanopyApi) -> None:
    """Each once, in pages of a hundred."""
    for number in range(101):
        await api.create_client(FIRM, {"display_name": f"Client {number}"}, "user:dana", f"add-{number}")

    first = await api.list_clients(FIRM, None)
    assert isinstance(first, ClientsListed)
    second = await api.list_clients(FIRM, first.cursor)
    assert isinstance(second, ClientsListed)

    assert (len(first.clients), len(second.clients), second.cursor) == (100, 1, None)
    assert len({client.client_id for client in first.clients + second.clients}) == 101


async def test_a_cursor_that_canopy_does_not_know_is_no_empty_page(api: CanopyApi) -> None:
    """The listing waits under Canopy's code, where people see it."""
    assert await api.list_clients(FIRM, "c") == TryLater(why=Obstacle.REFUSED, may_have_happened=False)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
        (403, TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)),
        (429, TryLater(why=Obstacle.THROTTLED, may_have_happened=False)),
        (503, TryLater(why=Obstacle.UNAVAILABLE, may_have_happened=True)),
    ],
)
async def test_a_failing_canopy_is_asked_again_later(
    canopy: StandIn, api: CanopyApi, fiona: Client, status: int, expected: TryLater
) -> None:
    """Whatever was asked of it."""
    await canopy.fails("status", value=status, times=6)

    assert await api.update_client(FIRM, updating(fiona, fax="1")) == expected
    assert await api.read_client(FIRM, fiona.client_id) == expected
    assert await api.list_clients(FIRM, None) == expected
    assert await api.add_client(FIRM, creating()) == expected
    assert await api.create_client(FIRM, FIONA, "user:dana", "add-2") == expected
    assert await api.edit_client(FIRM, fiona.client_id, {}, "user:dana", "edit-1") == expected


async def test_a_wrong_token_is_written_nowhere(canopy: StandIn) -> None:
    """Neither in a log nor in the answer."""
    api = CanopyApi(canopy.session, canopy.url, "wrong-secret")

    with capture_logs() as logs:
        answer = await api.list_clients(FIRM, None)

    assert answer == TryLater(why=Obstacle.NOT_AUTHORISED, may_have_happened=False)
    assert [entry["status"] for entry in logs] == [401]
    assert "wrong-secret" not in f"{logs} {answer}"
