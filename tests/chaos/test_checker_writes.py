"""C2, red by each planted fault and green without it: what is done outside is done once."""

from tests.chaos.checker.history import CLIENT_EVENTS, NOTIFICATIONS, OUTCOMES
from tests.chaos.written_history import a_synced_client, broken, sentences
from tests.chaos.written_rows import FIRM, REALM, customer, link, pending


def test_a_customer_created_twice_is_seen() -> None:
    """C2: under two request ids, both planned: what an unknown outcome tempts to."""
    story = a_synced_client()
    again = pending("create-again", "create_customer")
    story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58", pending=again))
    story.sent("create-again", "c-1", customer=None)
    story.decided(story.arrives(OUTCOMES, {"effect_id": "create-again"}), link("c-1", "synced", "58"))

    assert sentences(story.told()) == ["a client's customer was created twice"]


def test_a_client_created_twice_for_one_customer_is_seen() -> None:
    """C2: the other way round too, planned in the customer's row."""
    story = a_synced_client()
    clients = f"/v1/firms/{FIRM}/clients"
    for effect in ("make-1", "make-2"):
        making = pending(effect, "create_client")
        story.decided(story.arrives(NOTIFICATIONS), customer("59", pending=making))
        story.sent(effect, "", method="POST", path=clients)
        story.decided(story.arrives(OUTCOMES, {"effect_id": effect}), customer("59"))
        if effect == "make-1":
            assert broken(story.told()) == set()

    assert sentences(story.told()) == ["a customer's client was created twice"]


def test_one_request_id_carried_out_twice_is_seen() -> None:
    """C2: a replay is answered, not done again."""
    story = a_synced_client()
    story.sent("create-c-1", "c-1", customer=None)

    assert "one request was carried out more than once" in sentences(story.told())

    story = a_synced_client()
    story.sent("create-c-1", "c-1", customer=None, committed=False)
    assert broken(story.told()) == set()


def test_a_write_that_the_log_never_planned_is_seen() -> None:
    """C2: a retry under a request id made up on the spot."""
    story = a_synced_client()
    story.sent("made-up", "c-1", customer=None, committed=False)

    assert sentences(story.told()) == ["a write reached the other side that the log never planned"]


def test_a_write_planned_only_where_nobody_believes_it_is_seen() -> None:
    """C2: work starts once its plan is in the log, where it claims to be."""
    story = a_synced_client()
    edit = story.arrives(CLIENT_EVENTS)
    story.decided(edit, link("c-1", "synced", "58", pending=pending("u-1", customer="58")), claims=0)
    story.sent("u-1", "c-1", customer="58")
    story.decided(edit, link("c-1", "synced", "58"))

    assert sentences(story.told()) == ["a write reached the other side that the log never planned"]


def test_each_change_of_a_batch_is_one_write() -> None:
    """C2: planned or not, and carried out once, alone or in a batch."""
    story = a_synced_client()
    edit = story.arrives(CLIENT_EVENTS)
    story.decided(edit, link("c-1", "synced", "58", pending=pending("u-123456789", customer="58")))
    batch = {"customer": "58", "path": f"/v3/company/{REALM}/batch", "changed": ("58",)}
    items = [{"bId": "0-u-12345", "operation": "update", "Customer": {"Id": "58"}}]
    story.sent("a-batch", "", body={"BatchItemRequest": items}, **batch)
    done = {"effect_id": "u-123456789"}
    story.decided(story.arrives(OUTCOMES, done), link("c-1", "synced", "58"))

    assert sentences(story.told()) == []

    story.sent("u-123456789", "", customer="58")
    assert sentences(story.told()) == ["one request was carried out more than once"]

    story = a_synced_client()
    story.sent("a-batch", "", body={"BatchItemRequest": items}, **batch)
    assert sentences(story.told()) == ["a write reached the other side that the log never planned"]


def test_what_people_do_in_the_stand_ins_is_no_write_of_ours() -> None:
    """C2: the load edits through Canopy's own API, under keys that say so; queries may be POSTs."""
    story = a_synced_client()
    story.sent("person-7", "c-1")
    path = f"/_control/realms/{REALM}/customers/58"
    story.sent("", "c-1", customer="58", method="PATCH", path=path)
    story.sent("", "c-1", customer="58", path=f"/v3/company/{REALM}/query")

    assert broken(story.told()) == set()
