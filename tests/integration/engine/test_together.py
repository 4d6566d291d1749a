"""Inputs that came while an append was under way are decided one after the other, and appended as one."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

import streams.kafka.log_writer
import streams.worker.deciding
from domain.ids import ClientId
from streams.wire.inputs import Message
from streams.wire.records import LogRecord, UnwritableDecisionError, lines_of
from streams.wire.topics import CLIENT_EVENTS, LOG
from streams.worker.batch import MOST_INPUTS
from tests.integration.engine.conftest import client_event
from tests.integration.engine.engines import Desk, desk
from tests.integration.engine.test_parked import CONNECTED, FIRM, _open, _reasons
from tests.integration.log.owners import batch_of, cause, client_row, decision, lies_in


def _appends() -> float:
    return REGISTRY.get_sample_value("client_sync_append_seconds_count") or 0.0


async def _events(at: Desk, count: int) -> tuple[list[str], list[Message]]:
    """Write so many events, each of another client."""
    events = [client_event() for _ in range(count)]
    return [event["subject"] for event in events], [await at.write(event) for event in events]


def _known(at: Desk, clients: list[str]) -> list[bool]:
    return [at.table.partition(0).table.link(FIRM, ClientId(each)) is not None for each in clients]


async def _decided(bootstrap: str, at: Desk) -> list[int]:
    """Give the offsets of the client events that the log has decided, in its order."""
    records = [found.record for found in await lies_in(bootstrap, at.prefix + LOG)]
    causes = [record.input for record in records if record is not None and record.input is not None]
    return [each.offset for each in causes if each.topic == at.prefix + CLIENT_EVENTS]


async def test_many_are_one_append(bootstrap: str, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order, each at the place that it claims; on a busy machine a batch may end by the clock."""
    monkeypatch.setattr(streams.worker.deciding, "MOST_SECONDS", 60.0)
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        clients, messages = await _events(at, 5)
        before = _appends()

        assert await at.take_all(messages)

        assert _appends() - before == 1
        assert _known(at, clients) == [True] * 5
        assert await _decided(bootstrap, at) == [0, 1, 2, 3, 4]


async def test_more_than_fit_are_several_appends(bootstrap: str, prefix: str) -> None:
    """None is left."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        count = 2 * MOST_INPUTS + 1
        clients, messages = await _events(at, count)

        assert await at.take_all(messages)

        assert all(_known(at, clients))
        assert await _decided(bootstrap, at) == list(range(count))


async def test_one_that_cannot_be_read_is_parked_alone(bootstrap: str, prefix: str) -> None:
    """Those before it and behind it are decided."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        clients, messages = await _events(at, 5)
        messages[2] = replace(messages[2], value=b"{")

        assert await at.take_all(messages)

        assert _known(at, clients) == [True, True, False, True, True]
        assert await _decided(bootstrap, at) == [0, 1, 3, 4]
        assert await _reasons(at, 1) == ["not_json"]


async def test_one_that_cannot_be_written_is_parked_alone(
    bootstrap: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is in the rows on which the next ones are decided."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        clients, messages = await _events(at, 5)

        def stumbles(records: Sequence[LogRecord], partition: int) -> list[tuple[bytes, bytes]]:
            if any(clients[2] in record.row.key for record in records):
                raise UnwritableDecisionError("a bug")
            return lines_of(records, partition)

        monkeypatch.setattr(streams.worker.batch, "lines_of", stumbles)

        assert await at.take_all(messages)

        assert _known(at, clients) == [True, True, False, True, True]
        assert await _reasons(at, 1) == ["decision_unwritable"]


async def test_one_that_is_too_large_is_parked_alone(
    bootstrap: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which one it is shows when each is alone."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        small = [client_event() for _ in range(4)]
        large = client_event()
        large["data"]["company_name"] = "x" * 400
        events = [*small[:2], large, *small[2:]]
        messages = [await at.write(event) for event in events]
        monkeypatch.setattr(streams.kafka.log_writer, "LARGEST_DECISION_BYTES", 2_000)

        assert await at.take_all(messages)

        assert _known(at, [event["subject"] for event in events]) == [True, True, False, True, True]
        assert await _reasons(at, 1) == ["decision_too_large"]


async def test_one_that_is_too_large_is_told_from_one_that_was_decided_before(
    bootstrap: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes again before it is not parked in its place."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        again, large, after = client_event(), client_event(), client_event()
        large["data"]["company_name"] = "x" * 400
        messages = [await at.write(event) for event in (again, large, after)]
        assert await at.take(messages[0])
        monkeypatch.setattr(streams.kafka.log_writer, "LARGEST_DECISION_BYTES", 2_000)

        assert await at.take_all(messages)

        assert _known(at, [event["subject"] for event in (again, large, after)]) == [True, False, True]
        assert await _reasons(at, 1) == ["decision_too_large"]


async def test_what_somebody_else_has_overtaken_is_decided_anew_as_a_whole(
    bootstrap: str, prefix: str
) -> None:
    """Each of them once, on the rows that the other one left."""
    async with desk(bootstrap, prefix) as at:
        await _open(at)
        clients, messages = await _events(at, 3)
        partition = at.table.partition(0)
        stranger = batch_of(partition, decision(client_row("c-other")), replace(cause(7), topic="elsewhere"))
        await at.writer.append(0, stranger.lines)

        assert await at.take_all(messages)

        assert _known(at, [*clients, "c-other"]) == [True] * 4
        assert await _decided(bootstrap, at) == [0, 1, 2]
        assert partition.table.firm(FIRM) == CONNECTED
