"""What became of dead letters, for good: who settled one, when, why and how.

Whoever settles a letter claims it first, in SQL, and sends afterwards: of two at once one goes on. Whoever dies in
between leaves a claim that another one takes over when it has run out, with the places from which on to look for what was
sent. The topics' ends were noted before anything was sent, so what was sent is found there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, select, update

from adapters.store.database import Database
from adapters.store.kept_tables import dead_letter_fates, history
from adapters.store.upsert import insert_first
from adapters.store.views import DeadLetterView, FateView
from domain.ids import RowKey
from domain.letters import Act, Copy, Ends, Sent

CLAIM_HOLDS = timedelta(seconds=60)
"""Longer than Kafka's producer tries to send: by then what was sent is there, or never will be."""

MOST_KEPT = 20
"""So many of the messages that were sent again are named."""

_fates = dead_letter_fates.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A letter that nobody else settles meanwhile. `since`: of one taken over, where its first holder began."""

    token: str
    act: Act
    since: Ends = field(default_factory=dict)
    taken_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Somebody else has settled the letter, or is at it."""

    fate: FateView
    until: datetime


class LetterFates:
    """One row for each letter that somebody did something about."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(
        self,
        letter: DeadLetterView,
        act: Act,
        actor: str,
        reason: str,
        since: Ends,
        now: datetime,
        about: frozenset[RowKey] | None = None,
    ) -> Claim | Held:
        """Claim a letter, or say who has it. `about`: the rows of the people that it names; None: nobody knows."""
        token = uuid4().hex
        place = letter.place
        row = {
            "partition": place.partition,
            "offset": place.offset,
            "parked_at": letter.time,
            "parked_for": letter.reason,
            "source": letter.source,
            "firm_id": letter.key,
            "claim": token,
            "claimed_at": now,
            "done_at": None,
            "sent": [],
            "sent_count": 0,
            "about": lines_of(about) if about is not None else None,
            **_asked(act, actor, reason, since, now),
        }
        async with self._database.write() as connection:
            if await insert_first(connection, dead_letter_fates, row):
                return Claim(token=token, act=act)
            before = (await connection.execute(select(dead_letter_fates).where(_is(letter)))).one()
            until = before.claimed_at + CLAIM_HOLDS
            if before.done_at is not None or now < until:
                return Held(fate=fate_in(before._mapping), until=until)  # noqa: SLF001
            same = and_(_is(letter), _fates.claim == before.claim, _fates.done_at.is_(None))
            taken = update(dead_letter_fates).where(same).values(claim=token, claimed_at=now)
            if (await connection.execute(taken)).rowcount != 1:
                return Held(fate=fate_in(before._mapping), until=now + CLAIM_HOLDS)  # noqa: SLF001
            return Claim(token=token, act=before.act, since=before.since, taken_over=True)

    async def begin_again(
        self,
        letter: DeadLetterView,
        claim: Claim,
        act: Act,
        actor: str,
        reason: str,
        since: Ends,
        now: datetime,
    ) -> bool:
        """Make a claim that was taken over one's own: of its first holder nothing was sent. False: it is lost."""
        return await self._change(letter, claim, _asked(act, actor, reason, since, now))

    async def go_on(self, letter: DeadLetterView, claim: Claim, since: Ends) -> bool:
        """Go on with what the first holder of a claim has begun. `since`: of all that may be sent. False: it is lost."""
        return await self._change(letter, claim, {"since": dict(since)})

    async def renew(self, letter: DeadLetterView, claim: Claim, now: datetime) -> bool:
        """Hold a claim for as long again, from now on. False: it is lost."""
        return await self._change(letter, claim, {"claimed_at": now})

    async def let_go(self, letter: DeadLetterView, claim: Claim, now: datetime) -> None:
        """Leave a claim that was taken over to whoever asks next."""
        await self._change(letter, claim, {"claimed_at": now - CLAIM_HOLDS})

    async def settle(
        self, letter: DeadLetterView, claim: Claim, sent: Sequence[Sent], now: datetime
    ) -> FateView | None:
        """Say that it is done; None: somebody else has taken the claim over since."""
        kept = [asdict(each) for each in sent[:MOST_KEPT]]
        done = {"done_at": now, "sent": kept, "sent_count": len(sent)}
        if not await self._change(letter, claim, done):
            return None
        async with self._database.read() as connection:
            row = (await connection.execute(select(dead_letter_fates).where(_is(letter)))).one()
        return fate_in(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name)

    async def decided(self, fate: FateView) -> tuple[str, str, str] | None:
        """Give verdict and code of what was decided about the first message, and where; None: nothing yet."""
        lines = history.c
        first = fate.sent[0]
        found = (
            select(lines.verdict, lines.code, lines.partition, lines.offset)
            .where(lines.input_id == first.id, lines.input_topic == first.topic, lines.time >= fate.asked_at)
            .order_by(lines.time.desc(), lines.offset.desc())
        )
        async with self._database.read() as connection:
            row = (await connection.execute(found.limit(1))).one_or_none()
        return None if row is None else (row.verdict, row.code, f"p{row.partition}:{row.offset}")

    async def was_decided(self, copy: Copy) -> bool:
        """Say whether a message of this id was decided already."""
        lines = history.c
        found = select(lines.offset).where(lines.input_id == copy.id, lines.firm_id == copy.firm)
        async with self._database.read() as connection:
            return await connection.scalar(found.limit(1)) is not None

    async def _change(self, letter: DeadLetterView, claim: Claim, values: Mapping[str, Any]) -> bool:
        own = and_(_is(letter), _fates.claim == claim.token, _fates.done_at.is_(None))
        async with self._database.write() as connection:
            changed = await connection.execute(update(dead_letter_fates).where(own).values(**values))
        return changed.rowcount == 1


def fate_in(row: Mapping[Any, Any]) -> FateView:
    """Read a fate out of a row."""
    return FateView(
        act=row[_fates.act],
        actor=row[_fates.actor],
        reason=row[_fates.reason],
        asked_at=row[_fates.asked_at],
        done_at=row[_fates.done_at],
        sent=tuple(Sent(**each) for each in row[_fates.sent]),
        sent_count=row[_fates.sent_count],
    )


def lines_of(keys: Iterable[RowKey]) -> str:
    """Write rows so that each is found by the line that it stands in."""
    return "".join(f"\n{key}\n" for key in sorted(keys))


def _is(letter: DeadLetterView) -> ColumnElement[bool]:
    place = letter.place
    return and_(
        _fates.partition == place.partition,
        _fates.offset == place.offset,
        _fates.parked_at == letter.time,
    )


def _asked(act: Act, actor: str, reason: str, since: Ends, now: datetime) -> dict[str, Any]:
    # Kafka's stamps are whole milliseconds: what was sent in the same one was sent after.
    moment = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return {"act": act, "actor": actor, "reason": reason, "asked_at": moment, "since": dict(since)}
