"""What people ask for is read back by the engine as it was written, and what can't be meant is refused by name."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypedDict

import orjson
import pytest

from adapters.canopy.mapping import client_of
from domain.agreed import Pair
from domain.fields import Address, Field
from domain.ids import ALL_FIRMS, ClientId, CustomerId, FirmId, IntentId, RealmId
from domain.inputs import (
    AddClient,
    Answer,
    ChangeSettings,
    Connect,
    Create,
    CustomerNotified,
    Disconnect,
    Erase,
    Input,
    Intent,
    LeaveBoth,
    Match,
    Outcome,
    Pause,
    Push,
    PutBack,
    ReleaseHeld,
    Restore,
    Resume,
    Retry,
    TakeTheirs,
    UndoAddClient,
    UndoAnswer,
    UndoLeaveBoth,
    Unmatch,
)
from domain.outcomes import Holder, HoldersFound
from domain.remembered import ChangedAt, Held, LeftApart, Settled
from domain.settings import Settings
from streams.kafka.intent_writer import intent_event
from streams.kafka.notification_writer import notification_event
from streams.wire.inputs import INTENTS, OUTCOME, Message, UnreadableInputError, partition_of, read_input
from streams.wire.topics import INTENTS as INTENT_TOPIC
from streams.wire.topics import NOTIFICATIONS, OUTCOMES

PARTITIONS = 8
FIRM = FirmId("f-1")
HERE = partition_of(FIRM, PARTITIONS)
ELSEWHERE = (HERE + 1) % PARTITIONS
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
HOME = Address(line1="2119 S Wallace St", city="Chicago")


class Who(TypedDict):
    """What every intent says."""

    firm_id: FirmId
    intent_id: IntentId


class AboutAClient(Who):
    """What every intent about a client says."""

    client_id: ClientId


WHO = Who(firm_id=FIRM, intent_id=IntentId("i-1"))
FIONA = AboutAClient(firm_id=FIRM, intent_id=IntentId("i-1"), client_id=ClientId("c-1"))
EVERY_INTENT: tuple[Intent, ...] = (
    Match(**FIONA, customer_id=CustomerId("58"), link_version=3, customer_sync_token=2),
    Unmatch(**FIONA, reason="the wrong one"),
    Unmatch(
        **FIONA, values_back={Field.ADDRESS: HOME, Field.PHONE: "1", Field.FAX: None}, customer_sync_token=2
    ),
    Restore(**FIONA, reason="the right one after all"),
    Restore(
        **FIONA,
        version=7,
        customer_id=CustomerId("58"),
        agreed={Field.ADDRESS: Pair(HOME, None), Field.PHONE: Pair("1", "(1)")},
        realm_id=RealmId("91"),
    ),
    Create(**FIONA),
    Push(**FIONA),
    Push(**FIONA, customer_sync_token=2, client_version=3),
    TakeTheirs(**FIONA, customer_sync_token=2, client_version=3),
    LeaveBoth(**FIONA, link_version=4),
    UndoLeaveBoth(**FIONA, version=7, reason="it is right after all"),
    UndoLeaveBoth(
        **FIONA,
        version=7,
        link_version=9,
        left=LeftApart(
            version=7,
            customer_id=CustomerId("58"),
            held=Held(to_quickbooks=(Field.ADDRESS,), to_canopy=(Field.FAX,)),
            drifted=(Field.FAX,),
            stands={Field.ADDRESS: Pair(HOME, None), Field.FAX: Pair("1", "2")},
            agreed={Field.ADDRESS: Pair(None, None), Field.FAX: Pair("1", "1")},
            changed_at={Field.ADDRESS: ChangedAt(client=NOW), Field.FAX: ChangedAt(customer=NOW)},
            uncompared=(Field.FAX,),
        ),
        customer_sync_token=2,
        client_version=3,
    ),
    Retry(**FIONA),
    Retry(**FIONA, customer_sync_token=2, client_version=3),
    Answer(**FIONA, question="q-1", choice="value", field=Field.ADDRESS, value=HOME),
    Answer(**FIONA, question="q-1", choice="name", value="Fiona Grace Gallagher"),
    Answer(**FIONA, question="q-1", choice="leave"),
    UndoAnswer(**FIONA, version=7, reason="the wrong one"),
    UndoAnswer(
        **FIONA,
        version=7,
        link_version=9,
        settled=Settled(
            version=7,
            question="both_changed",
            customer_id=CustomerId("58"),
            stands={Field.ADDRESS: None, Field.PHONE: "1"},
            canopy={Field.ADDRESS: HOME},
            quickbooks={Field.PHONE: "2"},
            agreed={Field.ADDRESS: Pair(HOME, None)},
            changed_at={Field.PHONE: ChangedAt(client=NOW)},
            uncompared=(Field.PHONE,),
        ),
        customer_sync_token=2,
        client_version=3,
    ),
    PutBack(**FIONA, field=Field.PHONE, value="(312) 555-0100", link_version=4),
    PutBack(**FIONA, field=Field.PHONE),
    Erase(**FIONA, reason="asked by letter"),
    AddClient(**WHO, customer_id=CustomerId("58")),
    UndoAddClient(**WHO, customer_id=CustomerId("58"), reason="it is a supplier"),
    ChangeSettings(**WHO, settings=Settings()),
    ReleaseHeld(**WHO),
    Connect(**WHO, realm_id=RealmId("91"), replaces=True),
    Disconnect(**WHO),
    Pause(**WHO, reason="QuickBooks is being looked at"),
    Resume(**WHO),
)


def reading(value: bytes, partition: int = HERE, topic: str = INTENT_TOPIC) -> Input:
    """Read a record as the engine does."""
    return read_input(message_of(value, partition, topic), PARTITIONS, client_of)[0]


def message_of(value: bytes, partition: int = HERE, topic: str = INTENT_TOPIC) -> Message:
    """Lay a record in a topic, that of intents if no other is named."""
    return Message(topic=topic, partition=partition, offset=0, key=b"f-1", value=value, at=NOW)


def refusal_of(value: bytes, partition: int = HERE) -> UnreadableInputError:
    """Say why a record can't be read."""
    with pytest.raises(UnreadableInputError) as caught:
        reading(value, partition)
    return caught.value


