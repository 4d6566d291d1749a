"""The list of messages that could not be used, for operators, with what somebody has done about each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_

from adapters.store.cursors import cursor_of, place_key
from adapters.store.database import Database
from adapters.store.kept_tables import dead_letter_fates
from adapters.store.letter_fates import fate_in
from adapters.store.read_tables import read_dead_letters
from adapters.store.reading import reading
from adapters.store.views import DeadLetterPage, DeadLetterView, LetterGroup
from domain.ids import FirmId, RealmId
from domain.letters import LetterPlace, State

PAGE = 50
UNKNOWN_REALM = "unknown_realm"

_letters = read_dead_letters.c
_fates = dead_letter_fates.c
_JOINED = read_dead_letters.outerjoin(
    dead_letter_fates,
    and_(
        _letters.partition == _fates.partition,
        _letters.offset == _fates.offset,
        _letters.time == _fates.parked_at,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFilter:
    """Which letters are meant. `firms`: only those that name one of these as their key; None: all.

    `first`: the first letter that Kafka still holds of each partition, as far as that is known.
    """

    firms: frozenset[FirmId] | None = None
    reason: str | None = None
    state: State | None = None
    realm: RealmId | None = None
    first: Mapping[int, int] = field(default_factory=dict)


class DeadLetterList:
    """Reads what the projector collected from `sync.dead-letters`; the original bytes stay there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, wanted: LetterFilter, *, cursor: str | None = None, limit: int = PAGE
    ) -> DeadLetterPage:
        """List them, the newest first."""
        # Within the same moment, by place: a cursor has to name one line.
        key = tuple_(_letters.time, _letters.partition, _letters.offset)
        found = _selected(wanted)
        if cursor is not None:
            partition, offset = place_key(cursor)
            last = select(_letters.time).where(_letters.partition == partition, _letters.offset == offset)
            found = found.where(key < tuple_(last.scalar_subquery(), partition, offset))
        found = found.order_by(_letters.time.desc(), _letters.partition.desc(), _letters.offset.desc())
        async with reading(self._database, "dead_letters") as connection:
            rows = (await connection.execute(found.limit(limit + 1))).all()
        shown = tuple(_view(row) for row in rows[:limit])
        more = len(rows) > limit
        last_place = shown[-1].place if more else None
        return DeadLetterPage(
            letters=shown, cursor=cursor_of(last_place.partition, last_place.offset) if last_place else None
        )

    async def groups(self, wanted: LetterFilter) -> tuple[LetterGroup, ...]:
        """Count those that wait by their reason, the most first; the filter's reason and state don't count."""
        count, oldest = func.count(), func.min(_letters.time, type_=_letters.time.type)
        found = (
            select(_letters.reason, count, oldest)
            .select_from(_JOINED)
            .where(*_scope(wanted), _state(wanted.first) == "waiting")
            .group_by(_letters.reason)
            .order_by(count.desc(), _letters.reason)
        )
        async with reading(self._database, "dead_letters") as connection:
            rows = (await connection.execute(found)).all()
        return tuple(LetterGroup(reason=reason, count=number, oldest=since) for reason, number, since in rows)

    async def one(self, place: LetterPlace, first: Mapping[int, int]) -> DeadLetterView | None:
        """Give one of them."""
        found = _selected(LetterFilter(first=first)).where(
            _letters.partition == place.partition, _letters.offset == place.offset
        )
        async with reading(self._database, "dead_letters") as connection:
            row = (await connection.execute(found)).one_or_none()
        return None if row is None else _view(row)

    async def parked_from(self, sources: Iterable[str]) -> tuple[LetterPlace, ...]:
        """Name the letters that were parked from some places: topic/partition/offset."""
        found = select(_letters.partition, _letters.offset).where(_letters.source.in_(list(sources)))
        async with reading(self._database, "dead_letters") as connection:
            rows = (await connection.execute(found.order_by(_letters.time))).all()
        return tuple(LetterPlace(partition, offset) for partition, offset in rows)

    async def of_company(self, realm: RealmId, first: Mapping[int, int]) -> int:
        """Count the letters that wait for a company to be connected."""
        wanted = LetterFilter(realm=realm, reason=UNKNOWN_REALM, state="waiting", first=first)
        found = select(func.count()).select_from(_selected(wanted).subquery())
        async with reading(self._database, "dead_letters") as connection:
            return int(await connection.scalar(found) or 0)


def realms_text(realms: Iterable[RealmId]) -> str:
    """Write companies so that each can be looked for by itself."""
    return "".join(f",{realm}" for realm in realms) + ","


def _selected(wanted: LetterFilter) -> Select[Any]:
    state = _state(wanted.first)
    found = select(read_dead_letters, dead_letter_fates, state.label("state")).select_from(_JOINED)
    found = found.where(*_scope(wanted))
    if wanted.reason is not None:
        found = found.where(_letters.reason == wanted.reason)
    return found if wanted.state is None else found.where(state == wanted.state)


def _scope(wanted: LetterFilter) -> list[ColumnElement[bool]]:
    scope: list[ColumnElement[bool]] = []
    if wanted.firms is not None:
        scope.append(_letters.key.in_(sorted(wanted.firms)))
    if wanted.realm is not None:
        scope.append(_letters.realms.contains(f",{wanted.realm},", autoescape=True))
    return scope


def _state(first: Mapping[int, int]) -> ColumnElement[str]:
    """Say how a letter stands. What is under way is not settled yet."""
    settled = _fates.done_at.is_not(None)
    if not first:
        return case((settled, _fates.act), else_="waiting")
    lost = or_(*(and_(_letters.partition == each, _letters.offset < at) for each, at in first.items()))
    return case((settled, _fates.act), (lost, "gone"), else_="waiting")


def _view(row: Any) -> DeadLetterView:
    found = row._mapping  # noqa: SLF001  (SQLAlchemy's public name)
    return DeadLetterView(
        place=LetterPlace(found[_letters.partition], found[_letters.offset]),
        key=found[_letters.key],
        reason=found[_letters.reason],
        detail=found[_letters.detail],
        source=found[_letters.source],
        time=found[_letters.time],
        size=found[_letters.size],
        realms=tuple(each for each in found[_letters.realms].split(",") if each),
        state=found["state"],
        fate=fate_in(found) if found[_fates.act] is not None else None,
    )
