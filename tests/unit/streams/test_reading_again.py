"""A letter is read again as a worker would read it: under its key, where its firm is read."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from adapters.canopy.mapping import client_of
from domain.letters import LetterPlace, NotEditableError, Original, place_named
from streams.wire.inputs import partition_of
from streams.wire.reading_again import InputsAgain, Source, edited, source_in
from streams.wire.topics import CLIENT_EVENTS, INTENTS, NOTIFICATIONS, OUTCOMES
from tests.story.events import client_event

NOW = datetime.now(UTC)
INPUTS = InputsAgain(8, client_of)
HOME = partition_of("f-1", 8)
ELSEWHERE = Source(CLIENT_EVENTS, (HOME + 1) % 8)
RIGHT = client_event("f-1", "created", "c-1", 1, "Fiona")


def letter(value: bytes, key: bytes | None = b"f-1") -> Original:
    """A letter with these bytes."""
    place = LetterPlace(3, 1289)
    return Original(place=place, key=key, value=value, headers={}, reason="x", source="x", time=NOW)


@pytest.mark.parametrize("key", [b"f-1", None])
def test_it_goes_to_the_partition_of_its_firm(key: bytes | None) -> None:
    """Whatever partition it lay in, and whether its key says so."""
    (copy,) = INPUTS.read(letter(RIGHT, key), ELSEWHERE, NOW).copies

    assert (copy.partition, copy.key, copy.value, copy.firm) == (HOME, key, RIGHT, "f-1")


@pytest.mark.parametrize(
    ("value", "key", "source", "reason"),
    [
        (b"", b"f-1", ELSEWHERE, "null_value"),
        (b"{", b"f-1", ELSEWHERE, "not_json"),
        (RIGHT, b"f-2", ELSEWHERE, "wrong_key"),
        (RIGHT, b"f-1", Source(INTENTS, HOME), "wrong_topic"),
    ],
)
def test_what_is_still_wrong_is_named(value: bytes, key: bytes, source: Source, reason: str) -> None:
    """In the words of who reads it."""
    found = INPUTS.read(letter(value, key), source, NOW)

    assert found.copies == ()
    assert found.misfit is not None
    assert found.misfit.reason == reason


def test_what_all_firms_are_asked_stays_in_its_partition() -> None:
    """It names no firm that a partition follows from."""
    pause = {
        "specversion": "1.0",
        "id": "i-1",
        "type": "sync.intent.pause.v1",
        "time": NOW.isoformat(),
        "firmid": "*",
        "actor": "user:lee",
        "data": {},
    }

    (copy,) = INPUTS.read(letter(orjson.dumps(pause), b"all/5"), Source(INTENTS, 5), NOW).copies

    assert copy.partition == 5


def test_an_intent_is_too_old_after_an_hour() -> None:
    """As it would be where it is decided."""
    said = {"specversion": "1.0", "id": "i-1", "type": "sync.intent.push.v1", "firmid": "f-1"}
    said |= {"actor": "user:lee", "time": (NOW - timedelta(hours=2)).isoformat()}
    event = orjson.dumps({**said, "data": {"client_id": "c-1"}})

    found = INPUTS.read(letter(event), Source(INTENTS, HOME), NOW)

    assert (found.too_old, found.once) == (True, True)


@pytest.mark.parametrize("topic", [OUTCOMES, NOTIFICATIONS])
def test_nobody_speaks_for_the_other_side(topic: str) -> None:
    """Answers and notices are not edited."""
    with pytest.raises(NotEditableError):
        INPUTS.read_edited(letter(RIGHT), Source(topic, HOME), RIGHT.decode(), "user:lee", NOW)


@pytest.mark.parametrize(
    "text", ["{", "[1]", "[" * 400 + "]" * 400, '{"a":' * 400 + "1" + "}" * 400, "\ud800"]
)
def test_an_edited_text_that_is_no_event_stays_as_it_is(text: str) -> None:
    """Its reader says what is wrong with it, and nothing raises."""
    written = text.encode(errors="backslashreplace")

    assert edited(text, LetterPlace(3, 1289), "user:lee", NOW) == written
    assert INPUTS.read_edited(letter(b"{"), ELSEWHERE, text, "user:lee", NOW).misfit is not None


@pytest.mark.parametrize(
    "source", ["", "x", "canopy.client-events", "sync.log/1/2", "sync.intents/a/2", "/webhooks/x"]
)
def test_a_source_that_is_no_topic_of_inputs_is_none(source: str) -> None:
    """Nothing is sent to where inputs don't come by."""
    assert source_in(source) is None
    assert source_in("t.sync.intents/3/4", "t.") == Source("t.sync.intents", 3)


def test_an_id_is_partition_and_offset() -> None:
    """And nothing else."""
    assert place_named("3-1289") == LetterPlace(3, 1289)
    assert str(LetterPlace(3, 1289)) == "3-1289"
    for wrong in ("", "3", "3-", "-3", "3-9999999999999999999", "३-1", "3-1 ", "3-1\n"):
        assert place_named(wrong) is None