@pytest.mark.parametrize("intent", EVERY_INTENT, ids=lambda intent: type(intent).__name__)
def test_a_intent_is_read_as_it_was_written(intent: Intent) -> None:
    """Whatever it says, with addresses and old values in it."""
    assert reading(intent_event(intent, "user:dana", NOW)) == intent


def test_every_kind_of_intent_is_tried() -> None:
    """The list above leaves none out."""
    assert {type(intent) for intent in EVERY_INTENT} == set(INTENTS.values())


@pytest.mark.parametrize("batch", ["r-2026_1", None])
def test_an_intent_says_what_it_is_asked_for_together_with(batch: str | None) -> None:
    """As an attribute of its event, whatever it asks for; of one that stands alone there is none."""
    _, cause = read_input(
        message_of(intent_event(Unmatch(**FIONA), "user:dana", NOW, batch)), PARTITIONS, client_of
    )

    assert cause.batch == batch


@pytest.mark.parametrize("batch", ["two words", "a" * 65, "r/1", "r\n1"])
def test_a_batch_whose_name_leads_elsewhere_is_refused(batch: str) -> None:
    """It stands in addresses and in keys."""
    wrong = refusal_of(intent_event(Unmatch(**FIONA), "user:dana", NOW, batch))

    assert (wrong.reason, wrong.detail[:6]) == ("bad_id", "batch:")


@pytest.mark.parametrize("partition", [HERE, ELSEWHERE])
def test_a_pause_of_all_firms_may_lie_anywhere(partition: int) -> None:
    """Each partition has its own: its owner can't see what lies in another."""
    for intent in (
        Pause(firm_id=ALL_FIRMS, intent_id=IntentId("i-1")),
        Resume(firm_id=ALL_FIRMS, intent_id=IntentId("i-1")),
    ):
        assert reading(intent_event(intent, "user:lee", NOW), partition) == intent


def test_nothing_else_goes_for_all_firms() -> None:
    """Nobody disconnects them all by a slip."""
    intent = Disconnect(firm_id=ALL_FIRMS, intent_id=IntentId("i-1"))

    assert refusal_of(intent_event(intent, "user:lee", NOW)).reason == "not_for_all_firms"


