"""A partition of the log is one line of decisions, whoever appends to it."""

import asyncio

from aiokafka import AIOKafkaProducer

from streams.kafka.log_reader import LogReader
from streams.wire.records import encode, records_of
from streams.wire.topics import CLIENT_EVENTS
from tests.integration.log.owners import cause, client_row, decision, lies_in, owners


async def test_another_owner_folds_the_same_rows_and_positions(bootstrap: str, log_topic: str) -> None:
    """What one appended is what the next has, to the last field, before it decides anything."""
    async with owners(bootstrap, log_topic, 2) as (first, second):
        await first.catch_up()
        assert await first.append(decision(client_row("c-1"), client_row("c-2")), 0)
        assert await first.append(decision(client_row("c-1", "Ana Dias", version=2)), 1)

        await second.catch_up()

        assert second.rows == first.rows
        assert second.partition.positions == first.partition.positions == {CLIENT_EVENTS: 1}
        assert second.partition.end == first.partition.end == 3
        assert {row.key for row in second.told} == set(second.rows)


async def test_a_decision_of_several_rows_lies_together(bootstrap: str, log_topic: str) -> None:
    """Its records have consecutive offsets, each where it claims, all naming the same input."""
    async with owners(bootstrap, log_topic, 1) as (owner,):
        await owner.catch_up()
        assert await owner.append(decision(client_row("c-0")), 0)
        assert await owner.append(decision(*(client_row(f"c-{n}") for n in range(1, 6))), 1)

    records = [found.record for found in await lies_in(bootstrap, log_topic)]

    assert [record.at for record in records if record] == [0, 1, 2, 3, 4, 5]
    assert [record.input.offset for record in records if record and record.input] == [0, 1, 1, 1, 1, 1]


async def test_who_appends_second_is_told_and_has_folded_the_first(bootstrap: str, log_topic: str) -> None:
    """A decision made without knowing of another is nobody's: not its writer's, not the other's."""
    async with owners(bootstrap, log_topic, 3) as (first, second, third):
        await first.catch_up()
        await second.catch_up()
        ana = client_row("c-1", "Ana Dias")

        assert await first.append(decision(ana), 0)
        assert not await second.append(decision(client_row("c-1", "Stranded")), 0)

        assert second.partition.has_decided(CLIENT_EVENTS, 0)
        await first.catch_up()
        await third.catch_up()
        assert first.rows == second.rows == third.rows == {ana.key: ana}


async def test_who_was_too_late_decides_again_in_place(bootstrap: str, log_topic: str) -> None:
    """The second try is made on what the other decided, and stands."""
    async with owners(bootstrap, log_topic, 2) as (first, second):
        await first.catch_up()
        await second.catch_up()
        assert await first.append(decision(client_row("c-1")), 0)
        assert not await second.append(decision(client_row("c-2")), 1)

        assert not second.partition.has_decided(CLIENT_EVENTS, 1)
        assert await second.append(decision(client_row("c-2")), 1)

        await first.catch_up()
        assert first.rows == second.rows
        assert set(first.rows) == {client_row("c-1").key, client_row("c-2").key}


async def test_no_part_of_a_stranded_decision_is_believed(bootstrap: str, log_topic: str) -> None:
    """All its records lie as far from their place as the first, so none of them slips through."""
    async with owners(bootstrap, log_topic, 2) as (first, second):
        await first.catch_up()
        await second.catch_up()
        assert await first.append(decision(client_row("c-1"), client_row("c-2")), 0)
        stranded = [client_row(f"c-{n}", "Stranded") for n in range(1, 5)]
        assert not await second.append(decision(*stranded), 0)

    found = await lies_in(bootstrap, log_topic)

    assert [each.record is None for each in found[:6]] == [False, False, True, True, True, True]


async def test_an_input_that_was_decided_is_a_repeat_for_the_next_owner(
    bootstrap: str, log_topic: str
) -> None:
    """Positions come from the fold, so an input delivered again after a crash is known, and the next one is not."""
    async with owners(bootstrap, log_topic, 2) as (first, second):
        await first.catch_up()
        assert await first.append(decision(client_row("c-1")), 41)

        await second.catch_up()

        assert second.partition.has_decided(CLIENT_EVENTS, 41)
        assert not second.partition.has_decided(CLIENT_EVENTS, 42)


async def test_a_woken_owner_whose_place_is_still_free_is_believed(bootstrap: str, log_topic: str) -> None:
    """Nobody decided meanwhile, so its decision was made on the true state, and it stands."""
    async with owners(bootstrap, log_topic, 2) as (sleeper, successor):
        await sleeper.catch_up()
        await successor.catch_up()

        assert await sleeper.append(decision(client_row("c-1")), 0)
        await successor.catch_up()

        assert successor.rows == sleeper.rows


async def test_positions_never_go_back(bootstrap: str, log_topic: str) -> None:
    """A record of an older version that knows less does not make a decided input undecided."""
    async with owners(bootstrap, log_topic, 1) as (owner,):
        await owner.catch_up()
        assert await owner.append(decision(client_row("c-1")), 9)
        forgetful = records_of(decision(client_row("c-2")), cause(10), 1, {CLIENT_EVENTS: 3})
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
        await producer.start()
        await producer.send_and_wait(
            log_topic, encode(forgetful[0], 0), key=forgetful[0].row.key.encode(), partition=0
        )
        await producer.stop()

        await owner.catch_up()

        assert owner.partition.has_decided(CLIENT_EVENTS, 9)


async def test_a_reader_lets_go_while_it_is_still_asking_for_more(bootstrap: str, log_topic: str) -> None:
    """A worker that is told to stop just then would otherwise hang, since aiokafka overhears it."""
    async with owners(bootstrap, log_topic, 1) as (owner,):
        await owner.catch_up()
        assert await owner.append(decision(client_row("c-1")), 0)

    clock = asyncio.get_running_loop().time
    async with LogReader(bootstrap, log_topic) as reader:
        async for found in reader.read_to_end({0: 0}):
            assert len(found) == 1
            await asyncio.sleep(0.05)  # so that the next request is out, which nothing will answer yet
        asked = clock()
        async with asyncio.timeout(10):  # aiokafka would overhear this one, too
            await reader.__aexit__(None, None, None)
    assert clock() - asked < 5
