"""C1, red by each planted fault and green without it: every input is decided once."""

from dataclasses import replace

import pytest

from tests.chaos.checker import check
from tests.chaos.checker.history import CLIENT_EVENTS, INTENTS, NOTIFICATIONS, OUTCOMES
from tests.chaos.written_history import Story, a_synced_client, broken, sentences
from tests.chaos.written_rows import PARTITION, link


@pytest.mark.parametrize("topic", [CLIENT_EVENTS, NOTIFICATIONS, INTENTS, OUTCOMES])
def test_an_input_that_left_no_decision_is_seen(topic: str) -> None:
    """C1: acknowledged and forgotten, on any of the four topics."""
    story = a_synced_client()
    story.arrives(topic, {"effect_id": "another"})

    assert sentences(story.told()) == ["an input was never decided"]


def test_an_input_decided_twice_is_seen_even_side_by_side() -> None:
    """C1: two decisions of one input look like two rows of one decision, but for the row that comes twice."""
    story = a_synced_client()
    edit = story.arrives(CLIENT_EVENTS)
    story.decided(edit, link("c-1", "synced", "58"))
    story.decided(edit, link("c-1", "synced", "58"))

    assert sentences(story.told()) == ["an input was decided twice"]


def test_an_input_decided_again_later_is_seen() -> None:
    """C1: with other decisions in between, on another row."""
    story = a_synced_client("c-2", "59", a_synced_client())
    edit = story.arrives(CLIENT_EVENTS)
    story.decided(edit, link("c-1", "synced", "58"))
    story.decided(story.arrives(NOTIFICATIONS), link("c-1", "synced", "58"))
    story.decided(edit, link("c-2", "synced", "59"))

    assert "an input was decided twice" in sentences(story.told())


def test_an_input_decided_after_a_later_one_is_seen() -> None:
    """C1: order within a partition is what the engine's positions rest on."""
    story = a_synced_client()
    first, second = story.arrives(CLIENT_EVENTS), story.arrives(CLIENT_EVENTS)
    story.decided(second, link("c-1", "synced", "58"))
    story.decided(first, link("c-1", "synced", "58"))

    assert sentences(story.told()) == ["an input was decided after a later one"]


def test_a_decision_of_several_rows_is_one() -> None:
    """C1: one input may change two links, side by side."""
    story = a_synced_client("c-2", "59", a_synced_client())
    story.decided(story.arrives(INTENTS), link("c-1", "synced", "58"), link("c-2", "synced", "59"))

    assert broken(story.told()) == set()


def test_a_decision_that_lies_elsewhere_than_it_claims_decides_nothing() -> None:
    """C1: a paused worker's record is not believed, so its input must be decided by its successor."""
    story = a_synced_client()
    edit = story.arrives(CLIENT_EVENTS)
    story.decided(edit, link("c-1", "synced", "58"), claims=1)

    assert sentences(story.told()) == ["an input was never decided"]

    story.decided(edit, link("c-1", "synced", "58"))
    assert broken(story.told()) == set()
    assert check(story.told()).counts["records disbelieved"] == 1


def test_what_explains_an_input_without_a_decision() -> None:
    """C1: parked, produced twice, reported by two workers, or of a firm that was not connected yet."""
    story = Story()
    story.arrives(CLIENT_EVENTS)
    a_synced_client(story=story.connected())
    story.parked(story.arrives(INTENTS))
    story.arrives(INTENTS, event="sync.intents-0")
    story.arrives(OUTCOMES, {"effect_id": "create-c-1"})

    assert broken(story.told()) == set()


def test_an_input_decided_in_another_partition_is_seen() -> None:
    """C1: a firm's records lie in one partition, its decisions too."""
    story = a_synced_client()
    edit = replace(story.arrives(CLIENT_EVENTS), partition=PARTITION + 1)
    story.messages[-1] = edit
    story.decided(edit, link("c-1", "synced", "58"))

    assert sentences(story.told()) == ["an input was decided in another partition"]


def test_a_decision_of_an_input_that_does_not_exist_is_seen() -> None:
    """C1: the log must not speak of what never came."""
    story = a_synced_client()
    story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58"))
    story.messages.pop()

    assert sentences(story.told()) == ["the log decides an input that does not exist"]


def test_rows_of_one_input_with_something_in_between_are_two_decisions() -> None:
    """C1: a decision is appended whole, so what lies apart was decided twice, though the rows are others."""
    story = a_synced_client("c-2", "59", a_synced_client())
    edit = story.arrives(CLIENT_EVENTS)
    story.decided(edit, link("c-1", "synced", "58"))
    story.decided(edit, link("c-1", "synced", "58"), claims=0)
    story.decided(edit, link("c-2", "synced", "59"))

    assert sentences(story.told()) == ["an input was decided twice"]
