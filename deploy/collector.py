"""How often a gateway's cycle collector looks for garbage: less often than as shipped, and not among what the process begins with."""

import gc

LESS_OFTEN = (20_000, 10, 10)
"""How many new objects call for a look at the youngest, and how many looks for one at those that are older."""


def look_less_often() -> None:
    """Let the collector look less often, for the whole process.

    As shipped, a look at the youngest comes after 700 objects, and every quarter more than there were is followed by one at all there are.
    2,000 lines of a timeline are 300,000: a third of what such a page took. As seldom as a worker it must not look: a page that is
    written refers to itself, so only the collector lets go of it.
    """
    gc.freeze()
    gc.set_threshold(*LESS_OFTEN)
