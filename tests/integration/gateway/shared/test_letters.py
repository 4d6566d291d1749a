"""Dead letters are settled once: sent again as they were, in another form, or discarded; and each says what became of it."""

import asyncio
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from adapters.web.auth.people import Person, Role, SandboxSignIn
from domain.ids import FirmId
from domain.letters import place_named
from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS, DEAD_LETTERS, INTENTS, NOTIFICATIONS
from tests.integration.gateway.conftest import PARTITIONS, Running
from tests.integration.gateway.deliveries import deliver, event
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.letters import LETTERS, act, parked, shown
from tests.story.events import client_event

OF_F_2 = "operator-of-f-2"
WHY = {"reason": "mended"}


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the sandbox's three, an operator of the firm f-2 alone."""
    bound = Person(id="otto", name="Otto", role=Role.OPERATOR, firms=frozenset({FirmId("f-2")}))
    monkeypatch.setattr(SandboxSignIn, "PEOPLE", {**SandboxSignIn.PEOPLE, OF_F_2: bound})


async def test_a_letter_is_sent_again_once_to_where_its_firm_is_read(gateway: Running, firm: Firm) -> None:
    """Its very bytes, with the letter named in a header; the second time, and two at once, do nothing more."""
    home = partition_of(firm.id, PARTITIONS)
    value = client_event(firm.id, "created", "c-1", 1, "Fiona Gallagher")
    letter = await parked(
        gateway, value, "wrong_partition", key=firm.id.encode(), partition=(home + 1) % PARTITIONS
    )
    plan = (await shown(gateway, letter))["plan"]

    answers = await asyncio.gather(*(act(gateway, letter, "redrive", WHY) for _ in range(5)))
    again = await act(gateway, letter, "redrive", {"reason": "once more"})

    assert (plan["code"], plan["topics"]) == ("goes_in", [f"{gateway.prefix}{CLIENT_EVENTS}/{home}"])
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409, 409]
    assert {said["code"] for status, said in answers if status == 409} <= {
        "letter_settled",
        "letter_under_way",
    }
    assert (again[0], again[1]["code"]) == (409, "letter_settled")
    assert "Lee" in again[1]["detail"]
    async with gateway.reading(CLIENT_EVENTS) as topic:
        found = [await topic.next()]
        while found[-1].key != firm.id.encode():
            found.append(await topic.next())
        assert await topic.count() == len(found)
    sent = found[-1]
    assert (sent.value, sent.partition, dict(sent.headers)["dead-letter"]) == (value, home, letter.encode())
    fate = (await shown(gateway, letter))["letter"]["fate"]
    assert (fate["act"], fate["actor"], fate["reason"]) == ("redriven", "user:lee", "mended")
    assert [(each["partition"], each["offset"]) for each in fate["sent"]] == [(home, sent.offset)]


async def test_what_would_be_parked_again_is_not_sent(gateway: Running, firm: Firm) -> None:
    """The plan says so in the reader's own words; the letter waits on, and can be sent once it is mended."""
    letter = await parked(gateway, b"{broken", "not_json", key=firm.id.encode())

    plan = (await shown(gateway, letter))["plan"]
    status, said = await act(gateway, letter, "redrive", WHY)

    assert (plan["code"], plan["reason"]) == ("parked_again", "not_json")
    assert (status, said["code"]) == (409, "parked_again")
    assert (await shown(gateway, letter))["letter"]["state"] == "waiting"


async def test_an_edited_letter_is_a_new_message_that_names_it(gateway: Running, firm: Firm) -> None:
    """An intent is then asked for by who edited it, now; a preview sends nothing."""
    asked = {
        "specversion": "1.0",
        "id": "i-1",
        "source": "/x",
        "type": "sync.intent.push.v1",
        "time": "2026-01-01T00:00:00Z",
        "firmid": firm.id,
        "actor": "nobody",
        "data": {"client_id": "c-1"},
    }
    letter = await parked(gateway, orjson.dumps(asked), "bad_actor", key=firm.id.encode(), topic=INTENTS)

    event = orjson.dumps(asked).decode()

    _, planned = await act(gateway, letter, "edit", {"event": event, "plan": True})
    status, said = await act(gateway, letter, "edit", {"event": event, **WHY})

    assert planned["plan"]["code"] == "goes_in"
    assert (status, said["fate"]["act"]) == (200, "edited")
    async with gateway.reading(INTENTS) as topic:
        sent = await topic.next()
        assert await topic.count() == 1
    new = orjson.loads(sent.value)
    assert (new["id"], new["deadletter"], new["actor"]) == (f"edited-{letter}", letter, "user:lee")
    assert datetime.fromisoformat(new["time"]) > datetime.now(UTC) - timedelta(minutes=5)
    assert dict(sent.headers)["dead-letter"] == letter.encode()


