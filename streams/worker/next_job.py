"""What a row's lane takes up next: the most urgent of what the row asks for, once its time has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.effects import Effect, ReadCustomer, UpdateCustomer
from domain.ids import EffectId, FirmId
from domain.inputs import Cause
from domain.lane_policy import due_at
from domain.urgency import Urgency, urgency_of
from streams.wire.traces import Place, place_of_effect
from streams.worker.attempts import Attempts
from streams.worker.partition_context import PartitionContext, Wanted
from streams.worker.shared_updates import Change

SHARES = (Urgency.CHANGE, Urgency.BATCH, Urgency.BULK)
"""Classes of which changes may share a request: nobody waits for one of them alone."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a lane takes up next. `queue`: where it waits for its turn; the same queue is the same place in it.

    The cause is looked up early: once the outcome is decided, the log's rows name the effect no more.
    """

    effect: Effect
    attempts: Attempts
    urgency: Urgency
    cause: Cause | None
    queue: tuple[object, ...] | None

    @property
    def place(self) -> Place:
        """Say where it stands in its trace."""
        return place_of_effect(self.effect.id, self.cause)

    @property
    def reads_with_others(self) -> bool:
        """Say whether one request reads its customer and others that wait."""
        return _reads_with_others(self.effect, self.urgency)

    @property
    def change(self) -> Change | None:
        """Give what of it may share a request."""
        effect, attempts = self.effect, self.attempts
        shares = self.urgency in SHARES and attempts.goes_along(effect)
        return Change(effect, attempts) if shares and isinstance(effect, UpdateCustomer) else None


class Jobs:
    """Chooses among what one row asks for, and remembers what each effect's attempts came to."""

    def __init__(self, context: PartitionContext, firm: FirmId) -> None:
        self._context = context
        self._firm = firm
        self._attempts: dict[EffectId, Attempts] = {}

    def next(self, waiting: Sequence[Wanted]) -> Job | None:
        """Choose the most urgent of what may be asked for now; among equals the first."""
        now = self._context.outside.clock.now()
        due = [each for each in waiting if self._due_at(each, now) == now]
        if not due:
            return None
        chosen = min(due, key=lambda each: tuple(Urgency).index(self._urgency(each.effect)))
        return self.of(chosen.effect, self._attempts_of(chosen, waiting))

    def of(self, effect: Effect, attempts: Attempts) -> Job:
        """Make a job of an effect whose attempts are known."""
        urgency = self._urgency(effect)
        queue = _queue(effect, attempts, urgency)
        return Job(effect, attempts, urgency, self._context.cause_of(effect.id), queue)

    def seconds_until_due(self, waiting: Sequence[Wanted]) -> float | None:
        """Say how long nothing of it is due; None: until the row changes."""
        now = self._context.outside.clock.now()
        times = [at for each in waiting if (at := self._due_at(each, now)) is not None]
        return (min(times) - now).total_seconds() if times else None

    def _urgency(self, effect: Effect) -> Urgency:
        return urgency_of(effect, self._context.origin_of(effect.id))

    def _due_at(self, wanted: Wanted, now: datetime) -> datetime | None:
        attempts = self._attempts.get(wanted.effect.id)
        rests_until = attempts.rests_until(wanted.effect) if attempts is not None else None
        return due_at(wanted.step(now), rests_until, now)

    def _attempts_of(self, due: Wanted, waiting: Sequence[Wanted]) -> Attempts:
        """Give what is known of an effect's attempts; of what the row no longer asks for, it is forgotten."""
        wanted = {each.effect.id for each in waiting}
        self._attempts = {known: attempts for known, attempts in self._attempts.items() if known in wanted}
        outside = self._context.outside
        new = Attempts(
            self._firm,
            due.realm,
            outside.quickbooks,
            outside.canopy,
            outside.clock.now(),
            canopy_keeps_keys=outside.canopy_keeps_keys,
        )
        return self._attempts.setdefault(due.effect.id, new)


def _reads_with_others(effect: Effect, urgency: Urgency) -> bool:
    return isinstance(effect, ReadCustomer) and urgency is Urgency.READ


def _queue(effect: Effect, attempts: Attempts, urgency: Urgency) -> tuple[object, ...] | None:
    """Name the queue in which it waits: a side's and its urgency; reads wait together, each for its own answer. None: it asks nobody."""
    side = attempts.asks(effect)
    if side is None:
        return None
    alone = (effect.id,) if _reads_with_others(effect, urgency) else ()
    return side, attempts.realm, urgency, *alone
