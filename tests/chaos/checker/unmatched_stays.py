"""C4: once an unmatch is answered, nothing is written for that link until a later decision links it again.

The answer is given when the row that says so is in the log, and the broker stamps that moment. A worker that was
paused cannot know what happened meanwhile: what it had already handed to its sockets leaves as it wakes. Such
writes within a second of a wake-up are counted, not judged.

A worker that takes a partition over asks again for what its forerunner had begun, under the same request id. What the
forerunner did may then be decided, and the unmatch answered, while that second request is on its way. The side
answers it from memory and writes nothing. It is counted too, for as long as a request may be on its way.
"""

from .history import Finding, History
from .log import Log, Record
from .writes import writes

AFTER_WAKING_MS = 1000.0
ON_ITS_WAY_MS = 1000.0


def judge(history: History, log: Log) -> Finding:
    """Look for each write at the state of its link when it was received."""
    found = Finding()
    links = log.links()
    for records in links.values():
        found.counts["unmatches answered"] += sum(
            _is_unmatched(record) and (n == 0 or not _is_unmatched(records[n - 1]))
            for n, record in enumerate(records)
        )
    done: set[str] = set()
    for write in writes(history, log):
        effect, request = write.effect, write.request
        if effect is None or effect.client is None:
            continue
        is_repeated = effect.id in done and request.status in {200, 201} and not request.committed
        if request.committed:
            done.add(effect.id)
        before, then = _around(links.get((effect.firm, effect.client), []), request.time)
        if not before:
            continue
        now = before[-1]
        possible = [now, *then]
        if not any(each["id"] == effect.id for record in possible for each in record.row["pending"]):
            found.counts["writes received when their effect was settled already"] += 1
        if not all(_is_unmatched(record) for record in possible):
            continue
        late_by = request.time - _answered_at(before)
        if is_repeated and late_by <= ON_ITS_WAY_MS:
            found.counts["writes asked for again, after an unmatch, that changed nothing"] += 1
            continue
        if any(woken <= request.time <= woken + AFTER_WAKING_MS for woken in history.woken):
            found.counts["writes after an unmatch, within 1 s of a wake-up"] += 1
            continue
        found.violation(
            "C4",
            "a write was received after its unmatch was answered",
            side=request.side,
            n=request.n,
            firm=effect.firm,
            client=effect.client,
            request_id=request.request_id,
            status=request.status,
            committed=request.committed,
            late_by_ms=round(late_by),
            woken_before_ms=_since(history.woken, request.time),
            unmatched_at=f"sync.log/{now.partition}/{now.offset}",
        )
    return found


def _around(records: list[Record], moment: float) -> tuple[list[Record], list[Record]]:
    """Give the records from before a moment, and those of the very millisecond: which came first nobody can tell."""
    return [each for each in records if each.time < moment], [each for each in records if each.time == moment]


def _since(moments: tuple[float, ...], moment: float) -> int | None:
    """Give the milliseconds since the last of the moments before this one."""
    before = [each for each in moments if each <= moment]
    return round(moment - max(before)) if before else None


def _is_unmatched(record: Record) -> bool:
    return (record.row["status"], record.row["reason"]) == ("not_synced", "unmatched")


def _answered_at(records: list[Record]) -> int:
    """Give the time of the first record of the last run that says unmatched."""
    answered = records[-1].time
    for record in reversed(records):
        if not _is_unmatched(record):
            break
        answered = record.time
    return answered
