"""What a lane does next with an effect: pure, so that every bad day can be played through without a network."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.effects import (
    CreateClient,
    CreateCustomer,
    Effect,
    ListCustomers,
    UpdateClient,
    UpdateCustomer,
    Write,
)
from domain.fields import Values
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.limits import as_written
from domain.meaning import alike
from domain.obstacles import SHUT, Obstacle
from domain.outcomes import (
    ClientMoved,
    ClientSaved,
    CustomerMoved,
    CustomerSaved,
    Failed,
    FailedWhy,
    NotDone,
    Result,
)
from domain.ports import TryLater
from domain.snapshots import Client, Customer
from domain.sweep_pace import AS_PLANNED, SweepPace, due
from domain.switches import lets_through, probe_at, stands_still

CREATED_BEFORE = timedelta(minutes=5)
"""How far QuickBooks' clock may lie behind ours when a lost create is looked for."""

LONGEST_PAUSE_SECONDS = 60.0
LONGEST_UNREADABLE_SECONDS = 900.0
"""What a side shows and nobody can read is there tomorrow as well, and each read of QuickBooks is paid for: some hundred a day are enough to see it mended."""
LONGEST_LOOK_PAUSE_SECONDS = 5.0
"""After an unmatch a person waits for what became of the write; looking costs one read."""
QUICK_LOOKS = 12
"""So many times, for about a minute, whoever has a name is looked for that quickly."""
SHORTEST_PAUSE_SECONDS = 0.5
OUR_TRIES = 5
"""So many times a bug of ours may come of an effect; then it is told, and not tried again by itself."""
OUR_PAUSE_SECONDS = 2.0
"""After the first bug; four times as long after each: five tries take some three minutes."""
THROTTLED_SECONDS = 60.0
"""Intuit: after a 429 wait 60 seconds."""
SHUT_SECONDS = 5.0
"""Long enough for the row to say first that nothing is asked of that company any more."""
LONGEST_ASKED_SECONDS = 3600.0
"""Who asks us to come back in a year is asked again after an hour: it may have been a mistake, and people wait."""


@dataclass(frozen=True, slots=True)
class Send:
    """Ask for it outside now."""


@dataclass(frozen=True, slots=True)
class Look:
    """Send nothing; only see whether it was done."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A switch is off, requests are paused or the company is disconnected: it stays pending, and nothing is asked."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet."""

    until: datetime


Step = Send | Look | Hold | Wait


def next_step(
    effect: Effect, firm: FirmRow, everybody: AllFirmsRow | None, now: datetime, pace: SweepPace = AS_PLANNED
) -> Step:
    """Say what to do with a pending effect. `pace`: of sweeps."""
    stopped = effect.stop_at if isinstance(effect, Write) else None
    if stands_still(effect, firm, everybody):
        # What became of a stopped write can't be looked for meanwhile; at the end of its time that is what is said.
        if stopped is None:
            return Hold()
        return Wait(stopped) if now < stopped else Look(stopped)
    if stopped is not None:
        return Look(stopped)
    if isinstance(effect, Write | CreateClient) and not lets_through(firm.settings, effect):
        return Hold()
    own = due(effect, pace) if isinstance(effect, ListCustomers) else getattr(effect, "not_before", None)
    not_before = probe_at(effect, firm) or own
    if not_before is not None and not_before > now:
        return Wait(not_before)
    return Send()


def due_at(step: Step, rests_until: datetime | None, now: datetime) -> datetime | None:
    """Say when a lane may take an effect up: what is held, rests after a try or has its time to come holds up no other.

    None: not before something changes.
    """
    match step:
        case Wait(until=until):
            return max(until, now)
        case Hold():
            return None
        case _:
            return max(rests_until, now) if rests_until is not None else now


def look_again_seconds(pause: float, until: datetime, now: datetime) -> float:
    """Shorten the pause of one who only looks: a person waits, and `until` is when looking is given up."""
    return max(0.0, min(pause, LONGEST_LOOK_PAUSE_SECONDS, (until - now).total_seconds()))


