"""Keeps Python's cycle collector away from rows: they are trees, and it has nothing to find among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY_OBJECTS = 50_000


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let the collector rest while many objects are made that all stay; else it takes two thirds of a long fold.

    Afterwards it never looks at them again: each time it did, the worker would stand still.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > MANY_OBJECTS:
            gc.freeze()
        if was_on:
            gc.enable()
