"""What happened in a firm: its decisions, found by time, actor, kind, client, batch and the version that decided."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from adapters.store.cursors import cursor_of, place_key
from adapters.store.database import Database
from adapters.store.kept_tables import history
from adapters.store.row_json import any_row, link_row
from adapters.store.views import Activity, FirmAct
from domain.acts import ActFilter
from domain.codes import IntentCode
from domain.decision import Change, Verdict
from domain.ids import FirmId, link_key
from domain.rows import LinkRow

PAGE = 50

_CHANGES: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])

_OWN = (
    "partition",
    "offset",
    "time",
    "actor",
    "verdict",
    "code",
    "facts",
    "row_key",
    "row",
    "input_id",
    "reason",
    "batch",
    "engine",
)


class ActivityList:
    """The queries; `history` keeps all that the projector has ever applied."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        firm: FirmId,
        wanted: ActFilter,
        *,
        by_people: bool = False,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Activity:
        """List a firm's decisions, the newest first: one line each, of the row that it was about.

        `by_people`: only what people asked for, whether it was granted or refused.
        """
        lines = history.c
        query = acts_of(firm, wanted).add_columns(lines.changes)
        if by_people:
            # A work's code may be called as a refusal is: only what was asked for is ever refused.
            query = query.where(
                or_(lines.code.in_(get_args(IntentCode)), lines.verdict == Verdict.REFUSED.value)
            )
        if cursor is not None:
            partition, before = place_key(cursor)
            last = select(lines.time).where(lines.partition == partition, lines.offset == before)
            at = last.scalar_subquery()
            query = query.where(or_(lines.time < at, and_(lines.time == at, lines.offset < before)))
        query = query.order_by(lines.time.desc(), lines.offset.desc()).limit(limit + 1)
        async with self._database.read() as connection:
            found = (await connection.execute(query)).mappings().all()
        shown = tuple(act(line) for line in found[:limit])
        more = len(found) > limit
        return Activity(acts=shown, cursor=cursor_of(shown[-1].partition, shown[-1].offset) if more else None)

    async def before(self, acts: Iterable[FirmAct]) -> Mapping[tuple[int, int], LinkRow]:
        """Give, by partition and offset, the links that acts were about as those found them; of a client's first there is none."""
        lines, found = history.c, dict[tuple[int, int], LinkRow]()
        async with self._database.read() as connection:
            for each in acts:
                if not isinstance(each.row, LinkRow):
                    continue
                older = select(lines.row).where(
                    lines.row_key == each.row.key,
                    lines.partition == each.partition,
                    lines.offset < each.offset,
                )
                row = await connection.scalar(older.order_by(lines.offset.desc()).limit(1))
                if row is not None:
                    found[each.partition, each.offset] = link_row(row)
        return found


def acts_of(firm: FirmId, wanted: ActFilter) -> Select[Any]:
    """Ask for a firm's decisions. Of one that changed several rows, the first is the row that it was about."""
    lines, before = history.c, history.alias("before").c
    of_the_same = exists().where(
        before.partition == lines.partition,
        before.offset == lines.offset - 1,
        before.firm_id == lines.firm_id,
        before.input_topic == lines.input_topic,
        before.input_id == lines.input_id,
        before.code == lines.code,
    )
    query = select(*(lines[name] for name in _OWN)).where(lines.firm_id == firm, ~of_the_same)
    return query.where(*_named(firm, wanted))


def _named(firm: FirmId, wanted: ActFilter) -> Sequence[ColumnElement[bool]]:
    lines = history.c
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(lines.time >= wanted.since)
    if wanted.until is not None:
        found.append(lines.time < wanted.until)
    if wanted.kind is not None:
        found.append(lines.code == wanted.kind)
    if wanted.actor is not None:
        found.append(lines.actor == wanted.actor)
    if wanted.batch is not None:
        found.append(lines.batch == wanted.batch)
    if wanted.engine is not None:
        found.append(lines.engine == wanted.engine)
    if wanted.clients:
        found.append(lines.row_key.in_([link_key(firm, client) for client in wanted.clients]))
    return found


def act(line: Any) -> FirmAct:
    """Read a line of such a question."""
    return FirmAct(
        partition=line["partition"],
        offset=line["offset"],
        time=line["time"],
        actor=line["actor"],
        verdict=Verdict(line["verdict"]),
        code=line["code"],
        facts=line["facts"],
        row=any_row(line["row_key"], line["row"]),
        input_id=line["input_id"],
        reason=line["reason"],
        batch=line["batch"],
        engine=line["engine"],
        changes=_CHANGES.validate_python(line["changes"]),
    )
