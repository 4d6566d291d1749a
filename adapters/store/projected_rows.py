"""What stands in the tables for what stands in the log."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby

from sqlalchemy import Table, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.store.built_tables import ORDER_CHARACTERS, built_all, built_customers, built_firms, built_links
from adapters.store.kept_tables import history
from adapters.store.match_keys import remove_match_keys, write_match_keys
from adapters.store.row_json import plain, row_json
from adapters.store.searched_words import searched
from adapters.store.status import status_word
from adapters.store.text_column import folded
from adapters.store.upsert import insert_if_new, insert_or_replace
from domain.effects import CreateClient, Effect, Write
from domain.fields import Field, Value, Values
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import FirmId, RowKey
from domain.inputs import Cause
from domain.last_change import last_change
from domain.matching.keys import stored_keys
from domain.matching.party import party
from domain.projection import Decided
from domain.remembered import Held
from domain.rows import CustomerRow, LinkRow, Row, Tombstone
from domain.standing import alone, state_of, why

Columns = dict[str, object]


async def write_rows(connection: AsyncConnection, build: int, decided: Iterable[Decided]) -> None:
    """Put each row that was decided in place in a build; of several states of one row, the last."""
    last: dict[RowKey, Row | Tombstone] = {each.row.key: each.row for each in decided}
    columns: dict[str, list[Columns]] = {"all": [], "firm": [], "link": [], "customer": []}
    for row in last.values():
        if isinstance(row, Tombstone):
            await remove_row(connection, build, row.key, row.firm_id)
        else:
            columns[row.kind].append({"build": build, **columns_of(row)})
    await insert_or_replace(connection, built_all, columns["all"])
    await insert_or_replace(connection, built_firms, columns["firm"])
    await write_match_keys(connection, build, "client", columns["link"])
    await write_match_keys(connection, build, "customer", columns["customer"])
    await insert_or_replace(connection, built_links, columns["link"])
    await insert_or_replace(connection, built_customers, columns["customer"])


async def write_history(connection: AsyncConnection, decided: Iterable[Decided]) -> None:
    """Add the decisions to what is kept for good. A repair decides nothing, and is no history."""
    lines = [line_of(each, each.cause) for each in decided if each.cause is not None]
    # When the read model is built again, they are there already.
    await insert_if_new(connection, history, lines)


async def note_versions(connection: AsyncConnection, decided: Sequence[Decided]) -> None:
    """Let lines of history that are there say which version decided them, where a gateway of before wrote them without. One partition's, in order."""
    lines = history.c
    for engine, same in groupby(decided, key=lambda each: each.engine):
        some = list(same)
        without = update(history).where(
            lines.partition == some[0].partition,
            lines.offset.between(some[0].offset, some[-1].offset),
            lines.engine.is_(None),
        )
        if engine is not None:
            await connection.execute(without.values(engine=engine))


def line_of(decided: Decided, cause: Cause) -> Columns:
    """Give what stands in `history` for a decision."""
    return {
        "partition": decided.partition,
        "offset": decided.offset,
        "firm_id": decided.row.firm_id,
        "row_key": decided.row.key,
        "version": decided.version,
        "verdict": decided.verdict.value,
        "code": decided.code,
        "actor": cause.actor,
        "time": cause.at,
        "input_topic": cause.topic,
        "input_id": cause.id,
        "changes": plain(decided.changes),
        "facts": dict(decided.facts),
        "row": row_json(decided.row),
        "reason": cause.reason,
        "batch": cause.batch,
        "engine": decided.engine,
    }


def columns_of(row: Row) -> Columns:
    """Give what stands for a row in its table."""
    return {**columns_beside(row), "row": row_json(row)}


def columns_beside(row: Row) -> Columns:
    """Give what stands beside the row itself, by which it is found."""
    match row:
        case AllFirmsRow():
            return {"partition": row.partition}
        case FirmRow():
            return {"firm_id": row.firm_id}
        case LinkRow():
            return {
                "firm_id": row.firm_id,
                "client_id": row.client_id,
                "status": status_word(row),
                "standing": alone(row).value,
                "why": why(row),
                "customer_id": row.customer_id,
                "has_work": bool(row.pending),
                "work_since": _work_since(row.pending),
                "held": row.held != Held(),
                "type": row.client.type if row.client else "",
                "changed_order": _changed_order(row),
                **_searched(row.client.values if row.client else {}),
                **_found_by(row.client.values if row.client else {}, row.client_id, row.customer_id),
            }
        case CustomerRow(customer=customer):
            return {
                "firm_id": row.firm_id,
                "customer_id": row.customer_id,
                "may_be_matched": customer is not None and not customer.job and not customer.gone,
                "is_job": customer is not None and customer.job and not customer.gone,
                "state": state_of(row).value,
                "has_work": bool(row.pending),
                "work_since": _work_since(row.pending),
                **_searched(customer.values if customer else {}),
                **_found_by(customer.values if customer else {}, row.customer_id),
            }


def _changed_order(row: LinkRow) -> str:
    """Write when something happened last, so that texts are in the order of times."""
    changed = last_change(row)
    if changed is None:
        return ""
    try:
        return changed.at.astimezone(UTC).isoformat(timespec="microseconds")
    except OverflowError:  # where the calendar ends: rows of older versions hold such
        return changed.at.replace(tzinfo=UTC).isoformat(timespec="microseconds")


def _work_since(pending: Iterable[Effect]) -> datetime | None:
    """Say since when the oldest of it waits. What only asks has no time: nothing is lost while it waits."""
    return min((each.planned_at for each in pending if isinstance(each, Write | CreateClient)), default=None)


def _searched(values: Values) -> Columns:
    """Give what people search by, in one case, whatever the alphabet, and the beginnings that lists are in order by."""
    texts: dict[str, str] = {
        column: folded(value) if isinstance(value := values.get(field), str) else ""
        for column, field in (("name", Field.DISPLAY_NAME), ("email", Field.EMAIL))
    }
    return {**texts, **{f"{column}_order": text[:ORDER_CHARACTERS] for column, text in texts.items()}}


def _found_by(values: Values, *ids: str | None) -> Columns:
    """Give the words that a row is found by, and what it shares with rows of the other side that may be the same."""
    return by_content(tuple(sorted(values.items())), tuple(each for each in ids if each is not None))


@lru_cache(maxsize=10_000)
def by_content(values: tuple[tuple[Field, Value], ...], ids: tuple[str, ...]) -> Columns:
    """Make them of what stands in a row, which most decisions about it leave as it is."""
    found = dict(values)
    keys = stored_keys(party("", found))
    return {"found_by": searched(found, ids), "match_keys": "".join(f" {key}" for key in keys)}


async def remove_row(connection: AsyncConnection, build: int, row: RowKey, firm: FirmId) -> None:
    """Take a row out of a build."""
    kind, _, rest = row.partition("/")
    own_id = rest.removeprefix(f"{firm}/")
    table: Table
    match kind:
        case "all":
            table, key = built_all, Columns(partition=int(rest))
        case "firm":
            table, key = built_firms, Columns(firm_id=firm)
        case "link":
            table, key = built_links, Columns(firm_id=firm, client_id=own_id)
            await remove_match_keys(connection, build, "client", firm, own_id)
        case "customer":
            table, key = built_customers, Columns(firm_id=firm, customer_id=own_id)
            await remove_match_keys(connection, build, "customer", firm, own_id)
        case _:
            return
    of_it = (table.c[name] == value for name, value in key.items())
    await connection.execute(delete(table).where(table.c.build == build, *of_it))
