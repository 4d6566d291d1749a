"""Which notifications a read has answered, so that none is read twice and none is lost (docs/adr/0021-a-read-answers-earlier-notifications.md).

A read answers what was taken in before it began, whatever the clocks say. That a notification comes again is told by
its own time, compared with the time of those that were answered, and never with the record's: the one may have
milliseconds and the other whole seconds, and either may lag.
"""

from datetime import datetime, timedelta

from domain.remembered import Answered
from domain.replacing import replace
from domain.rows import CustomerRow

STAMPS_APART = timedelta(seconds=5)
"""How far the clocks of those who write to our topics may lie apart."""

SECOND_IS_OVER = timedelta(seconds=2)
"""After a notification was taken in: the whole second that it names is over, and all that was saved in it to be seen."""

LONG_BEFORE = timedelta(minutes=1)
"""A notification so much older than the record's last change tells of what we hold already."""


def own_time(told: datetime, taken_in: datetime) -> datetime:
    """Give a notification's own time; one that lies further ahead would make all until then look old."""
    return told if told <= taken_in + STAMPS_APART else taken_in


def is_answered(row: CustomerRow, own: datetime, taken_in: datetime) -> bool:
    """Say whether what a notification tells of is known for certain."""
    answered, known = row.answered, row.customer
    if answered is not None and _is_answered_by(answered, own, taken_in):
        return True
    return known is not None and not known.gone and own + LONG_BEFORE <= known.updated_at


def read_not_before(row: CustomerRow, own: datetime) -> datetime | None:
    """Put a read off until the second is over in which more may be saved; None: it is, or the notification is new."""
    answered = row.answered
    if answered is None or answered.notice is None or answered.taken_in is None or own > answered.notice:
        return None
    return answered.taken_in + SECOND_IS_OVER


def noticed(row: CustomerRow, own: datetime, taken_in: datetime, *, begun: bool) -> CustomerRow:
    """Keep what the next answer has to cover. `begun`: the pending read has, so it may miss this."""
    if row.noticed_at is None or own > row.noticed_at:
        row = replace(row, noticed_at=own, noticed_in=taken_in)
    if not row.reads:
        return replace(row, noticed_again=False)
    if row.read_from is not None and taken_in + STAMPS_APART <= row.read_from:
        return row  # it lay in its topic when that read was asked for
    if begun:
        return replace(row, noticed_again=True)
    return replace(row, read_from=max(row.read_from or taken_in, taken_in))


def answered_by_read(row: CustomerRow) -> CustomerRow:
    """Take note that the pending read is back. What came after it had begun is still to be read."""
    before = row.answered
    now = Answered(
        notice=before.notice if before is not None else None,
        taken_in=before.taken_in if before is not None else row.read_from,
        read_from=row.read_from,
    )
    if row.noticed_again:
        return replace(row, answered=now)
    if row.noticed_at is not None and (now.notice is None or row.noticed_at > now.notice):
        now = replace(now, notice=row.noticed_at, taken_in=row.noticed_in)
    return replace(row, answered=now, noticed_at=None, noticed_in=None)


def _is_answered_by(answered: Answered, own: datetime, taken_in: datetime) -> bool:
    if answered.read_from is not None and taken_in + STAMPS_APART <= answered.read_from:
        return True
    notice = answered.notice
    if notice is None or own > notice:
        return False
    if own.microsecond and own == notice:
        return True  # the very same once more: no two changes have one moment
    if own < notice and (own.microsecond or own + timedelta(seconds=1) <= notice):
        return True
    # A whole second stands for all of it, and more may have been saved in it since that read began.
    since = answered.taken_in
    return (
        since is not None and answered.read_from is not None and since + SECOND_IS_OVER <= answered.read_from
    )