def pause_seconds(
    later: TryLater, tries: int, jitter: float, longest: float = LONGEST_PAUSE_SECONDS
) -> float:
    """Say how long to wait before try number `tries` + 1, if the answer doesn't: at most `longest` seconds.

    `jitter` in [0, 1) spreads those that failed together.
    """
    if later.after_seconds is not None:
        return min(later.after_seconds, LONGEST_ASKED_SECONDS) * (1 + jitter / 4)
    if later.why is Obstacle.THROTTLED:
        return THROTTLED_SECONDS * (1 + jitter / 4)
    shortest = SHUT_SECONDS if later.why in SHUT else SHORTEST_PAUSE_SECONDS
    grown: float = shortest * 2 ** min(tries, 11)
    return min(grown, longest) * (0.5 + jitter / 2)


def longest_pause(effect: Effect, why: Obstacle) -> float:
    """Say how long to wait at most before an effect is tried again, in seconds."""
    reads = not isinstance(effect, Write | CreateClient)
    return LONGEST_UNREADABLE_SECONDS if reads and why is Obstacle.UNREADABLE else LONGEST_PAUSE_SECONDS


def after_our_error(effect: Effect, raised: int, why: FailedWhy) -> TryLater | Failed:
    """Say what comes of an effect that our own code has raised on `raised` times.

    A stopped write is looked for until its time is over, as after any other failure.
    """
    stopped = isinstance(effect, Write) and effect.stop_at is not None
    if raised >= OUR_TRIES and not stopped:
        return Failed(why=why)
    seconds = OUR_PAUSE_SECONDS * 4 ** min(raised - 1, OUR_TRIES)
    return TryLater(why=Obstacle.OUR_ERROR, may_have_happened=True, after_seconds=seconds)


def after_stale_copy(effect: UpdateCustomer, now: Customer) -> Result:
    """Tell our own lost update, which did happen, from somebody's edit."""
    done = customer_holds(now, effect.values)
    return CustomerSaved(customer=now) if done else CustomerMoved(customer=now)


def after_client_moved(effect: UpdateClient, now: Client) -> Result:
    """Tell our own lost update, which did happen, from somebody's edit."""
    return ClientSaved(client=now) if client_holds(now, effect.values) else ClientMoved(client=now)


def ours_among(effect: CreateCustomer, found: tuple[Customer, ...]) -> CustomerSaved | None:
    """Find the customer that a create of unknown outcome made: created since, with equal fields."""
    ours = [customer for customer in found if customer_holds(customer, effect.values)]
    return CustomerSaved(customer=ours[0]) if len(ours) == 1 else None


def created_since(effect: CreateCustomer) -> datetime:
    """Say from when on a customer may be the one that a create made."""
    return effect.planned_at - CREATED_BEFORE


def fate_of_customer_update(effect: UpdateCustomer, now: Customer) -> Result | None:
    """Say whether a stopped update happened. None: not yet, and it still may.

    Its sync token is its one chance: once the customer has moved past it, it happened or never will.
    """
    if now.sync_token <= effect.sync_token:
        return None
    return CustomerSaved(customer=now) if customer_holds(now, effect.values) else NotDone()


def fate_of_client_update(effect: UpdateClient, now: Client) -> Result | None:
    """Say whether a stopped update happened. None: not yet, and it still may."""
    if now.version <= effect.client_version:
        return None
    return ClientSaved(client=now) if client_holds(now, effect.values) else NotDone()


def customer_holds(customer: Customer, sent: Values) -> bool:
    """Say whether a customer has what was sent, as QuickBooks writes it."""
    return _holds(customer.values, as_written("quickbooks", sent))


def client_holds(client: Client, sent: Values) -> bool:
    """Say whether a client has what was sent."""
    return _holds(client.values, sent)


def _holds(values: Values, sent: Values) -> bool:
    return all(alike(field, values.get(field), value) for field, value in sent.items())
