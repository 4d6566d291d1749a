"""What must hold after every decision, whatever the test is about."""

from collections.abc import Container
from dataclasses import replace

from domain.decision import Decision
from domain.effects import Effect, ReadClient, ReadCustomer, Write
from domain.ids import EffectId
from domain.link.states import state_of
from domain.rows import LinkRow, Row
from domain.table import Table


class Invariants:
    """Remembers every effect ever planned, so that none changes under its id. `bodies`: those, by their ids."""

    def __init__(self) -> None:
        self.bodies: dict[EffectId, Effect] = {}

    def check(self, table: Table, decision: Decision) -> None:
        """Look at a decision that has just been taken into the table."""
        assert decision.rows, "every input leaves a record"
        assert decision.verdict
        assert decision.code
        links = [row for row in table if isinstance(row, LinkRow)]
        taken = [(link.firm_id, link.customer_id, link) for link in links if link.customer_id is not None]
        assert len(taken) == len({(firm, customer) for firm, customer, _ in taken}), "a customer has one link"
        for firm, customer, link in taken:
            assert table.link_of(firm, customer) is link, "the look-up knows who has a customer"
        for row in decision.rows:
            self._check_effects(row)
            if isinstance(row, LinkRow):
                _check_link(row, table)

    def _check_effects(self, row: Row) -> None:
        for effect in row.pending:
            body = _frozen(effect)
            assert self.bodies.setdefault(effect.id, body) == body, "a planned effect never changes"


def check_nothing_begun_is_dropped(
    before: Table, decision: Decision, started: Container[EffectId], over: EffectId | None
) -> None:
    """A write that may have reached the other side leaves its row only by its own outcome, `over`, or with its company."""
    for row in decision.rows:
        old = before.get(row.key)
        if not isinstance(old, LinkRow) or not isinstance(row, LinkRow) or row.reason == "disconnected":
            continue
        kept = {effect.id for effect in row.pending}
        for effect in old.pending:
            dropped = isinstance(effect, Write) and effect.id in started and effect.id not in kept
            assert not dropped or effect.id == over, f"{effect.kind} of {row.key} has begun, and is dropped"


def _check_link(link: LinkRow, table: Table) -> None:
    firm = table.firm(link.firm_id)
    customer = table.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
    looked_at = customer is not None and customer.behind is not None
    assert sum(isinstance(effect, Write) for effect in link.pending) <= 1, "one write at a time"
    state_of(link)  # raises for a row that says what no link can be
    if link.status == "unmatching":
        assert all(isinstance(effect, Write | ReadClient) for effect in link.pending)
    if (
        link.status == "matching" and firm is not None and firm.is_connected
    ):  # disconnected, it is planned on connecting
        assert link.pending or looked_at, "a match is under way or done"


def _frozen(effect: Effect) -> Effect:
    """Leave out what says when and whether to send, which may change while the body may not."""
    if isinstance(effect, Write):
        return replace(effect, stop_at=None, not_before=None)
    return replace(effect, not_before=None) if isinstance(effect, ReadCustomer | ReadClient) else effect
