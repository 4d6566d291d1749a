"""Takes the values of an erased person, and what others wrote about them, out of what a rebuild keeps: history, plans of replays, fates of letters, remembered answers.

It follows the log: whoever shows a row that says it was erased does this in the same transaction. So it comes to the same in
a database that was away, that is filled anew, or that was brought back from an older copy.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.kept_tables import dead_letter_fates, history, idempotency_keys, replay_rows, replays
from adapters.store.letter_fates import lines_of
from adapters.store.row_json import any_row, plain, row_json
from domain.decision import Change
from domain.erasure import ERASED_WORDS, change_without_values, past_without_values
from domain.ids import CustomerId, FirmId, RowKey, customer_key
from domain.projection import Decided
from domain.remembered import Erased
from domain.replays import PlannedRow
from domain.rows import CustomerRow, LinkRow

AT_ONCE = 200
MARK = '"erased":{'
"""Stands in the JSON of each state since an erasure, and of each that was emptied; in a text its quotes would be escaped."""
ERASES = "erase"
"""The code of the decision itself, whose line has no values and keeps the words of who asked."""

FORGETS = "links_planned"
"""The code of what takes customers of a replaced company away."""

GONE = 410
ERASED_ANSWER = {
    "type": "about:blank",
    "title": "Gone",
    "status": GONE,
    "code": "answer_erased",
    "detail": "This was done, and its answer was erased since, with the client that it was about.",
}

_CHANGES: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])
_PLANNED: TypeAdapter[PlannedRow] = TypeAdapter(PlannedRow)


async def erase_in_kept_tables(connection: AsyncConnection, decided: Iterable[Decided]) -> bool:
    """Take out what was held before of each row that was erased. True: there was something."""
    found = False
    for each in decided:
        row = each.row
        if isinstance(row, LinkRow | CustomerRow) and row.erased is not None:
            found = await _erase(connection, row, row.erased, each) or found
    return found


async def _erase(
    connection: AsyncConnection, row: LinkRow | CustomerRow, erased: Erased, shown: Decided
) -> bool:
    past = await _history(connection, row.key, erased, shown.partition, shown.offset)
    if not past.lines and shown.code != ERASES:
        return False  # shown long ago: the person may be held again since, and be asked about
    if isinstance(row, LinkRow):
        for customer in past.of_companies_before:
            await _company_before(connection, customer_key(row.firm_id, customer), erased, shown)
        await _replays(connection, row)
    await _fates(connection, row)
    await _answers(connection, row.firm_id, row.client_id if isinstance(row, LinkRow) else row.customer_id)
    return True


@dataclass(slots=True)
class _Past:
    """How many lines were emptied, and which customers of companies before they tell of."""

    lines: int = 0
    of_companies_before: set[CustomerId] = field(default_factory=set)


async def _history(
    connection: AsyncConnection, key: RowKey, erased: Erased, partition: int, before: int
) -> _Past:
    """Empty the lines of a row that lie before an offset."""
    lines = history.c
    wanted = select(lines.partition, lines.offset, lines.changes, lines.row).where(
        lines.row_key == key,
        lines.partition == partition,
        lines.offset < before,
        lines.code != ERASES,
        # Not any erasure: who came back after one was held again, and is erased again.
        ~lines.row.contains(_mark_of(erased), autoescape=True),
    )
    past, after = _Past(), None
    while True:
        page = wanted if after is None else wanted.where(lines.offset > after)
        found = (await connection.execute(page.order_by(lines.offset).limit(AT_ONCE))).all()
        for line in found:
            row = any_row(key, line.row)
            if not isinstance(row, LinkRow | CustomerRow):
                raise TypeError(f"{key} is no row of a person")
            if isinstance(row, LinkRow) and row.former is not None and row.former.realm_id is not None:
                past.of_companies_before.add(row.former.customer_id)
            this = update(history).where(lines.partition == line.partition, lines.offset == line.offset)
            await connection.execute(this.values(**_emptied(row, line.changes, erased)))
        past.lines += len(found)
        if len(found) < AT_ONCE:
            return past
        after = found[-1].offset


async def _company_before(
    connection: AsyncConnection, customer: RowKey, erased: Erased, shown: Decided
) -> None:
    """Empty what stands of a customer up to where its company was replaced: since then the id is another one's."""
    lines = history.c
    forgotten = await connection.scalar(
        select(func.max(lines.offset)).where(
            lines.row_key == customer,
            lines.partition == shown.partition,
            lines.offset < shown.offset,
            lines.code == FORGETS,
            lines.row.contains('"customer":null'),
        )
    )
    if forgotten is not None:
        await _history(connection, customer, erased, shown.partition, forgotten)