async def test_an_old_intent_is_not_sent_again(gateway: Running, firm: Firm) -> None:
    """It would be refused as too old; nobody settles the letter by that."""
    asked = {
        "specversion": "1.0",
        "id": "i-2",
        "source": "/x",
        "type": "sync.intent.push.v1",
        "time": "2026-01-01T00:00:00Z",
        "firmid": firm.id,
        "actor": "user:dana",
        "data": {"client_id": "c-1"},
    }
    letter = await parked(
        gateway, orjson.dumps(asked), "handling_failed", key=firm.id.encode(), topic=INTENTS
    )

    status, said = await act(gateway, letter, "redrive", WHY)

    assert (status, said["code"]) == (409, "too_old")


async def test_a_letter_is_discarded_with_a_reason(gateway: Running, firm: Firm) -> None:
    """Without one it is not; afterwards it waits no more, and can't be sent."""
    letter = await parked(gateway, b"{", "not_json", key=firm.id.encode())

    assert (await act(gateway, letter, "discard", {"reason": " "}))[0] == 422
    status, _ = await act(gateway, letter, "discard", {"reason": "sent anew"})

    assert status == 200
    assert (await act(gateway, letter, "redrive", WHY))[1]["code"] == "letter_settled"
    _, page = await gateway.ask("GET", f"{LETTERS}?firm={firm.id}&state=waiting", token="dev-operator")
    assert (page["dead_letters"], page["groups"]) == ([], [])
    _, page = await gateway.ask("GET", f"{LETTERS}?firm={firm.id}&state=discarded", token="dev-operator")
    assert [each["fate"]["reason"] for each in page["dead_letters"]] == ["sent anew"]


async def test_what_waits_is_counted_by_its_reason(gateway: Running, firm: Firm) -> None:
    """With the age of the oldest, within what is asked for."""
    for reason in ("not_json", "not_json", "bad_client"):
        await parked(gateway, b"{", reason, key=firm.id.encode())

    _, page = await gateway.ask("GET", f"{LETTERS}?firm={firm.id}&reason=bad_client", token="dev-operator")

    assert [(each["reason"], each["count"]) for each in page["groups"]] == [
        ("not_json", 2),
        ("bad_client", 1),
    ]
    assert [each["reason"] for each in page["dead_letters"]] == ["bad_client"]
    oldest = datetime.fromisoformat(page["groups"][0]["oldest"])
    assert timedelta(0) < datetime.now(UTC) - oldest < timedelta(minutes=5)


