"""Keeps Python's cycle collector away from rows: they are trees, and it has nothing to find among them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

MANY_OBJECTS = 50_000


SELDOM = (50_000, 20, 50)
"""How many new objects call for a look at the youngest, and how many looks for one at those that are older."""


def look_seldom() -> None:
    """Let the collector look seldom, for the whole process.

    Nearly all that a worker makes is let go of when it is used no more, or stays. As shipped, a look at the youngest comes after 700
    objects, which is two decisions, and took a sixth of a busy worker's time.
    """
    gc.set_threshold(*SELDOM)


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
