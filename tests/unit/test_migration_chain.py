"""Migrations are one chain: two that follow the same one would leave a database at neither."""

import re
from pathlib import Path

VERSIONS = Path(__file__).parents[2] / "adapters" / "store" / "migrations" / "versions"


def test_each_migration_follows_the_one_before() -> None:
    """By its number, which is also its file's."""
    files = sorted(VERSIONS.glob("v*.py"))
    found = [
        re.findall(r'^(?:down_)?revision = (?:"(\d+)"|None)', each.read_text(), re.MULTILINE)
        for each in files
    ]

    numbers = [each.name[1:5] for each in files]
    assert found == [[number, before] for number, before in zip(numbers, ["", *numbers], strict=False)]
