"""The checker sees what it is there to see: each rule is red by one planted fault, and green without it."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import checker
from tests.chaos.checker import check
from tests.chaos.checker.history import CLIENT_EVENTS, INTENTS, NOTIFICATIONS, OUTCOMES, History, Message
from tests.chaos.written_history import FIRM, PARTITION, REALM, Story, a_synced_client, link, pending

UNMATCHED: dict[str, Any] = {"reason": "unmatched"}


def broken(history: History) -> set[str]:
    """The rules that a history breaks."""
    return {violation.rule for violation in check(history).violations}


def sentences(history: History) -> list[str]:
    """What the checker says of a history."""
    return [violation.what for violation in check(history).violations]


def unmatched(story: Story, client: str = "c-1") -> Message:
    """A person unmatches, and the log says so."""
    wish = story.arrives(INTENTS, {"client_id": client})
    story.decided(wish, link(client, "not_synced", **UNMATCHED))
    return wish


def test_the_checker_imports_nothing_of_ours() -> None:
    """Code that it shared with the engine would make the engine's mistakes twice."""
    ours = {"domain", "streams", "adapters", "deploy", "tests"}
    for file in Path(checker.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names.append(node.module or "")
            assert not ours & {name.split(".")[0] for name in names}, file
            assert not isinstance(node, ast.ImportFrom) or node.level <= 1, file


def test_a_history_in_order_breaks_no_rule() -> None:
    """Create, edit both ways, unmatch, restore: nothing to report, and every rule has seen something."""
    story = a_synced_client()
    story.decided(
        story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58", pending=pending("u-1", customer="58"))
    )
    story.sent("u-1", "c-1", customer="58")
    story.decided(story.arrives(OUTCOMES, {"effect_id": "u-1"}), link("c-1", "synced", "58"))
    unmatched(story)
    write = pending("u-2", "update_client")
    story.decided(story.arrives(INTENTS), link("c-1", "synced", "58", pending=write))
    story.sent("u-2", "c-1")
    story.decided(story.arrives(OUTCOMES, {"effect_id": "u-2"}), link("c-1", "synced", "58"))

    found = check(story.told())

    assert found.violations == []
    assert found.counts["customers created"] == 1
    assert found.counts["unmatches answered"] == 1
    assert found.counts["synced links compared"] == 1
    assert found.counts["writes: quickbooks 200"] == 2
    assert found.counts["times a link held a customer"] == 5


def test_a_log_without_its_beginning_is_no_evidence() -> None:
    """C0: what is missing could have held anything."""
    story = a_synced_client()
    del story.log[0]

    assert "C0" in broken(story.told())


def test_a_row_decided_on_a_state_that_nobody_believes_is_seen() -> None:
    """C0: a worker that believed a record which lies elsewhere goes on from a version that is not there."""
    story = a_synced_client()
    story.versions["link/f-1/c-1"] += 1
    story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58"))

    assert broken(story.told()) == {"C0"}


def test_a_repair_is_no_decision() -> None:
    """C0, C1: a row written again as it was, or a row that says there is none, jumps nowhere."""
    story = a_synced_client()
    story.decided(None, link("c-1", "synced", "58"))
    story.decided(None, {"kind": "none", "firm_id": FIRM, "pending": []})

    assert broken(story.told()) == set()
    assert check(story.told()).counts["repairs"] == 2


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


def test_a_customer_created_twice_is_seen() -> None:
    """C2: under two request ids, both planned: what an unknown outcome tempts to."""
    story = a_synced_client()
    again = pending("create-again", "create_customer")
    story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58", pending=again))
    story.sent("create-again", "c-1", customer=None)
    story.decided(story.arrives(OUTCOMES, {"effect_id": "create-again"}), link("c-1", "synced", "58"))

    assert sentences(story.told()) == ["a client's customer was created twice"]


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


def test_what_people_do_in_the_stand_ins_is_no_write_of_ours() -> None:
    """C2: the load edits through Canopy's own API, under keys that say so; queries may be POSTs."""
    story = a_synced_client()
    story.sent("person-7", "c-1")
    path = f"/_control/realms/{REALM}/customers/58"
    story.sent("", "c-1", customer="58", method="PATCH", path=path)
    story.sent("", "c-1", customer="58", path=f"/v3/company/{REALM}/query")

    assert broken(story.told()) == set()


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


@pytest.mark.parametrize(
    "other",
    [
        {"DisplayName": "Fiona G."},
        {"GivenName": None},
        {"MiddleName": "G."},
        {"FamilyName": "G."},
        {"CompanyName": "Gallagher"},
        {"PrimaryEmailAddr": {"Address": "fiona@example.org"}},
        {"PrimaryPhone": None},
        {"Mobile": {"FreeFormNumber": "1"}},
        {"Fax": {"FreeFormNumber": "1"}},
        {"BillAddr": {"Line1": "2119 S Wallace St"}},
    ],
    ids=lambda other: next(iter(other)),
)
def test_two_sides_that_differ_in_one_field_are_seen(other: dict[str, object]) -> None:
    """C5: in each of the mapped fields."""
    story = a_synced_client()
    story.hold("c-1", "58", **other)

    assert sentences(story.told()) == ["the two sides of a synced link differ"]


def test_a_synced_link_without_its_customer_is_seen() -> None:
    """C5: the log says so, the other side does not."""
    story = a_synced_client()
    story.customers.clear()

    assert sentences(story.told()) == ["a synced link's customer does not exist"]


def test_sides_may_differ_where_nobody_says_they_are_in_step() -> None:
    """C5: unmatched, in question, or held until a person says so."""
    for row in (
        link("c-1", "not_synced", **UNMATCHED),
        link("c-1", "synced", "58", problem={"code": "both_changed"}),
        link("c-1", "synced", "58", held={"to_quickbooks": ["phone"], "to_canopy": []}),
    ):
        story = a_synced_client()
        story.hold("c-1", "58", PrimaryPhone={"FreeFormNumber": "1"})
        story.decided(story.arrives(INTENTS), row)

        assert broken(story.told()) == set()


def test_pending_work_at_the_end_is_seen() -> None:
    """C6: in a link's row, and in a firm's."""
    story = a_synced_client()
    write = pending("u-1", customer="58")
    story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58", pending=write))
    assert sentences(story.told()) == ["work is still pending"]

    firm = {"kind": "firm", "firm_id": FIRM, "connection": {"realm_id": REALM}}
    story = a_synced_client()
    story.decided(story.arrives(INTENTS), firm | {"pending": [{"id": "l", "kind": "list_clients"}]})
    assert sentences(story.told()) == ["work is still pending"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (link("c-1", "unmatching", "58"), "a link is still under way"),
        (link("c-1", "synced", "58", waiting={"why": "throttled"}), "a link is still waiting"),
        (link("c-1", "needs_attention", "58"), "a link does not say why it is not in step"),
        (link("c-1", "not_synced"), "a link does not say why it is not in step"),
    ],
    ids=["under way", "waiting", "no problem", "no reason"],
)
def test_a_link_that_ends_under_way_or_without_a_reason_is_seen(
    row: dict[str, object], sentence: str
) -> None:
    """C6: in the end a link is in step, or it says why it is not."""
    story = a_synced_client()
    story.decided(story.arrives(INTENTS), row)

    assert sentence in sentences(story.told())


def test_a_link_that_says_what_it_needs_is_right() -> None:
    """C6: a question with its reason is an end too."""
    story = a_synced_client()
    problem = {"code": "display_name_taken"}
    story.decided(story.arrives(INTENTS), link("c-1", "needs_attention", None, problem=problem))

    assert broken(story.told()) == set()


def test_an_input_decided_in_another_partition_is_seen() -> None:
    """C1: a firm's records lie in one partition, its decisions too."""
    story = a_synced_client()
    edit = replace(story.arrives(CLIENT_EVENTS), partition=PARTITION + 1)
    story.messages[-1] = edit
    story.decided(edit, link("c-1", "synced", "58"))

    assert sentences(story.told()) == ["an input was decided in another partition"]