@pytest.mark.parametrize("firm", ["f-1", ALL_FIRMS])
@pytest.mark.parametrize("odd", [[], {}, 5, True, None, [["x"]]])
def test_a_type_that_is_no_text_is_no_cloudevent(firm: str, odd: object) -> None:
    """Whomever it is for: where what goes for all firms was looked up, a list was a bug of ours."""
    event = orjson.loads(intent_event(Pause(firm_id=FirmId(firm), intent_id=IntentId("i")), "user:lee", NOW))

    assert refusal_of(orjson.dumps(event | {"type": odd})).reason == "not_a_cloudevent"


def test_a_pause_of_one_firm_lies_where_the_firm_does() -> None:
    """Elsewhere it would pause nothing, and say nothing of it."""
    event = intent_event(Pause(**WHO), "user:lee", NOW)

    assert refusal_of(event, ELSEWHERE).reason == "wrong_partition"


@pytest.mark.parametrize(
    ("intent", "most"),
    [
        (Unmatch(**FIONA, reason="x" * 501), 500),
        (PutBack(**FIONA, field=Field.ADDRESS, value=Address(line1="x" * 1001)), 1000),
    ],
    ids=("reason", "value"),
)
def test_a_text_that_nobody_can_mean_is_refused(intent: Intent, most: int) -> None:
    """Reasons and values are copied with their row, so a huge one would make decisions too large for the log."""
    wrong = refusal_of(intent_event(intent, "user:dana", NOW))

    assert (wrong.reason, f"at most {most} characters" in wrong.detail) == ("bad_data", True)
    assert "xx" not in wrong.detail


@pytest.mark.parametrize(
    "intent",
    [intent for intent in EVERY_INTENT if hasattr(intent, "reason")],
    ids=lambda intent: type(intent).__name__,
)
def test_a_reason_stands_with_the_cause_as_one_line_that_controls_nothing(intent: Any) -> None:
    """It is shown at terminals and on pages, for as long as the history is kept."""
    said = replace(intent, reason="  \x1b[2J INC-42:\nboth\u202e\u2028 are \x00Fiona ")

    given, cause = read_input(message_of(intent_event(said, "user:dana", NOW)), PARTITIONS, client_of)

    assert cause.reason == getattr(given, "reason", None) == "[2J INC-42: both are Fiona"


@pytest.mark.parametrize("time", [None, "", "yesterday", {}])
@pytest.mark.parametrize("intent", EVERY_INTENT, ids=lambda intent: type(intent).__name__)
def test_an_intent_says_when_a_person_asked(intent: Intent, time: object) -> None:
    """Without that, one produced again could not be told from one of today."""
    event = orjson.loads(intent_event(intent, "user:dana", NOW))
    told = read_input(message_of(orjson.dumps(event)), PARTITIONS, client_of)[1]

    assert told.said_at == NOW
    assert refusal_of(orjson.dumps(event | {"time": time})).reason == "bad_time"
    del event["time"]
    assert refusal_of(orjson.dumps(event)).reason == "bad_time"


def test_of_a_merge_both_customers_are_read() -> None:
    """The one that is left, and the one that went into it."""
    merged = CustomerNotified(
        firm_id=FIRM,
        realm_id=RealmId("91"),
        customer_id=CustomerId("58"),
        operation="merged",
        time=NOW,
        deleted_id=CustomerId("59"),
    )

    assert reading(notification_event(merged, "n-1"), topic=NOTIFICATIONS) == merged


@pytest.mark.parametrize("realm", [RealmId("91"), None])
def test_an_outcome_names_the_company_that_was_asked(realm: RealmId | None) -> None:
    """Those written before it was named can be read as well."""
    data = {
        "effect_id": "e-1",
        "key": "link/f-1/c-1",
        "result": HoldersFound(holders=(Holder(name="Fiona", kind="vendor", id="7"),), unknown=("Zoë",)),
    } | ({"realm_id": realm} if realm else {})
    event = orjson.dumps({"specversion": "1.0", "id": "o-1", "type": OUTCOME, "firmid": FIRM, "data": data})

    outcome = reading(event, topic=OUTCOMES)

    assert isinstance(outcome, Outcome)
    assert (outcome.result, outcome.realm_id) == (data["result"], realm)
