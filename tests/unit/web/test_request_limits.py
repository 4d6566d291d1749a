"""A bucket of requests for each caller: as the clock that is given says."""

import pytest

from adapters.web.request_limits import Allowance, RequestLimits, _network

LIMITS = Allowance(per_second=10, at_once=5)


def taken(limits: RequestLimits, caller: object, now: float, asked: int = 100) -> int:
    """Ask so often at one moment; gives how often it was granted."""
    return sum(limits.take(caller, now) == 0 for _ in range(asked))


def test_so_many_at_once_and_so_many_a_second_from_then_on() -> None:
    """After a pause all of them again, however long it was."""
    limits = RequestLimits(LIMITS)

    assert taken(limits, "dana", 1000.0) == 5
    assert [taken(limits, "dana", 1000.0 + tenth / 10) for tenth in range(1, 11)] == [1] * 10
    assert taken(limits, "dana", 9000.0) == 5


def test_who_is_refused_is_told_how_long_to_wait() -> None:
    """Then it is granted, and not before; to be refused costs nothing."""
    limits = RequestLimits(LIMITS)
    taken(limits, "dana", 1000.0, asked=1000)

    wait = limits.take("dana", 1000.0)

    assert wait == pytest.approx(0.1)
    assert limits.take("dana", 1000.0 + wait * 0.9) > 0
    assert limits.take("dana", 1000.0 + wait) == 0


def test_one_caller_takes_nothing_of_another() -> None:
    """Each has its own bucket."""
    limits = RequestLimits(LIMITS)
    taken(limits, "dana", 1000.0)

    assert taken(limits, "vera", 1000.0) == 5


def test_no_more_callers_are_remembered_than_said() -> None:
    """Who asked longest ago is forgotten first, so who goes on asking gains nothing by others' coming."""
    limits = RequestLimits(LIMITS, most_callers=100)
    granted = 0
    for n in range(10_000):
        assert limits.take(f"somebody {n}", 1000.0) == 0
        if n % 50 == 0:
            granted += taken(limits, "greedy", 1000.0)

    assert len(limits) == 100
    assert granted == 5


def test_an_address_of_version_6_is_its_network() -> None:
    """Whoever has one has all of them; of version 4 each counts, however it is written."""
    assert _network("2001:db8:0:1::1") == _network("2001:db8:0:1:ffff::2") != _network("2001:db8:0:2::1")
    assert _network("::ffff:192.0.2.1") == _network("192.0.2.1") != _network("192.0.2.2")
    assert _network("fe80::1%eth0") == _network("fe80::2%eth0")
