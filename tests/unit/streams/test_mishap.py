"""What our own mishaps may say in a log."""

from pathlib import Path

from streams.wire.mishap import place_of


def raise_with(value: str) -> None:
    """Stand for code that puts what it was handed into its complaint."""
    raise ValueError(f"can't take {value}")


def test_a_mishap_is_told_by_its_place_and_not_by_its_text() -> None:
    """The text of an exception may hold a client's values, which no log may."""
    try:
        raise_with("fiona@example.com")
    except ValueError as wrong:
        place = place_of(wrong)

    assert Path(__file__).name in place
    assert "fiona" not in place
