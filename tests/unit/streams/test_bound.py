"""An input that hangs ends its worker; one that folds a long log does not."""

from streams.kafka.bound import Bound

TURN = 0.5


def test_an_input_on_which_nothing_gets_on_is_over_its_bound() -> None:
    """After as many turns as fit into it, and one more."""
    bound = Bound(2.0)

    assert [bound.is_over(TURN, 0, {3: 1}) for _ in range(6)] == [False, False, False, False, False, True]


def test_a_fold_that_takes_longer_than_the_bound_is_no_reason_to_end() -> None:
    """Whoever ended itself over a long log would fold it again, and end itself again."""
    bound = Bound(2.0)

    assert not any(bound.is_over(TURN, 1000 * turn, {3: 1}) for turn in range(100))


def test_a_fold_that_stands_still_is_over_its_bound() -> None:
    """The log may not answer any more."""
    bound = Bound(2.0)
    for turn in range(100):
        bound.is_over(TURN, 1000 * turn, {3: 1})

    assert [bound.is_over(TURN, 99_000, {3: 1}) for _ in range(5)] == [False, False, False, False, True]


def test_each_input_has_the_whole_bound() -> None:
    """And where there is none to decide, nothing is counted."""
    bound = Bound(2.0)
    for batch in range(10):
        assert not any(bound.is_over(TURN, 0, {3: batch}) for _ in range(5))
        assert not any(bound.is_over(TURN, 0, {}) for _ in range(20))


def test_a_partition_that_hangs_is_over_its_bound_though_others_get_on() -> None:
    """Its inputs would wait for ever."""
    bound = Bound(2.0)

    assert any(bound.is_over(TURN, 0, {3: 1, 4: batch}) for batch in range(10))
