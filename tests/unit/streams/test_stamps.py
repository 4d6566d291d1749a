"""A stamp of Kafka's is a time that can be reckoned with, wherever a record is read."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import faust.types
import pytest

from streams.kafka import dead_letters, input_reader, worker
from streams.kafka.stamps import stamped

ODD = (-1, 0, 10**12 * 253, 253_402_300_799_000, 10**18, -(10**18), 2**63 - 1)
"""Milliseconds, as a producer may set them."""


def record(stamp: int) -> SimpleNamespace:
    """A record as aiokafka gives it."""
    return SimpleNamespace(topic="t", partition=0, offset=7, key=None, value=b"", headers=(), timestamp=stamp)


@pytest.mark.parametrize("stamp", ODD)
def test_a_stamp_that_nobody_can_mean_is_now(stamp: int) -> None:
    """For the worker, for what is read beside its group, and for the list of dead letters."""
    begun = datetime.now(UTC)
    shell_record = SimpleNamespace(**vars(record(stamp)) | {"timestamp": stamp / 1000})

    found = (
        worker._message(cast("faust.types.Message", shell_record)).at,
        input_reader.message_of(record(stamp)).at,
        dead_letters.letter_of(record(stamp)).time,
    )

    assert all(begun <= at <= datetime.now(UTC) for at in found)


@pytest.mark.parametrize("told", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "2026-11-23", ""])
def test_a_letter_that_names_no_time_that_can_be_has_its_stamp(told: str) -> None:
    """Anybody may write to that topic too."""
    odd = record(1_795_000_000_000)
    odd.headers = (("time", told.encode()),)

    assert dead_letters.letter_of(odd).time == stamped(1_795_000_000)


def test_any_other_stamp_is_what_it_says() -> None:
    """In seconds, in UTC."""
    assert stamped(1_795_000_000) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=1_795_000_000)
