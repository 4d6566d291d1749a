"""Who waits for the log is told by it, also of what came between asking and listening."""

import asyncio

import pytest

from domain.decision import Verdict
from domain.ids import ClientId, FirmId
from domain.projection import Decided, Stretch
from domain.rows import LinkRow
from streams.kafka.firm_news import MOST_ROWS
from streams.kafka.log_tail import LogTail
from tests.patience import PATIENCE_SECONDS

FIRM = FirmId("f-1")


def stretch(offset: int, firm: FirmId = FIRM) -> Stretch:
    row = LinkRow(firm_id=firm, client_id=ClientId(f"c-{offset}"))
    line = Decided(
        partition=0, offset=offset, version=1, verdict=Verdict.APPLIED, code="match", row=row, cause=None
    )
    return Stretch(partition=0, first=offset, next_offset=offset + 3, decided=(line,))


async def test_what_was_decided_before_anybody_listened_is_not_missed() -> None:
    """A watch counts from when it was opened; the position is behind all that was read with it."""
    tail = LogTail()
    with tail.watch(FIRM) as watch:
        tail.feed(stretch(4))
        seen = await watch.first(lambda line: line.offset == 4)

    assert seen.next_offset == 7


async def test_who_waits_is_woken_by_the_record_itself() -> None:
    """Others of the firm, and of other firms, pass by."""
    tail = LogTail()
    with tail.watch(FIRM) as watch:
        waiting = asyncio.create_task(watch.first(lambda line: line.offset == 6))
        for each in (stretch(4), stretch(6, FirmId("f-2")), stretch(5), stretch(6)):
            await asyncio.sleep(0)
            tail.feed(each)

        assert (await waiting).decided.row.firm_id == FIRM


async def test_a_closed_watch_is_forgotten() -> None:
    """Nothing is kept for who has gone."""
    tail = LogTail()
    with pytest.raises(TimeoutError), tail.watch(FIRM) as watch:
        async with asyncio.timeout(0.01):
            await watch.first(lambda _: True)

    assert not tail._watches


async def test_who_listens_hears_the_newest_of_each_row_once() -> None:
    """However slow they are; other firms are none of theirs, and the position is behind all of it."""
    tail = LogTail()
    with tail.listen(FIRM) as listening:
        for each in (stretch(4), stretch(5), stretch(6, FirmId("f-2")), stretch(4)):
            tail.feed(each)
        news = await listening.next()

    assert [seen.decided.offset for seen in news.seen] == [5, 4]
    assert not news.missed
    assert tail.position(0) == 7


async def test_who_is_far_too_slow_is_told_to_look_at_everything() -> None:
    """What is kept for them is bounded; after that they hear again."""
    tail = LogTail()
    with tail.listen(FIRM) as listening:
        for offset in range(MOST_ROWS + 2):
            tail.feed(stretch(offset))
        far = await listening.next()
        tail.feed(stretch(MOST_ROWS + 2))
        near = await listening.next()

    assert (far.missed, far.seen) == (True, ())
    assert (near.missed, len(near.seen)) == (False, 1)
    assert not tail._watches


async def test_listening_can_be_ended_from_elsewhere() -> None:
    """The next news is the last, at once."""
    with LogTail().listen(FIRM) as listening:
        listening.end()

        async with asyncio.timeout(PATIENCE_SECONDS):
            assert (await listening.next()).over
