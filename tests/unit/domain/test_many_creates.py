"""Thousands of customers are being created: what else happens in the firm is decided without looking at each of them."""

from datetime import UTC, datetime

import pytest

from domain.draft import Draft
from domain.effects import CreateCustomer
from domain.ids import ClientId, EffectId, FirmId
from domain.inputs import Cause
from domain.rows import LinkRow, LinkStatus
from domain.table import Table

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FIRM = FirmId("f-1")


def creating(number: int) -> LinkRow:
    """A link whose customer is being created."""
    effect = CreateCustomer(id=EffectId(f"e-{number}"), values={}, asked_by="rule", planned_at=NOW)
    return LinkRow(
        firm_id=FIRM, client_id=ClientId(f"c-{number}"), status=LinkStatus.CREATING, pending=(effect,)
    )


def test_whether_any_is_being_created_is_told_by_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notice asks that each time, and so does each outcome."""
    table, looked = Table(), list[ClientId]()
    for number in range(5000):
        table.put(creating(number))
    draft = Draft(table, Cause(topic="t", partition=0, offset=1, id="i", at=NOW), frozenset())
    link = Draft.link

    def counted(self: Draft, firm: FirmId, client: ClientId) -> LinkRow | None:
        looked.append(client)
        return link(self, firm, client)

    monkeypatch.setattr(Draft, "link", counted)

    assert draft.creates(FIRM)
    assert len(looked) == 1
    assert [row.client_id for row in draft.creating(FIRM)] == sorted(f"c-{n}" for n in range(5000))
