"""What waits in a partition: what people ask for goes first, and nobody fills it without end."""

from datetime import UTC, datetime

from streams.wire.inputs import Message
from streams.wire.topics import CLIENT_EVENTS, INTENTS, OUTCOMES
from streams.worker.inbox import ENOUGH, Delivery, Inbox

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Fetching:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.inbox = Inbox(
            lambda topic: self.told.append(("enough", topic)), lambda topic: self.told.append(("room", topic))
        )

    def put(self, topic: str, count: int) -> None:
        """Let so many inputs of a topic come."""
        for n in range(count):
            message = Message(topic=topic, partition=0, offset=n, key=None, value=None, at=NOW)
            self.inbox.put(Delivery(message, 1, lambda _: None))


def taken(inbox: Inbox, most: int) -> list[tuple[str, int]]:
    """Take the next ones: topics and offsets."""
    return [(each.message.topic, each.message.offset) for each in inbox.take(most)]


def test_what_people_ask_for_goes_before_what_came_before_it() -> None:
    """Topics have no order among each other; within one it is kept."""
    at = Fetching()
    at.put(CLIENT_EVENTS, 3)
    at.put(INTENTS, 2)
    at.put(OUTCOMES, 1)

    assert taken(at.inbox, 10) == [
        (INTENTS, 0),
        (INTENTS, 1),
        (CLIENT_EVENTS, 0),
        (CLIENT_EVENTS, 1),
        (CLIENT_EVENTS, 2),
        (OUTCOMES, 0),
    ]
    assert len(at.inbox) == 0


def test_thousands_of_intents_leave_half_to_the_others() -> None:
    """Else answers would wait for as long as a script asks."""
    at = Fetching()
    at.put(INTENTS, 100)
    at.put(OUTCOMES, 100)

    topics = [topic for topic, _ in taken(at.inbox, 64)]

    assert (topics.count(INTENTS), topics.count(OUTCOMES)) == (32, 32)
    assert len(taken(at.inbox, 200)) == 136


def test_of_a_topic_of_which_enough_waits_no_more_is_fetched_until_half_of_it_is_decided() -> None:
    """The other topics go on being fetched."""
    at = Fetching()
    at.put(CLIENT_EVENTS, ENOUGH - 1)
    assert at.told == []
    at.put(CLIENT_EVENTS, 1)
    assert at.told == [("enough", CLIENT_EVENTS)]

    at.inbox.take(ENOUGH // 2 - 1)
    assert at.told[1:] == []
    at.inbox.take(1)
    assert at.told[1:] == [("room", CLIENT_EVENTS)]


def test_who_brings_more_all_the_same_is_told_again() -> None:
    """Faust forgets what it was told when partitions are handed out."""
    at = Fetching()

    at.put(CLIENT_EVENTS, ENOUGH + 2)

    assert at.told == [("enough", CLIENT_EVENTS)] * 3


def test_what_is_given_back_is_all_that_waits() -> None:
    """And the next inputs find an empty place."""
    at = Fetching()
    at.put(CLIENT_EVENTS, ENOUGH)
    at.put(INTENTS, 1)

    assert len(at.inbox.clear()) == ENOUGH + 1

    at.put(CLIENT_EVENTS, 1)
    assert taken(at.inbox, 10) == [(CLIENT_EVENTS, 0)]
    assert at.told == [("enough", CLIENT_EVENTS)]