async def test_values_are_shown_to_who_asks_for_them(
    gateway: Running, firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ids and names of fields always; who asked for more is logged, and nothing of what they saw."""
    value = client_event(firm.id, "created", "c-1", 1, "Fiona Gallagher", Gallaghers="odd")
    letter = await parked(gateway, value, "bad_client", key=firm.id.encode())

    masked = (await shown(gateway, letter))["body"]
    whole = (await shown(gateway, letter, "?values=true"))["body"]

    assert "Gallagher" not in orjson.dumps(masked).decode()
    assert orjson.loads(masked["text"])["data"]["client_id"] == "c-1"
    assert "display_name" in masked["text"]
    assert (masked["attributes"]["firmid"], masked["with_values"]) == (firm.id, False)
    assert orjson.loads(whole["text"]) == orjson.loads(value)
    said = capsys.readouterr()
    logged = [line for line in (said.out + said.err).splitlines() if "letter_values_shown" in line]
    assert len(logged) == 1
    assert "user:lee" in logged[0]
    assert "Gallagher" not in logged[0]


async def test_a_letter_of_another_firm_is_nobodys_to_see(gateway: Running, firm: Firm) -> None:
    """Nor one that names no firm; an id that no letter has is unknown."""
    others = await parked(gateway, b"{", "not_json", key=firm.id.encode())
    nobodys = await parked(gateway, b"{", "not_json", key=None)
    own = await parked(gateway, b"{", "not_json", key=b"f-2")

    for letter, expected in ((others, 403), (nobodys, 403), (own, 200), ("0-999999", 404), ("x", 404)):
        answer, said = await gateway.ask("GET", f"{LETTERS}/{letter}", token=OF_F_2)
        assert answer.status == expected, said
        status, _ = await act(gateway, letter, "discard", WHY, OF_F_2)
        assert status == expected
    answer, _ = await gateway.ask("GET", f"{LETTERS}?firm={firm.id}", token=OF_F_2)
    assert answer.status == 403


async def test_a_letter_that_names_a_firm_of_theirs_may_not_act_for_another(
    gateway: Running, firm: Firm
) -> None:
    """Its key is of the operator's firm, what they make of it is not."""
    about_another = client_event(firm.id, "created", "c-1", 1, "Fiona")
    hidden = await parked(gateway, about_another, "wrong_key", key=b"f-2")
    answer, _ = await gateway.ask("GET", f"{LETTERS}/{hidden}?values=true", token=OF_F_2)
    assert answer.status == 403
    letter = await parked(gateway, b"{", "not_json", key=b"f-2")
    event = client_event(firm.id, "created", "c-1", 1, "Fiona").decode()

    status, said = await act(gateway, letter, "edit", {"event": event, **WHY}, OF_F_2)

    assert (status, said["code"]) == (403, "other_firm")


async def test_a_letter_that_kafka_no_longer_holds_is_said_to_be_gone(gateway: Running, firm: Firm) -> None:
    """It can be discarded, and nothing else; it does not wait any more."""
    letter = await parked(gateway, b"{", "not_json", key=firm.id.encode())
    place = place_named(letter)
    assert place is not None
    admin = AIOKafkaAdminClient(bootstrap_servers=gateway.settings.bootstrap)
    await admin.start()
    lying = TopicPartition(gateway.prefix + DEAD_LETTERS, place.partition)
    await admin.delete_records({lying: RecordsToDelete(before_offset=place.offset + 1)})
    await admin.close()

    look = await shown(gateway, letter)
    status, said = await act(gateway, letter, "redrive", WHY)

    assert (look["letter"]["state"], look["body"], look["plan"]) == ("gone", None, None)
    assert (status, said["code"]) == (409, "letter_gone")
    assert (await act(gateway, letter, "discard", WHY))[0] == 200


async def test_a_webhook_of_a_company_waits_until_a_firm_connects_it(gateway: Running, firm: Firm) -> None:
    """The firm is told how many; then they go to its partition, and what is left is a letter of its own."""
    body = orjson.dumps(
        [
            event(id="n-1", intuitaccountid=firm.realm),
            event(id="n-2", intuitaccountid=firm.realm, intuitentityid="59"),
            event(id="n-3", intuitaccountid="404"),
        ]
    )
    assert await deliver(gateway, body) == 200
    (letter,) = await gateway.dead_letters(1)
    assert letter["realms"] == sorted([firm.realm, "404"])
    refused = await act(gateway, letter["id"], "redrive", WHY)
    at = await gateway.log.decide(firm.connected())
    _, connection = await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    _, listed = await gateway.ask("GET", f"{LETTERS}?realm={firm.realm}", token="dev-operator")

    status, said = await act(gateway, letter["id"], "redrive", WHY)

    assert (refused[0], refused[1]["code"]) == (409, "parked_again")
    assert connection["letters_waiting"] == 1
    assert [each["id"] for each in listed["dead_letters"]] == [letter["id"]]
    assert (status, said["fate"]["sent_count"]) == (200, 3)
    async with gateway.reading(NOTIFICATIONS) as topic:
        notices = [await topic.next(), await topic.next()]
    assert {orjson.loads(each.value)["id"] for each in notices} == {"n-1", "n-2"}
    assert {each.partition for each in notices} == {partition_of(firm.id, PARTITIONS)}
    left = next(each for each in await gateway.dead_letters(2) if each["id"] != letter["id"])
    assert (left["reason"], left["realms"]) == ("unknown_realm", ["404"])
    look = await shown(gateway, left["id"], "?values=true")
    assert [each["id"] for each in orjson.loads(look["body"]["text"])] == ["n-3"]
