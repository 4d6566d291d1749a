"""The checklist of the support article names every item, and for each a test in the browser that there is."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+)(?:[^ \d](\d+))? \|.*\| (.*) \|$", re.MULTILINE)
NAMED = re.compile(r"(browser |story )|`(test_\w+\.py)`|· ([^·;:.|`“]+)")
"""Where tests are, a file of them, and how the name of one begins."""


def _rows() -> Iterator[tuple[list[int], str]]:
    for first, last, shown_by in ROW.findall((ROOT / "docs" / "checklist.md").read_text()):
        yield list(range(int(first), int(last or first) + 1)), shown_by


def _tests_named(shown_by: str) -> Iterator[tuple[Path, str]]:
    """Give, of one row, the file of each test and how its function's name begins."""
    folder, file = "browser", ""
    for where, named, words in NAMED.findall(shown_by):
        folder, file = where.strip() or folder, named or file
        if words:
            yield (
                ROOT / "tests" / folder / file,
                "test_" + re.sub(r"\W+", "_", re.sub(r"[',]", "", words.strip().lower())),
            )


def test_all_54_items_are_there_once_and_in_order() -> None:
    assert [number for numbers, _ in _rows() for number in numbers] == list(range(1, 55))


def test_each_test_that_is_named_exists() -> None:
    for numbers, shown_by in _rows():
        for file, begins in _tests_named(shown_by):
            assert file.is_file(), (numbers, file)
            assert f"def {begins}" in file.read_text(), (numbers, file.name, begins)


def test_each_item_is_shown_by_a_test_in_the_browser() -> None:
    above = False
    for numbers, shown_by in _rows():
        by_browser = any(file.parent.name == "browser" for file, _ in _tests_named(shown_by))
        above = by_browser or (above and shown_by.startswith("the same"))
        assert above, (numbers, shown_by)
