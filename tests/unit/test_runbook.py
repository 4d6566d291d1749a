"""Whatever docs/operations.md tells an operator to type is typed by a walk (`tests/runbook.py`)."""

import re

import pytest

from tests.forked import ROOT
from tests.runbook import PAGE, QUERIES, SETTING, is_command, typed_lines

WALKED = re.compile(r'\b[Ww]alk\(\s*(?:\w+,\s*)?"([^"]+)"')
SECTIONS = typed_lines(PAGE.read_text())
SITUATIONS = {
    "A mistaken unmatch",
    "A batch was a mistake",
    "A bad deploy",
    "A poisoned message",
    "QuickBooks is down",
    "A token is lost",
    "Workers lag behind",
    "A full disk",
    "The group's offsets were moved",
    "Messages were produced again",
    "Moving sync.log",
    "Kafka is lost, and there is no copy",
    "A copy of the database is brought back",
    "A copy of a PostgreSQL database is brought back",
}
"""What a runbook has to have an answer for."""


def _walks() -> list[str]:
    """List the sections that some test walks."""
    tests = (ROOT / "tests").rglob("test_*runbook.py")
    return [title for file in tests for title in WALKED.findall(file.read_text())]


def test_each_section_with_commands_is_walked_once() -> None:
    with_commands = {title for title, lines in SECTIONS.items() if any(map(is_command, lines))}

    assert sorted(_walks()) == sorted(with_commands)


def test_each_situation_has_its_commands() -> None:
    assert {title for title in SITUATIONS if not any(map(is_command, SECTIONS.get(title, ())))} == set()


@pytest.mark.parametrize("title", SECTIONS)
def test_each_line_is_a_command_a_setting_or_a_question_to_prometheus(title: str) -> None:
    others = [line for line in SECTIONS[title] if not is_command(line) and not SETTING.match(line)]

    assert others == [] or title == QUERIES


def test_a_line_that_goes_on_is_one() -> None:
    page = "## One\n    # first\n    a \\\n      | b\n\n### `Two`\n    c   # why\ntext\n"

    assert typed_lines(page) == {"One": ("a \\\n| b",), "Two": ("c   # why",)}