def _mark_of(erased: Erased) -> str:
    return f'{MARK}"at":{orjson.dumps(erased.at).decode()}'


def _emptied(past: LinkRow | CustomerRow, changed: Any, erased: Erased) -> dict[str, Any]:
    changes = [change_without_values(change) for change in _CHANGES.validate_python(changed)]
    return {
        "row": row_json(past_without_values(past, erased)),
        "changes": plain(changes),
        "reason": None,
    }


async def _replays(connection: AsyncConnection, link: LinkRow) -> None:
    lines = replay_rows.c
    of_firm = select(replays.c.id).where(replays.c.firm_id == link.firm_id)
    wanted = select(lines.replay_id, lines.number, lines.row).where(
        lines.client_id == link.client_id, lines.replay_id.in_(of_firm)
    )
    for replay, number, json in (await connection.execute(wanted)).all():
        planned = _PLANNED.validate_json(json)
        this = update(replay_rows).where(lines.replay_id == replay, lines.number == number)
        emptied = _without_values(planned)
        await connection.execute(this.values(row=emptied))
    await _reasons_of_replays(connection, link)


async def _reasons_of_replays(connection: AsyncConnection, link: LinkRow) -> None:
    """Whoever applied a replay may have written why of this client."""
    lines = replay_rows.c
    about = select(lines.replay_id).where(lines.client_id == link.client_id)
    theirs = update(replays).where(replays.c.firm_id == link.firm_id, replays.c.id.in_(about))
    await connection.execute(theirs.where(replays.c.reason.is_not(None)).values(reason=ERASED_WORDS))


async def _fates(connection: AsyncConnection, row: LinkRow | CustomerRow) -> None:
    """So may whoever settled a letter that named them. Of letters of before it is known whose they are, and no more: those of the firm all lose it."""
    fates = dead_letter_fates.c
    of_nobody_knows_whom = and_(
        fates.about.is_(None), or_(fates.firm_id == row.firm_id, fates.firm_id.is_(None))
    )
    about = or_(fates.about.contains(lines_of([row.key]), autoescape=True), of_nobody_knows_whom)
    await connection.execute(update(dead_letter_fates).where(about).values(reason=ERASED_WORDS))


def _without_values(planned: PlannedRow) -> str:
    without = {**plain(planned), "name": None, "writes": {}}
    return orjson.dumps(without).decode()


async def _answers(connection: AsyncConnection, firm: FirmId, about: str) -> None:
    """Forget answers that tell of it: asked again under the same key, nothing is done, and nothing is told."""
    keys = idempotency_keys.c
    # Answers about no one firm, as those of operators, are kept under their person, and name the firm.
    theirs = or_(keys.firm_id == firm, _names(connection, firm))
    this = update(idempotency_keys).where(theirs, _names(connection, about))
    answer, headers = orjson.dumps(ERASED_ANSWER), {"Content-Type": "application/problem+json"}
    await connection.execute(this.values(status=GONE, answer=answer, headers=headers))


def _names(connection: AsyncConnection, id_: str) -> ColumnElement[bool]:
    """Say whether an answer names an id, as JSON writes it."""
    looked_for = orjson.dumps(id_)
    answer = idempotency_keys.c.answer
    if connection.dialect.name == "postgresql":
        return func.position(literal(looked_for).op("IN")(answer)) > 0
    return func.instr(answer, looked_for) > 0
