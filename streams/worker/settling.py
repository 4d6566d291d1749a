"""What comes of an answer: it is told to the row as an outcome, or the effect rests so that other work has its turn."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from domain.breaker import Closed
from domain.effects import Effect
from domain.ids import FirmId, RowKey
from domain.obstacles import Obstacle
from domain.outcomes import Deferred, Failed, Result
from domain.ports import TryLater
from streams.wire.meters import EFFECTS, count_deferred
from streams.wire.mishap import place_of
from streams.wire.outcome_events import UnwritableOutcomeError
from streams.wire.traces import span_of_effect
from streams.worker.attempts import Attempts, Rest
from streams.worker.next_job import Job
from streams.worker.partition_context import PartitionContext

log = structlog.get_logger()

JUST_AFTER_SECONDS = 0.001
"""The two clocks round differently: who comes a microsecond too soon would be sent away again and again."""

Answer = Result | TryLater | Closed | None
"""What became of a job; None: nothing, since something else is wanted by now."""


def failed_by_us(effect: Effect, attempts: Attempts, wrong: Exception) -> TryLater | Failed:
    """Take note of a bug of ours."""
    cause = wrong.__cause__ if isinstance(wrong, UnwritableOutcomeError) and wrong.__cause__ else wrong
    log.error("effect_raised", error=type(cause).__name__, where=place_of(cause))
    return attempts.failed(effect, "unwritable" if isinstance(wrong, UnwritableOutcomeError) else "raised")


@dataclass(frozen=True, slots=True)
class Settling:
    """Settles the jobs of one row."""

    context: PartitionContext
    firm: FirmId
    key: RowKey

    async def settle(self, job: Job, answer: Answer) -> None:
        """Tell an answer to the row, or let the effect rest."""
        match answer:
            case None:
                pass  # the lane looks again at what is wanted
            case TryLater():
                await self._put_off(job, answer)
            case Closed():
                await self._wait_until_open(job, answer)
            case _:
                await self._done(job, answer)

    async def _put_off(self, job: Job, answer: TryLater) -> None:
        """Let it rest, so that other work of the row has its turn; a long rest is told to the row."""
        clock = self.context.outside.clock
        rest = job.attempts.put_off(job.effect, answer, clock.jitter(), clock.now())
        await self._tell_rest(job, rest, answer.why)
        count_deferred(job.effect.kind, answer.why)
        log.info("effect_deferred", why=answer.why, tries=job.attempts.tries)

    async def _wait_until_open(self, job: Job, closed: Closed) -> None:
        """Let it rest, untried, until its side is asked again."""
        clock = self.context.outside.clock
        now = clock.now()
        left = max(closed.until - clock.monotonic(), 0.0) + JUST_AFTER_SECONDS
        until = now + timedelta(seconds=left)
        await self._tell_rest(job, job.attempts.wait_until(job.effect, until, now), closed.why)

    async def _tell_rest(self, job: Job, rest: Rest, why: Obstacle) -> None:
        if rest.is_news:
            await self._report(job, Deferred(until=rest.until, why=why))

    async def _done(self, job: Job, result: Result) -> None:
        await self._report(job, result)
        self.context.answered.add(job.effect.id)
        outside = self.context.outside
        if outside.spans is not None:
            now = outside.clock.now()
            outside.spans.record(
                span_of_effect(self.key, job.effect, job.cause, result, job.attempts.since, now)
            )
        EFFECTS.labels(job.effect.kind, result.kind).inc()
        log.info("effect_done", outcome=result.kind)

    async def _report(self, job: Job, result: Result) -> None:
        await self.context.outside.outcomes.report(
            self.firm, self.key, job.effect.id, result, job.attempts.realm, job.place
        )
