"""An input that hangs ends its worker; one that folds a long log does not."""

from streams.kafka.bound import Bound

TURN = 0.5


def test_an_input_on_which_nothing_gets_on_is_over_its_bound() -> None:
    """After as many turns as fit into it, and one more."""
    bound = Bound(2.0)
    bound.begin()

    assert [bound.is_over(TURN, rows_folded=0) for _ in range(5)] == [False, False, False, False, True]


def test_a_fold_that_takes_longer_than_the_bound_is_no_reason_to_end() -> None:
    """Whoever ended itself over a long log would fold it again, and end itself again."""
    bound = Bound(2.0)
    bound.begin()

    assert not any(bound.is_over(TURN, rows_folded=1000 * turn) for turn in range(100))


def test_a_fold_that_stands_still_is_over_its_bound() -> None:
    """The log may not answer any more."""
    bound = Bound(2.0)
    bound.begin()
    for turn in range(100):
        bound.is_over(TURN, rows_folded=1000 * turn)

    assert [bound.is_over(TURN, rows_folded=99_000) for _ in range(5)] == [False, False, False, False, True]


def test_each_input_has_the_whole_bound() -> None:
    """And where there is none to decide, nothing is counted."""
    bound = Bound(2.0)
    for _ in range(10):
        bound.begin()
        assert not any(bound.is_over(TURN, rows_folded=0) for _ in range(4))
        bound.end()
        assert not any(bound.is_over(TURN, rows_folded=0) for _ in range(20))
