"""No write without progress: what was asked for in vain is asked for again after a rest, then a longer one, then not.

A write is the same again if it would put the same values into the same record, whatever version it names. It came to
nothing if its outcome left all of that to be done. What lies behind it may be anything: a side that says no to each
version it has itself told us, one that says yes and keeps another value, a rule of ours that never had enough.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from domain.effects import CreateCustomer, UpdateClient, UpdateCustomer, Write
from domain.ids import Side
from domain.lane_policy import client_holds, customer_holds
from domain.outcomes import ClientMoved, ClientSaved, CustomerMoved, CustomerSaved, Result
from domain.remembered import Tried
from domain.replacing import replace
from domain.rows import LinkRow

RESTS = tuple(timedelta(seconds=seconds) for seconds in (0, 1, 2, 4, 8, 16, 32, 60))
"""How long the same write rests after it came to nothing once, twice, and so on.

The first time at once, if its outcome showed a newer record: an edit came in between, as happens every day.
"""

MOST_TRIES = len(RESTS)
"""So often is the same tried by itself; then a person is asked."""

FORGOTTEN_AFTER = timedelta(hours=1)
REMEMBERED = 4
"""How many different writes a link remembers. It has one pending; with these, four that take turns are still seen."""


def side_of(effect: Write) -> Side:
    """Name the side that a write changes."""
    return "canopy" if isinstance(effect, UpdateClient) else "quickbooks"


def tried(link: LinkRow, effect: Write, result: Result, now: datetime) -> LinkRow:
    """Remember that a write came to nothing, or forget it, since it did what it was to do."""
    content = _content_of(effect)
    others = tuple(each for each in link.tried if each.content != content and _counts(each, now))
    if _did_it(effect, result):
        return replace(link, tried=others) if others != link.tried else link
    before = next((each.times for each in link.tried if each.content == content and _counts(each, now)), 0)
    # Where the outcome showed nothing newer, even the first repeat would be the same request again.
    times = before + 1 if _showed_news(effect, result) else max(before, 1) + 1
    mine = Tried(content=content, side=side_of(effect), times=times, at=now)
    return replace(link, tried=(*others, mine)[-REMEMBERED:])


def times_tried(link: LinkRow, effect: Write, now: datetime) -> int:
    """Say how often the same came to nothing lately."""
    content = _content_of(effect)
    return next((each.times for each in link.tried if each.content == content and _counts(each, now)), 0)


def rests_until(link: LinkRow, effect: Write, now: datetime) -> datetime | None:
    """Say until when a write has to rest. None: it may be asked for now."""
    content = _content_of(effect)
    known = next((each for each in link.tried if each.content == content and _counts(each, now)), None)
    until = known.at + RESTS[min(known.times, MOST_TRIES) - 1] if known is not None else now
    return until if until > now else None


def source_changed(link: LinkRow, source: Side) -> LinkRow:
    """Forget the tries of what a side's old values asked for: it has others now."""
    kept = tuple(each for each in link.tried if each.side == source)
    return replace(link, tried=kept) if kept != link.tried else link


def _counts(each: Tried, now: datetime) -> bool:
    return now - each.at < FORGOTTEN_AFTER


def _content_of(effect: Write) -> str:
    match effect:
        case CreateCustomer():
            target = ""
        case UpdateCustomer(customer_id=customer):
            target = customer
        case UpdateClient(client_id=client):
            target = client
    values = sorted((field.value, repr(value)) for field, value in effect.values.items())
    return sha256(repr((effect.kind, target, values)).encode()).hexdigest()[:16]


def _did_it(effect: Write, result: Result) -> bool:
    match result:
        case CustomerSaved(customer=customer):
            return customer_holds(customer, effect.values)
        case ClientSaved(client=client):
            return client_holds(client, effect.values)
        case _:
            return False


def _showed_news(effect: Write, result: Result) -> bool:
    match effect, result:
        case UpdateCustomer(), CustomerMoved(customer=customer):
            return customer.sync_token > effect.sync_token
        case UpdateClient(), ClientMoved(client=client):
            return client.version > effect.client_version
        case _:
            return False
