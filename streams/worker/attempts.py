"""One effect on its way outside: asks, and turns what was answered into an outcome or into another try."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from domain.effects import (
    CheckCustomers,
    CreateClient,
    CreateCustomer,
    Effect,
    FindHolder,
    ListClients,
    ListCustomers,
    PlanLinks,
    ReadClient,
    ReadCustomer,
    UpdateClient,
    UpdateCustomer,
    Write,
)
from domain.fields import Field
from domain.ids import FirmId, RealmId, Side
from domain.lane_policy import (
    LONGEST_LOOK_PAUSE_SECONDS,
    QUICK_LOOKS,
    after_client_moved,
    after_our_error,
    after_stale_copy,
    created_since,
    fate_of_client_update,
    fate_of_customer_update,
    longest_pause,
    look_again_seconds,
    ours_among,
    pause_seconds,
)
from domain.obstacles import SHUT, Obstacle
from domain.outcomes import (
    ClientGone,
    ClientMoved,
    ClientRead,
    CustomerGone,
    Failed,
    FailedWhy,
    NameTaken,
    NotDone,
    Result,
    StepDue,
    Unconfirmed,
)
from domain.ports import Canopy, QuickBooks, StaleCopy, TryLater, UpdateCustomerAnswer
from domain.snapshots import Client
from domain.switches import asks_quickbooks

TOLD_AFTER_SECONDS = 2.0
"""A pause longer than this is told to the row, so that people see it wait and why."""
TOLD_AGAIN_SECONDS = 30.0
MOST_TOGETHER = 100
"""Customers in one query: what one message of ours holds."""

NOT_YET = TryLater(why=Obstacle.NOT_YET_KNOWN, may_have_happened=False)


@dataclass(frozen=True, slots=True)
class Rest:
    """A try that settled nothing: the effect as it was then, and when the next one is due.

    `is_news`: it is long, and the row has not been told.
    """

    effect: Effect
    until: datetime
    is_news: bool


@dataclass(slots=True)
class Attempts:
    """What is known of one effect's attempts.

    `started`: we have asked for it. `may_have_happened`: a request of it, ours or another worker's, may have been
    carried out. `raised`: so many tries ended in a bug of ours. `rests`: it is asked for again at a time, unless something else is wanted of it before.
    `told_until`: until when people have been told that it waits. `since`: when its lane came to it first.
    `together`: with how many others at most a read may share a request; 1: it is asked for alone.
    `canopy_keeps_keys`: a new client that is asked for twice is made once.
    """

    firm: FirmId
    realm: RealmId
    quickbooks: QuickBooks
    canopy: Canopy
    since: datetime
    started: bool = False
    may_have_happened: bool = False
    tries: int = 0
    raised: int = 0
    rests: Rest | None = None
    told_until: datetime | None = None
    together: int = MOST_TOGETHER
    canopy_keeps_keys: bool = True

    def asks(self, effect: Effect) -> Side | None:
        """Say at which side a try needs a turn: what is stopped and was never carried out needs no look either."""
        if isinstance(effect, PlanLinks) or (isinstance(effect, CheckCustomers) and not effect.customer_ids):
            return None
        stopped = isinstance(effect, Write) and effect.stop_at is not None
        if stopped and self.started and not self.may_have_happened:
            return None
        if self._might_be_made_twice(effect):
            return None
        return "quickbooks" if asks_quickbooks(effect) else "canopy"

    def wait_until(self, effect: Effect, until: datetime, now: datetime) -> Rest:
        """Let it rest untried: whoever it would ask is asked nothing until then."""
        return self._rest(effect, (until - now).total_seconds(), now, told_at_once=False)

    def put_off(self, effect: Effect, answer: TryLater, jitter: float, now: datetime) -> Rest:
        """Let it rest after a try that settled nothing. `jitter` in [0, 1) spreads those that failed together."""
        # A company that lets us in no longer is told of whatever met it, so that all of its work stops at the first.
        shut = answer.why in SHUT and asks_quickbooks(effect)
        # Who asks whether it does again was answered, if not as it should be.
        let_in = isinstance(effect, ListCustomers) and answer.why is Obstacle.REFUSED
        seconds = self._pause_after(effect, answer, jitter, now)
        return self._rest(effect, seconds, now, told_at_once=shut or let_in)

    def _rest(self, effect: Effect, seconds: float, now: datetime, *, told_at_once: bool) -> Rest:
        until = now + timedelta(seconds=seconds)
        told = self.told_until is not None and until <= self.told_until
        is_news = told_at_once or (seconds > TOLD_AFTER_SECONDS and not told and isinstance(effect, Write))
        if is_news:
            self.told_until = until + timedelta(seconds=TOLD_AGAIN_SECONDS)
        self.rests = Rest(effect, until, is_news)
        return self.rests

    def _pause_after(self, effect: Effect, answer: TryLater, jitter: float, now: datetime) -> float:
        seconds = pause_seconds(answer, self.tries, jitter, longest_pause(effect, answer.why))
        if answer.why is Obstacle.THROTTLED:
            return seconds
        if isinstance(effect, Write) and effect.stop_at is not None:
            return look_again_seconds(seconds, effect.stop_at, now)
        if isinstance(effect, FindHolder) and self.tries <= QUICK_LOOKS:
            # A person sits before the question and waits for who it is.
            return min(seconds, LONGEST_LOOK_PAUSE_SECONDS)
        return seconds

    def rests_until(self, effect: Effect) -> datetime | None:
        """Say until when it rests as it is wanted now. None: it does not."""
        return self.rests.until if self.rests is not None and self.rests.effect == effect else None

    def failed(self, effect: Effect, why: FailedWhy) -> TryLater | Failed:
        """Say what comes of it after a bug of ours: another try, or after some of them none."""
        self.raised += 1
        self.may_have_happened = True
        return after_our_error(effect, self.raised, why)

    async def send(self, effect: Effect) -> Result | TryLater:
        """Ask for it, once."""
        self.tries += 1
        answer = await self._ask(effect)
        if isinstance(answer, TryLater):
            self.may_have_happened = self.may_have_happened or answer.may_have_happened
        return answer

    def goes_along(self, effect: Effect) -> bool:
        """Say whether it may share a request: a change of single fields that was not tried before.

        So what a request of many did not settle is asked for alone, and by the code for one.
        """
        return isinstance(effect, UpdateCustomer) and not effect.whole and self.tries == 0

    def told_along(self, answer: UpdateCustomerAnswer) -> Result | TryLater | None:
        """Take in what a request of many says of it. None: only asking for it alone can tell."""
        match answer:
            case StaleCopy():
                return None  # it is read then, which takes a turn of its own
            case TryLater():
                self.may_have_happened = self.may_have_happened or answer.may_have_happened
        return answer

    async def look(self, effect: Write, until: datetime, now: datetime) -> Result | TryLater:
        """See whether a stopped write was done, sending nothing."""
        if not self.may_have_happened:
            return NotDone()
        if now >= until:
            return Unconfirmed()
        self.tries += 1
        fate = await self._fate(effect)
        return fate or NOT_YET

    async def _ask(self, effect: Effect) -> Result | TryLater:
        match effect:
            case CreateCustomer():
                return await self._create(effect)
            case UpdateCustomer():
                return await self._update_customer(effect)
            case UpdateClient():
                changed = await self.canopy.update_client(self.firm, effect)
                return (
                    after_client_moved(effect, changed.client)
                    if isinstance(changed, ClientMoved)
                    else changed
                )
            case CreateClient():
                # Where Canopy keeps the key and its answer, a lost one needs no search: the same is asked again.
                twice = self._might_be_made_twice(effect)
                return Unconfirmed() if twice else await self.canopy.add_client(self.firm, effect)
            case ReadClient():
                client = await self.canopy.read_client(self.firm, effect.client_id)
                return ClientRead(client=client) if isinstance(client, Client) else client
            case ReadCustomer():
                return await self.quickbooks.read_customer(self.realm, effect.customer_id)
            case FindHolder():
                return await self.quickbooks.find_holders(self.realm, effect.names)
            case ListCustomers():
                return await self.quickbooks.list_customers(self.realm, effect.cursor, effect.since)
            case CheckCustomers():
                return await self.quickbooks.read_customers(self.realm, effect.customer_ids)
            case ListClients():
                return await self.canopy.list_clients(self.firm, effect.cursor)
            case PlanLinks():
                return StepDue()
            case _:
                assert_never(effect)

    def _might_be_made_twice(self, effect: Effect) -> bool:
        return isinstance(effect, CreateClient) and self.may_have_happened and not self.canopy_keeps_keys

    async def _create(self, effect: CreateCustomer) -> Result | TryLater:
        answer = await self.quickbooks.create_customer(self.realm, effect)
        if not isinstance(answer, NameTaken) or not self.may_have_happened:
            return answer
        # The name may be taken by the customer that our own lost request created.
        found = await self._created(effect)
        return found or answer

    async def _created(self, effect: CreateCustomer) -> Result | TryLater | None:
        name = effect.values.get(Field.DISPLAY_NAME)
        if not isinstance(name, str):
            return None
        found = await self.quickbooks.find_created(self.realm, name, created_since(effect))
        return found if isinstance(found, TryLater) else ours_among(effect, found)

    async def _update_customer(self, effect: UpdateCustomer) -> Result | TryLater:
        answer = await self.quickbooks.update_customer(self.realm, effect)
        if not isinstance(answer, StaleCopy):
            return answer
        read = await self.quickbooks.read_customer(self.realm, effect.customer_id)
        return read if isinstance(read, TryLater | CustomerGone) else after_stale_copy(effect, read.customer)

    async def _fate(self, effect: Write) -> Result | TryLater | None:
        match effect:
            case CreateCustomer():
                return await self._created(effect)
            case UpdateCustomer():
                read = await self.quickbooks.read_customer(self.realm, effect.customer_id)
                if isinstance(read, TryLater | CustomerGone):
                    return read
                return fate_of_customer_update(effect, read.customer)
            case UpdateClient():
                client = await self.canopy.read_client(self.firm, effect.client_id)
                if isinstance(client, TryLater | ClientGone):
                    return client
                return fate_of_client_update(effect, client)
            case _:
                assert_never(effect)
