"""The picture in docs/architecture.md is that of the code."""

from pathlib import Path

from tests.architecture.picture import with_picture

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


def test_the_picture_is_that_of_the_code() -> None:
    """`make docs` draws it anew."""
    page = PAGE.read_text()

    assert with_picture(page) == page
