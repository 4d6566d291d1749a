"""Keeps Python's cycle collector away from rows: they are trees, and it has nothing to find among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY_ROWS = 10_000


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let the collector rest while many objects are made that all stay; else it takes two thirds of a long fold."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def leave_to_stay(rows: int) -> None:
    """Spare what is there from all later collections, each of which would stop the worker to look at every row."""
    if rows >= MANY_ROWS:
        gc.freeze()
