"""What people are told about a link follows from its row alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.store.status import status_word
from adapters.web.api.client_shapes import is_in_step, link_shape
from adapters.web.texts.why import why
from domain.effects import UpdateCustomer
from domain.fields import Field
from domain.firm_rows import Connection, FirmRow
from domain.ids import ClientId, CustomerId, EffectId, FirmId, RealmId
from domain.link.offers import actions
from domain.obstacles import Obstacle
from domain.problem import Problem
from domain.remembered import ChangedAt, Former, Held, Waiting
from domain.rows import CustomerRow, LinkRow, LinkStatus, Reason
from domain.snapshots import Client, Customer
from domain.standing import Around
from domain.table import Table

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CLIENT = Client(client_id=ClientId("c-1"), version=1, type="individual", values={}, changed_at=NOW)
FIRM = FirmRow(
    firm_id=FirmId("f-1"),
    connection=Connection(
        realm_id=RealmId("91"), connected_at=NOW, customers_listed=True, clients_listed=True
    ),
)
SYNCED = LinkRow(
    firm_id=FirmId("f-1"),
    client_id=ClientId("c-1"),
    client=CLIENT,
    status=LinkStatus.SYNCED,
    reason=None,
    customer_id=CustomerId("58"),
)
WRITE = UpdateCustomer(
    id=EffectId("e-1"), customer_id=CustomerId("58"), sync_token=0, values={}, asked_by="rule", planned_at=NOW
)
AROUND = Around(FIRM)
KNOWN = Table()
KNOWN.put(FIRM)
WAITING = Waiting(until=NOW, why=Obstacle.THROTTLED)


def test_a_link_waits_only_while_work_is_pending() -> None:
    """What the lane said last means nothing once there is nothing left to send."""
    assert status_word(SYNCED) == "synced"
    assert status_word(replace(SYNCED, pending=(WRITE,), waiting=WAITING)) == "waiting"
    assert status_word(replace(SYNCED, waiting=WAITING)) == "synced"


def test_in_step_means_nothing_under_way_held_or_different() -> None:
    """Each of them alone is enough to say no."""
    assert is_in_step(SYNCED)
    assert not is_in_step(replace(SYNCED, pending=(WRITE,)))
    assert not is_in_step(replace(SYNCED, held=Held(to_canopy=(Field.EMAIL,))))
    assert not is_in_step(replace(SYNCED, changed_at={Field.EMAIL: ChangedAt(client=NOW)}))
    assert not is_in_step(replace(SYNCED, status=LinkStatus.NOT_SYNCED))


def test_an_unmatched_client_can_be_restored_matched_or_created() -> None:
    """As long as the client is there."""
    former = Former(customer_id=CustomerId("58"), agreed={}, unmatched_at=NOW, unmatched_by="user:dana")
    unmatched = replace(
        SYNCED, status=LinkStatus.NOT_SYNCED, reason=Reason.UNMATCHED, customer_id=None, former=former
    )

    customer = Customer(
        customer_id=former.customer_id, sync_token=0, values={}, created_at=NOW, updated_at=NOW
    )
    known = Table()
    known.put(AROUND.firm)
    known.put(CustomerRow(firm_id=AROUND.firm.firm_id, customer_id=former.customer_id, customer=customer))

    assert set(actions(known, unmatched)) == {"match", "create", "restore"}
    assert set(actions(KNOWN, unmatched)) == {"match", "create"}, "nobody knows its customer any more"
    assert actions(known, replace(unmatched, client=replace(CLIENT, presence="archived"))) == []
    assert "by dana" in why(unmatched, AROUND).text


def test_a_synced_client_can_be_unmatched_and_what_is_held_pushed() -> None:
    """Nothing else makes sense."""
    assert actions(KNOWN, SYNCED) == ["unmatch"]
    assert actions(KNOWN, replace(SYNCED, held=Held(to_quickbooks=(Field.EMAIL,)))) == ["unmatch", "push"]


def test_a_question_is_shown_with_its_choices() -> None:
    """One for each side; the id goes back with the answer."""
    problem = Problem(id="q-1", code="both_changed", since=NOW, resume="synced", fields=(Field.EMAIL,))
    asked = replace(SYNCED, status=LinkStatus.NEEDS_ATTENTION, problem=problem)

    shown = link_shape(asked, KNOWN, AROUND).problem

    assert shown is not None
    assert [choice.id for choice in shown.choices] == ["canopy", "quickbooks", "value"]
    assert "Email" in why(asked, AROUND).text
    assert "answer" in actions(KNOWN, asked)


@pytest.mark.parametrize("status", list(LinkStatus))
@pytest.mark.parametrize("reason", [None, *Reason])
def test_every_status_and_reason_has_a_sentence(status: LinkStatus, reason: Reason | None) -> None:
    """No state is left unexplained."""
    text = why(replace(SYNCED, status=status, reason=reason), AROUND).text

    assert text.endswith(".")
    assert "None" not in text


def test_without_a_connection_that_is_the_reason() -> None:
    """Whatever the link says: nothing is synced."""
    assert "not connected" in why(SYNCED, Around(FirmRow(firm_id=FirmId("f-1")))).text
