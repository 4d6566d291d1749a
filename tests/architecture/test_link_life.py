"""A link's life is in one place: only its transitions set a status or a reason, whatever else a rule changes of the row."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRANSITIONS = Path("domain/link/transitions.py")
OF_A_LIFE = {"status", "reason"}
OTHERS_TOO = {"reason"}
"""Intents and causes have a reason as well, in other words than a link's: of this only `domain/` is searched."""


def changes(source: str) -> Iterator[tuple[int, str]]:
    """Give the line and name of each status or reason that is passed to `replace` or to a new `LinkRow`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in {"replace", "LinkRow"}:
            yield from ((node.lineno, each.arg) for each in node.keywords if each.arg in OF_A_LIFE)


def test_only_transitions_set_a_status_or_a_reason() -> None:
    """In all that runs; tests may make up rows."""
    found = [
        f"{path.relative_to(ROOT)}:{line} sets {name}"
        for folder in ("domain", "streams", "adapters", "deploy")
        for path in (ROOT / folder).rglob("*.py")
        if path.relative_to(ROOT) != TRANSITIONS
        for line, name in changes(path.read_text())
        if folder == "domain" or name not in OTHERS_TOO
    ]
    assert not found, f"{', '.join(found)}; a link comes from one status to the next in {TRANSITIONS}"


def test_the_transitions_do_set_them() -> None:
    """Else the search above would find nothing anywhere."""
    assert {name for _, name in changes((ROOT / TRANSITIONS).read_text())} == OF_A_LIFE
