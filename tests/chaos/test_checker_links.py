"""C3 and C4, red by each planted fault and green without it: one link a customer, and an unmatch that stays."""

from tests.chaos.checker import check
from tests.chaos.checker.history import CLIENT_EVENTS, INTENTS, OUTCOMES
from tests.chaos.written_history import Story, a_synced_client, broken, sentences, unmatched
from tests.chaos.written_rows import REALM, UNMATCHED, link, pending


def test_a_customer_with_two_links_is_seen_even_if_only_for_a_while() -> None:
    """C3: one prefix of the log is enough."""
    story = a_synced_client("c-2", "59", a_synced_client())
    story.decided(story.arrives(INTENTS), link("c-2", "matching", "58"))
    unmatched(story)
    story.decided(story.arrives(OUTCOMES, {"effect_id": "m"}), link("c-2", "synced", "58"))

    assert sentences(story.told()) == ["a customer has two links"]


def test_a_customer_handed_over_in_order_has_one_link() -> None:
    """C3: unmatched here, matched there; and from one row to another within one decision, in any order."""
    story = a_synced_client("c-2", "59", a_synced_client())
    unmatched(story)
    story.decided(story.arrives(INTENTS), link("c-2", "synced", "58"))
    story.decided(
        story.arrives(INTENTS), link("c-1", "synced", "58"), link("c-2", "not_synced", reason="customer_gone")
    )

    assert "C3" not in broken(story.told())


def test_a_write_after_its_unmatch_was_answered_is_seen() -> None:
    """C4: on either side, until a later decision links the two again."""
    for sent in ({"customer": "58"}, {}):
        story = a_synced_client()
        write = pending("u-1", customer="58")
        story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58", pending=write))
        unmatched(story)
        story.sent("u-1", "c-1", **sent)

        assert sentences(story.told()) == ["a write was received after its unmatch was answered"]


def test_a_write_before_the_answer_or_after_linking_again_is_right() -> None:
    """C4: a write under way holds the answer back, and an undo brings new ones."""
    story = a_synced_client()
    write = pending("u-1", customer="58")
    story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58", pending=write))
    story.decided(story.arrives(INTENTS), link("c-1", "unmatching", "58", pending=write))
    story.sent("u-1", "c-1", customer="58")
    story.decided(story.arrives(OUTCOMES, {"effect_id": "u-1"}), link("c-1", "not_synced", **UNMATCHED))
    again = pending("u-2", customer="58")
    story.decided(story.arrives(INTENTS), link("c-1", "synced", "58", pending=again))
    story.sent("u-2", "c-1", customer="58")
    story.decided(story.arrives(OUTCOMES, {"effect_id": "u-2"}), link("c-1", "synced", "58"))

    assert broken(story.told()) == set()


def test_what_a_woken_worker_had_handed_over_is_counted_for_one_second() -> None:
    """C4: a paused worker cannot know; a second later it must."""
    story = a_synced_client()
    write = pending("u-1", customer="58")
    story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58", pending=write))
    unmatched(story)
    story.woken.append(story.now + 1.0)
    story.sent("u-1", "c-1", customer="58", committed=False)

    assert broken(story.told()) == set()
    assert check(story.told()).counts["writes after an unmatch, within 1 s of a wake-up"] == 1

    story.now += 1000
    story.sent("u-1", "c-1", customer="58", committed=False)
    assert broken(story.told()) == {"C4"}


def test_a_write_asked_for_again_that_changes_nothing_is_counted_while_it_may_be_on_its_way() -> None:
    """C4: who takes over repeats a request. What changes something, was never done or comes late is a violation."""

    def asked_again(*, committed: bool = False, done: bool = True, late_by: int = 0, **entry: int) -> Story:
        story = a_synced_client()
        write = pending("u-1", customer="58")
        story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58", pending=write))
        story.sent("u-1", "c-1", customer="58", committed=done)
        story.decided(story.arrives(OUTCOMES, {"effect_id": "u-1"}), link("c-1", "synced", "58"))
        unmatched(story)
        story.now += late_by
        story.sent("u-1", "c-1", customer="58", committed=committed, **entry)
        return story

    counted = asked_again()
    assert "C4" not in broken(counted.told())
    name = "writes asked for again, after an unmatch, that changed nothing"
    assert check(counted.told()).counts[name] == 1

    for story in (
        asked_again(committed=True),
        asked_again(done=False),
        asked_again(late_by=1000),
        asked_again(status=400),
    ):
        assert "C4" in broken(story.told())


def test_what_happens_in_one_millisecond_is_given_the_benefit_of_the_doubt() -> None:
    """C4: Kafka and the ledgers stamp milliseconds, and an undo's write may leave in that of its decision."""
    story = a_synced_client()
    unmatched(story)
    write = pending("u-1", customer="58")
    story.decided(story.arrives(INTENTS), link("c-1", "synced", "58", pending=write))
    story.sent("u-1", "c-1", customer="58", at_once=True)
    story.decided(story.arrives(OUTCOMES, {"effect_id": "u-1"}), link("c-1", "synced", "58"))

    assert broken(story.told()) == set()
    assert check(story.told()).counts["writes received when their effect was settled already"] == 0


def test_a_new_customer_that_is_no_client_or_two_is_seen() -> None:
    """C8: what a person makes in QuickBooks is one client, linked with it."""
    story = a_synced_client()
    story.arrived.append((REALM, "58"))
    assert broken(story.told()) == set()

    story.arrived.append((REALM, "59"))
    assert sentences(story.told()) == ["a new customer is not one client"]

    a_synced_client("c-2", "59", story)
    a_synced_client("c-3", "59", story)
    assert "a new customer is not one client" in sentences(story.told())
