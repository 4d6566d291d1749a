"""For every state of a link, one sentence that says why it is so and what can be done."""

from dataclasses import replace
from typing import get_args

import pytest

from adapters.web.texts.problems import problem_title
from adapters.web.texts.why import why
from domain.fields import Field
from domain.firm_rows import AllFirmsRow, Paused
from domain.ids import CustomerId, FirmId, RealmId
from domain.obstacles import Obstacle
from domain.problem import Problem, ProblemCode
from domain.remembered import Held, Waiting
from domain.rows import CustomerRow, LinkStatus, Reason
from domain.snapshots import Customer
from domain.standing import Around
from tests.unit.web.test_status import AROUND, CLIENT, FIRM, NOW, SYNCED, WRITE

CODES: tuple[ProblemCode, ...] = get_args(ProblemCode)
CUSTOMER = Customer(customer_id=CustomerId("58"), sync_token=0, values={}, created_at=NOW, updated_at=NOW)


def test_every_reason_has_a_sentence_of_its_own() -> None:
    """Two reasons that read alike would leave a person guessing."""
    links = [replace(SYNCED, status=LinkStatus.NOT_SYNCED, reason=reason) for reason in Reason]
    assert len({why(link, AROUND).text for link in links}) == len(Reason)


@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_a_sentence_that_says_what_to_do(code: ProblemCode) -> None:
    """And no value of a client's stands in it."""
    problem = Problem(
        id="p-1",
        code=code,
        since=NOW,
        resume="synced",
        fields=(Field.EMAIL,),
        customer_id=CustomerId("59"),
        taken="Fiona Gallagher",
    )
    told = why(replace(SYNCED, status=LinkStatus.NEEDS_ATTENTION, problem=problem), AROUND)
    assert told.facts["problem"] == code
    assert any(word in told.text for word in ("Choose", "?", "Correct", "try again", "then resume"))
    assert "Gallagher" not in told.text


@pytest.mark.parametrize(
    ("code", "says"),
    [("rejected_by_quickbooks", "QuickBooks never said"), ("rejected_by_canopy", "Canopy never said")],
)
def test_a_create_that_nobody_can_confirm_is_not_called_rejected(code: ProblemCode, says: str) -> None:
    """No side has refused anything."""
    problem = Problem(id="p-1", code=code, since=NOW, resume="creating", detail="unconfirmed")
    told = why(replace(SYNCED, status=LinkStatus.NEEDS_ATTENTION, problem=problem), AROUND)
    assert says in told.text
    assert "unconfirmed" not in told.text
    assert "ejected" not in told.text + problem_title(problem)


def test_a_company_that_sleeps_is_replaced_or_lets_us_in_no_longer_explains_every_client() -> None:
    """Since when, and who did it, where somebody did."""
    assert FIRM.connection is not None
    asleep = replace(FIRM.connection, asleep_since=NOW, asleep_by="user:dana")
    told = why(SYNCED, Around(replace(FIRM, connection=asleep)))
    assert "disconnected on 2026-11-24 09:00:00 UTC by dana" in told.text
    assert told.facts["disconnected_since"] == NOW.isoformat()
    signed_out = replace(FIRM, connection=replace(FIRM.connection, reauthorise_since=NOW))
    assert "Reauthorize" in why(SYNCED, Around(signed_out)).text
    replaced = replace(FIRM, connection=replace(FIRM.connection, replaces=RealmId("92")))
    assert "being let go" in why(SYNCED, Around(replaced)).text


def test_a_pause_is_named_with_who_and_why() -> None:
    """The firm's requests, or those of all firms; and also of a client with nothing to send, of whom nobody hears now."""
    paused = Paused(since=NOW, by="user:lee", reason="INC-42")
    firms, everybodys = (
        Around(replace(FIRM, paused=paused)),
        Around(FIRM, AllFirmsRow(partition=0, paused=paused)),
    )
    waiting = replace(SYNCED, pending=(WRITE,))
    for around in (firms, everybodys):
        told = why(waiting, around)
        assert told.text.startswith("A change waits")
        assert "paused by lee on 2026-11-24 09:00:00 UTC: “INC-42”." in told.text
        assert told.facts["paused_reason"] == "INC-42"
        at_rest = why(SYNCED, around).text
        assert "paused by lee" in at_rest
        assert "in step" not in at_rest


def test_a_client_or_customer_that_is_away_says_that_nothing_is_sent() -> None:
    """Archived in Canopy, or inactive in QuickBooks."""
    archived = replace(SYNCED, client=replace(CLIENT, presence="archived"))
    assert "archived in Canopy" in why(archived, AROUND).text
    row = CustomerRow(
        firm_id=FirmId("f-1"), customer_id=CustomerId("58"), customer=replace(CUSTOMER, active=False)
    )
    assert "inactive in QuickBooks" in why(SYNCED, AROUND, row).text


def test_what_is_held_is_named() -> None:
    """By field, never by value."""
    told = why(replace(SYNCED, held=Held(to_canopy=(Field.EMAIL,))), AROUND)
    assert "Email is held, because “Editing clients in QBO” was off when it changed." in told.text
    assert told.facts["held"] == "email"


def test_what_is_held_since_the_company_was_disconnected_blames_no_switch() -> None:
    """None was off; what a switch holds beside it is told apart."""
    held = Held(to_quickbooks=(Field.PHONE, Field.FAX), to_canopy=(Field.EMAIL,))
    told = why(replace(SYNCED, held=held, drifted=(Field.PHONE, Field.EMAIL)), AROUND)
    assert "Phone and email are held, because the company was disconnected when they changed." in told.text
    assert "Fax is held, because “Editing clients in Canopy” was off when it changed." in told.text


@pytest.mark.parametrize("obstacle", list(Obstacle))
def test_every_obstacle_says_why_a_change_waits(obstacle: Obstacle) -> None:
    """In a sentence, without its code, that names the side, and when it is tried again."""
    waiting = replace(SYNCED, pending=(WRITE,), waiting=Waiting(until=NOW, why=obstacle))
    told = why(waiting, AROUND)
    assert told.text.endswith(".")
    assert "_" not in told.text
    assert told.facts["waiting_why"] == obstacle.value
    if obstacle not in (Obstacle.OUR_ERROR, Obstacle.SUBSCRIPTION_ENDED):
        assert "QuickBooks" in told.text
    if obstacle is not Obstacle.SUBSCRIPTION_ENDED:
        assert "2026-11-24 09:00:00 UTC" in told.text


def test_a_subscription_that_ended_is_told_apart_from_a_sign_in() -> None:
    """One is paid for, the other is signed in to."""
    assert FIRM.connection is not None
    shut = replace(FIRM.connection, reauthorise_since=NOW, shut_by=Obstacle.SUBSCRIPTION_ENDED)
    assert "subscription" in why(SYNCED, Around(replace(FIRM, connection=shut))).text
