"""Compaction keeps a key's last record, believed or not: so the last one is made the true one."""

import asyncio

from domain.firm_rows import AllFirmsRow
from domain.ids import ALL_FIRMS
from domain.rows import Tombstone
from tests.integration.log.owners import Owner, client_row, decision, lies_in, owners


async def _last_of_each_key(bootstrap: str, topic: str) -> dict[str, object]:
    """What compaction would leave: the row, or None where nobody believes it."""
    return {
        (found.key or b"").decode(): found.record and found.record.row
        for found in await lies_in(bootstrap, topic)
    }


async def test_what_goes_for_all_firms_is_written_again_too(bootstrap: str, log_topic: str) -> None:
    """Its row is of no one firm, and neither is what says that there is none."""
    paused = AllFirmsRow(partition=0, version=1)
    async with owners(bootstrap, log_topic, 2) as (first, second):
        await first.catch_up()
        await second.catch_up()
        assert await first.append(decision(client_row("c-1", "Ana Dias")), 0)
        assert not await second.append(decision(paused), 0)
        await second.catch_up()

    last = await _last_of_each_key(bootstrap, log_topic)
    assert last[paused.key] == Tombstone(key=paused.key, firm_id=ALL_FIRMS)


async def _strand(first: Owner, second: Owner) -> None:
    """Let `first` write c-1, and `second` c-1 and c-2 in the same place."""
    await first.catch_up()
    await second.catch_up()
    assert await first.append(decision(client_row("c-1", "Ana Dias")), 0)
    assert not await second.append(decision(client_row("c-1", "Stranded"), client_row("c-2", "Stranded")), 0)


async def test_a_row_hidden_by_a_disbelieved_record_is_written_again(bootstrap: str, log_topic: str) -> None:
    """The true row comes last again, unchanged; a key that has no true row says so."""
    async with owners(bootstrap, log_topic, 2) as (first, second):
        await _strand(first, second)

    ana, none = client_row("c-1", "Ana Dias"), client_row("c-2")
    assert await _last_of_each_key(bootstrap, log_topic) == {
        ana.key: ana,
        none.key: Tombstone(key=none.key, firm_id=none.firm_id),
    }


async def test_a_repair_decides_nothing(bootstrap: str, log_topic: str) -> None:
    """It names no input, keeps the row's version, and a key without a true row stays without one."""
    async with owners(bootstrap, log_topic, 3) as (first, second, third):
        await _strand(first, second)
        await third.catch_up()

        assert set(third.rows) == {client_row("c-1").key}
        repairs = [found.record for found in (await lies_in(bootstrap, log_topic))[3:]]
        assert [record.code for record in repairs if record] == ["repair", "repair"]
        assert [record.input for record in repairs if record] == [None, None]
        assert third.partition.positions == first.partition.positions


async def test_what_was_written_since_needs_no_repair(bootstrap: str, log_topic: str) -> None:
    """A believed record behind the disbelieved one is the newest already."""
    async with owners(bootstrap, log_topic, 2) as (first, second):
        await _strand(first, second)
        await first.catch_up()
        before = first.partition.end

        await first.catch_up()
        await second.catch_up()

        assert first.partition.end == second.partition.end == before == 5


async def test_two_owners_that_repair_at_once_leave_the_truth_last(bootstrap: str, log_topic: str) -> None:
    """Each may land behind the other's repair; both look again until nothing hides a row."""
    async with owners(bootstrap, log_topic, 4) as (first, second, third, fourth):
        await _strand(first, second)
        await asyncio.gather(third.catch_up(), fourth.catch_up())
        # Two decisions at once in one place, over and over: the loser's repair meets the winner's next one, and
        # a loser's stranded record may even strand the other's.
        wrote: list[bool] = []
        for offset in range(1, 7):
            pair = (decision(client_row("c-1", f"{name} {offset}")) for name in ("third", "fourth"))
            wrote += await asyncio.gather(
                *(owner.append(each, offset) for owner, each in zip((third, fourth), pair, strict=True))
            )
        await asyncio.gather(*(owner.catch_up() for owner in (first, second, third, fourth)))
        await first.catch_up()

        last = await _last_of_each_key(bootstrap, log_topic)
        assert True in wrote
        assert False in wrote
        assert {key: row for key, row in last.items() if not isinstance(row, Tombstone)} == first.rows
