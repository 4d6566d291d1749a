"""C7, red by each planted fault and green without it: what happened outside has reached Kafka."""

from tests.chaos.checker import check
from tests.chaos.checker.history import CLIENT_EVENTS, INTENTS, NOTIFICATIONS
from tests.chaos.written_history import CHANGED, TOLD, a_synced_client, broken, sentences
from tests.chaos.written_rows import FIRM, REALM, link


def test_an_acknowledged_intent_that_is_gone_is_seen() -> None:
    """C7: Kafka said that it has it, and a person was told so."""
    story = a_synced_client()
    intent = story.arrives(INTENTS, event="intent-f-1-7")
    story.decided(intent, link("c-1", "synced", "58"))
    story.intents.append("intent-f-1-7")
    assert broken(story.told()) == set()

    story.intents.append("intent-f-1-8")
    assert sentences(story.told()) == ["an acknowledged intent is gone"]


def test_a_change_in_canopy_without_its_event_is_seen() -> None:
    """C7: each version has one, also those that a later one has overtaken."""
    story = a_synced_client()
    story.clients[FIRM, "c-1"]["version"] = 3
    edit = story.arrives(CLIENT_EVENTS, {"client_id": "c-1", "version": 3})
    story.decided(edit, link("c-1", "synced", "58"))
    (violation,) = check(story.told()).violations
    assert (violation.what, violation.facts["versions"]) == ("a client's change has no event", [2])

    late = story.arrives(CLIENT_EVENTS, {"client_id": "c-1", "version": 2})
    story.decided(late, link("c-1", "synced", "58"))
    assert broken(story.told()) == set()


def test_a_last_change_in_quickbooks_that_was_never_told_is_seen() -> None:
    """C7: the webhooks of earlier changes don't count, and nothing else would find it before a sweep."""
    story = a_synced_client()
    story.customers[REALM, "58"]["MetaData"] = {"LastUpdatedTime": CHANGED.replace(":00-", ":01-")}
    assert sentences(story.told()) == ["a customer's last change was never told"]

    notice = {"realm_id": REALM, "customer_id": "58", "time": TOLD.replace(":00.", ":01.")}
    story.decided(story.arrives(NOTIFICATIONS, notice), link("c-1", "synced", "58"))
    assert broken(story.told()) == set()


def test_a_company_that_no_firm_is_connected_to_tells_nothing() -> None:
    """C7: its webhooks are put aside."""
    story = a_synced_client()
    story.customers["another", "1"] = {"MetaData": {"LastUpdatedTime": CHANGED}}

    assert broken(story.told()) == set()
