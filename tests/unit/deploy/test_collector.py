"""A gateway looks for garbage less often, and finds it all the same."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from deploy.collector import LESS_OFTEN, look_less_often

SPARE = 1_000
"""Some of the new ones take the place of others, which is no news to the collector."""


class Page:
    """It refers to itself, as a page does that is being written."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the collector of the tests as it was."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_a_page_that_refers_to_itself_goes_once_as_many_objects_are_new() -> None:
    """Not before that; and what was there is not looked at."""
    gc.unfreeze()
    look_less_often()
    assert gc.get_freeze_count() > 0
    gc.collect(0)
    page = weakref.ref(Page())
    assert page() is not None

    others: list[list[int]] = [[] for _ in range(LESS_OFTEN[0] + SPARE)]

    assert page() is None
    assert others
