"""Decisions that wait to be appended together are made on the same rows as if each were in the log already."""

from collections.abc import Iterator

import pytest

from domain.decide import decide
from domain.fields import Field
from domain.ids import EffectId, FirmId
from domain.layer import Layer
from domain.rows import CustomerRow, LinkRow, Row
from domain.table import Table
from tests.histories.history import Step, names, read


@pytest.mark.parametrize("together", [2, 5, 64])
@pytest.mark.parametrize("name", names())
def test_each_decision_is_the_one_that_was_recorded(name: str, together: int) -> None:
    """However many of them wait, and all look-ups find what they find in a table."""
    below, whole = Table(), Table()
    laid = Layer(below)
    waiting: list[Row] = []
    for n, step in enumerate(read(name), start=1):
        cause = step.records[0].input
        assert cause is not None
        decision = decide(laid, step.given, cause, step.started)
        assert decision is not None
        assert list(decision.rows) == [record.row for record in step.records]
        for row in decision.rows:
            laid.put(row)
            whole.put(row)
        waiting += decision.rows
        for row in decision.rows:
            assert list(_looked_up(laid, row)) == list(_looked_up(whole, row)), step.given
        if n % together == 0:
            for row in waiting:
                below.put(row)
            laid, waiting = Layer(below), []


def _looked_up(table: Table | Layer, row: Row) -> Iterator[object]:
    """Ask for everything that has to do with a row."""
    firm = FirmId(row.firm_id)
    yield from (table.get(row.key), table.firm(firm), table.creates(firm), table.put_off_reads(firm))
    yield from (table.arriving(firm), table.awaiting_names(firm), table.asked_who_keeps(firm))
    yield table.all_firms(0)
    for after, most in ((None, 3), ("c-2", 2), ("2", 100)):
        yield from (table.clients_after(firm, after, most), table.customers_after(firm, after, most))
    if isinstance(row, LinkRow):
        yield table.link(firm, row.client_id)
        values = row.client.values if row.client is not None else {}
        name = values.get(Field.DISPLAY_NAME)
        yield from (table.clients_like(firm, name, values.get(Field.EMAIL)), table.lost_creates(firm, name))
        yield from (table.awaiting_name(firm, str(name)), table.customers_named(firm, str(name)))
        if row.customer_id is not None:
            yield from (table.link_of(firm, row.customer_id), table.asked_about(firm, row.customer_id))
        if row.former is not None:
            yield table.formerly_linked(firm, row.former.customer_id)
            yield table.link_of(firm, row.former.customer_id)
    if isinstance(row, CustomerRow):
        yield from (table.customer(firm, row.customer_id), table.link_of(firm, row.customer_id))
        for create in row.creates:
            yield table.added_by(firm, create.id)
            yield table.customers_adding(firm, str(create.values.get(Field.DISPLAY_NAME)))
        name = row.customer.values.get(Field.DISPLAY_NAME) if row.customer is not None else None
        yield table.customers_named(firm, str(name))
        if row.create is not None:
            yield table.added_by(firm, EffectId(row.create.id))


def test_histories_are_long_enough() -> None:
    """A batch of 64 must have had its turn."""
    assert max(sum(1 for _ in _steps(name)) for name in names()) > 64


def _steps(name: str) -> Iterator[Step]:
    return read(name)
