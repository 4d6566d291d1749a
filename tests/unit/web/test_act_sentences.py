"""What happened in a firm is told in sentences, whoever it was about."""

from typing import Any, get_args

import pytest

from adapters.store.views import FirmAct
from adapters.web.console.act_sentences import act_sentence, kind_words
from adapters.web.console.clock import Clock
from domain.codes import IntentCode
from domain.decision import Verdict
from domain.fields import Field
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import CustomerId, FirmId
from domain.rows import CustomerRow, Row
from domain.snapshots import Customer
from tests.unit.web.test_status import NOW, SYNCED
from tests.unit.web.test_timeline import CODES

CUSTOMER = CustomerRow(
    firm_id=FirmId("f-1"),
    customer_id=CustomerId("91"),
    customer=Customer(
        customer_id=CustomerId("91"),
        sync_token=0,
        values={Field.DISPLAY_NAME: "Kim <b>"},
        created_at=NOW,
        updated_at=NOW,
    ),
)
ROWS: tuple[Row, ...] = (SYNCED, CUSTOMER, FirmRow(firm_id=FirmId("f-1")), AllFirmsRow(partition=0))


def act(row: Row, code: str, verdict: Verdict = Verdict.APPLIED, **more: Any) -> FirmAct:
    return FirmAct(
        partition=0,
        offset=0,
        time=NOW,
        actor="user:dana",
        verdict=verdict,
        code=code,
        facts={},
        row=row,
        input_id="i-1",
        **more,
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row).__name__)
def test_every_decision_is_told_whatever_it_was_about(row: Row) -> None:
    """Nothing is left open in a sentence, and no code stands there."""
    for verdict, code in CODES:
        told = act_sentence(act(row, code, verdict), None, Clock(NOW))[1].striptags()
        assert len(told) > len("Dana ."), code
        assert not set("{}_") & set(told), code


def test_a_customer_is_named_and_the_firm_is_not_taken_for_a_client() -> None:
    """As QuickBooks last showed it, whatever it is called."""
    assert "Kim &lt;b&gt;" in act_sentence(act(CUSTOMER, "customer_noticed"), None, Clock(NOW))[1]
    assert act_sentence(act(ROWS[2], "pause"), None, Clock(NOW))[1].striptags() == "Dana paused syncing"


def test_each_kind_that_can_be_looked_for_has_a_name_of_its_own() -> None:
    """Otherwise two of a list would look the same."""
    names = [kind_words(each) for each in get_args(IntentCode)]

    assert len(set(names)) == len(names)
