"""The checker itself: it shares no code with the engine, is content with what is in order, and wants a whole log (C0)."""

import ast
from pathlib import Path

from tests.chaos import checker
from tests.chaos.checker import check
from tests.chaos.checker.history import CLIENT_EVENTS, INTENTS, OUTCOMES
from tests.chaos.written_history import a_synced_client, broken, sentences, unmatched
from tests.chaos.written_rows import FIRM, PARTITION, link, pending


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
    assert found.counts["times a link held a customer"] == 6


def test_a_log_without_its_beginning_is_no_evidence() -> None:
    """C0: what is missing could have held anything."""
    story = a_synced_client()
    del story.log[0]

    assert "C0" in broken(story.told())


def test_a_log_that_has_lost_its_end_is_seen() -> None:
    """C0: what was read of it once, and acknowledged before, must be there for good."""
    story = a_synced_client()
    story.ends[PARTITION] = len(story.log)
    assert broken(story.told()) == set()

    story.ends[PARTITION] += 1
    assert sentences(story.told()) == ["the log is shorter than it was"]


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
