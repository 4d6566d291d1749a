"""A side shows an older record than we hold: its backup was restored, or we asked one that lags behind.

It is not believed at once, since a copy that lags soon catches up, and an answer of ours may just have been overtaken.
It is looked at again after growing rests, and what then still stands there is the truth: the row's version goes back,
and the rules decide what follows (docs/adr/0020-either-side-may-go-back.md).
"""

from datetime import datetime, timedelta

from domain.remembered import WentBack
from domain.snapshots import Client, Customer

RESTS = tuple(timedelta(seconds=seconds) for seconds in (0, 1, 2, 3))
"""How long we wait before each look. The first may only show that an answer had been overtaken."""

CALMS_AFTER = timedelta(hours=24)
"""A record that went back again within this time is believed more slowly: twice the rests for each time before."""

MOST_DOUBLINGS = 8


def rest_before(look: int, before: WentBack | None, now: datetime) -> timedelta | None:
    """Say how long to wait before look number `look`, from 0 on. None: there were enough, and what they show is true."""
    if look >= len(RESTS):
        return None
    times = before.times if before is not None and now - before.at < CALMS_AFTER else 0
    doublings: int = 2 ** min(times, MOST_DOUBLINGS)
    return RESTS[look] * doublings


def client_is_older(known: Client | None, seen: Client) -> bool:
    """Say whether a client seen at Canopy contradicts the one that we hold, and is not newer."""
    if known is None or seen.version > known.version:
        return False
    return seen.version < known.version or _looks(seen) != _looks(known)


def customer_is_older(known: Customer | None, seen: Customer) -> bool:
    """Say whether a customer seen at QuickBooks has an older token than the one that we hold, or the same from before.

    One that is gone too: an answer that was on its way for long would bring it back as it was before. After a backup was
    restored the same token may stand for two states, and QuickBooks' own time tells which was the later.
    """
    if known is None:
        return False
    return (seen.sync_token, seen.updated_at) < (known.sync_token, known.updated_at)


def is_of_before(back: WentBack | None, version: int, changed_at: datetime) -> bool:
    """Tell a late message about what stood there before the record went back from one about what came after."""
    return back is not None and version <= back.version and changed_at <= back.until


def goes_back(before: WentBack | None, version: int, changed_at: datetime, now: datetime) -> WentBack:
    """Remember from which version a record went back, and until when that had counted.

    A time that lies ahead would make all that people do until then look old.
    """
    again = before is not None and now - before.at < CALMS_AFTER
    return WentBack(
        version=max(version, before.version) if before is not None and again else version,
        until=min(changed_at, now),
        at=now,
        times=(before.times if before is not None and again else 0) + 1,
    )


def _looks(client: Client) -> tuple[object, ...]:
    return client.type, client.presence, client.values
