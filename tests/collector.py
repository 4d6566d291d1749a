"""Python's cycle collector, where many small objects are made that nearly all go by themselves."""

import gc


def look_for_no_garbage() -> None:
    """Look for none while tests are collected, since nearly all of what is made then stays: it is a tenth of that time."""
    gc.disable()


def look_rarely_for_garbage() -> None:
    """Look less often, and not among what is there by now: it is a twentieth of what tests cost, and more of a simulation."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
