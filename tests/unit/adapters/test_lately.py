"""What is remembered of pages that are open: the few that were asked for last."""

from adapters.store.lately import Lately


def test_whoever_was_asked_for_longest_ago_goes_first() -> None:
    """Looking at one keeps it, and keeping it again replaces it."""
    kept = Lately[str, int](2)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.get("a") == 1

    assert kept.keep("c", 3) == 3

    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)
    kept.keep("a", 4)
    assert (kept.get("a"), kept.get("c")) == (4, 3)
