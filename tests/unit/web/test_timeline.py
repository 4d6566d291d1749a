"""Each line of the timeline is a sentence; messages that changed nothing don't stand between the others."""

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from adapters.store.views import HistoryLine
from adapters.web.console.clock import Clock
from adapters.web.console.sentences import sentence
from adapters.web.console.timeline import told_by_day
from domain.codes import EventCode, IntentCode, PassedOverCode, RefusalCode, WorkCode
from domain.decision import Verdict
from domain.effects import CreateCustomer
from domain.fields import Field
from domain.ids import CustomerId, EffectId
from domain.problem import Problem
from domain.rows import LinkRow, LinkStatus, Reason
from tests.unit.web.test_status import NOW, SYNCED, WAITING

CODES = [
    *product([Verdict.REFUSED], get_args(RefusalCode)),
    *product(
        [Verdict.APPLIED],
        (*get_args(IntentCode), *get_args(EventCode), *get_args(WorkCode), "of_no_such_code"),
    ),
    *product([Verdict.SKIPPED], (*get_args(PassedOverCode), *Reason)),
]
QUESTION = Problem(id="q-1", code="both_changed", since=NOW, resume="synced", fields=(Field.EMAIL,))
ASKED = replace(SYNCED, problem=QUESTION)
CREATE = CreateCustomer(id=EffectId("e-1"), values={}, asked_by="person", planned_at=NOW)


def line(code: str, verdict: Verdict = Verdict.APPLIED, row: LinkRow = SYNCED, **facts: str) -> HistoryLine:
    return HistoryLine(
        partition=0,
        offset=0,
        version=2,
        time=NOW,
        actor="user:dana",
        verdict=verdict,
        code=code,
        changes=(),
        facts=facts,
        row=row,
    )


def said(told: HistoryLine, before: LinkRow | None = SYNCED) -> str:
    return sentence(told, before, Clock(NOW))[1].striptags()


@pytest.mark.parametrize("before", [None, SYNCED, ASKED])
@pytest.mark.parametrize("row", [SYNCED, replace(SYNCED, customer_id=None), replace(SYNCED, waiting=WAITING)])
@pytest.mark.parametrize(("verdict", "code"), CODES)
def test_every_code_is_told_in_words(
    verdict: Verdict, code: str, row: LinkRow, before: LinkRow | None
) -> None:
    """Also of another version; nothing is left open in them, and no code stands there."""
    told = said(line(code, verdict, row), before)

    assert len(told) > len("Dana .")
    assert not set("{}_") & set(told)


def test_an_answer_is_told_with_its_question() -> None:
    """With the choice, as far as the record tells; that of another client is not taken for one about this one."""
    question = "Email differs between Canopy and QuickBooks. Which should we keep?"

    assert (
        said(line("answer", choice="canopy"), ASKED)
        == f"Dana answered “Keep Canopy's value”. The question was: {question}"
    )
    assert said(line("answer"), ASKED) == f"Dana answered the question: {question}"
    assert said(line("answer")) == "Dana answered a question about another client"


def test_a_match_of_another_client_is_not_told_as_one_of_this() -> None:
    """It settles a question here, and gives this client nothing."""
    given = replace(SYNCED, customer_id=CustomerId("7"))

    assert (
        said(line("match", row=given), replace(SYNCED, customer_id=None))
        == "Dana matched this client with customer 7"
    )
    assert "another client" in said(line("match", row=replace(SYNCED, customer_id=None)))


def test_a_value_put_back_is_named_by_its_field() -> None:
    """As the record tells it."""
    assert said(line("put_back", field="phone")) == "Dana put back the earlier phone"


def test_messages_that_changed_nothing_are_folded_where_there_are_several() -> None:
    """One stands for itself; a person's line is never among them."""
    idle = line("already_known", Verdict.SUPERSEDED)
    lines = (idle, idle, line("unmatch"), idle)

    (day,) = told_by_day(lines, SYNCED, Clock(NOW))

    assert [(run.folded, len(run.lines)) for run in day.runs] == [(True, 2), (False, 1), (False, 1)]


def test_the_act_by_which_the_link_holds_can_be_undone_and_no_other() -> None:
    """Not one before it, one that was refused, or another client's that only settled a question here."""
    apart = replace(SYNCED, customer_id=None)
    lines = (
        line("match"),  # another client's
        line("restore", Verdict.REFUSED),
        line("restore"),
        line("unmatch", row=apart),
        line("match"),
        line("client_created", row=apart),
    )

    def undone(link: LinkRow) -> list[bool]:
        return [
            each.unmatch
            for day in told_by_day(lines, link, Clock(NOW))
            for run in day.runs
            for each in run.lines
        ]

    assert undone(SYNCED) == [False, False, True, False, False, False]
    assert not any(undone(apart))
    assert not any(undone(replace(SYNCED, customer_id=CustomerId("7"))))


def test_the_act_that_made_a_customer_can_be_undone_while_it_is_under_way_and_done() -> None:
    """On the line of who asked for it; where it was made by itself, on the line that says that it is there."""
    apart = replace(SYNCED, status=LinkStatus.NOT_SYNCED, reason=Reason.NEVER_MATCHED, customer_id=None)
    creating = replace(SYNCED, status=LinkStatus.CREATING, customer_id=None, pending=(CREATE,))
    done = (line("customer_saved"), line("create", row=creating), line("client_created", row=apart))
    by_rule = (line("customer_saved"), line("client_created", row=creating))

    def undone(lines: tuple[HistoryLine, ...], link: LinkRow) -> list[str]:
        told = [e for day in told_by_day(lines, link, Clock(NOW)) for run in day.runs for e in run.lines]
        return [each.code for line in told for each in (line, *line.steps) if each.unmatch]

    assert undone(done, SYNCED) == ["create"]
    assert undone(done[1:], creating) == ["create"]
    assert undone(by_rule, SYNCED) == ["customer_saved"]
    assert undone(by_rule[1:], creating) == []
    assert undone((line("client_added"),), SYNCED) == ["client_added"]


def test_an_undo_that_a_side_would_not_take_says_that_the_answer_stands() -> None:
    """On the line of what came of its write."""
    assert said(line("rejected", answer_stands="yes")).endswith(
        "rejected the change; so the answer that was to be taken back stands"
    )
    assert said(line("undo_answer", question="both_changed")) == (
        "Dana took back an answer. The question was: Both sides changed a value"
    )


def test_what_is_held_again_is_told_as_a_persons_doing() -> None:
    """In the words of what it takes back."""
    assert said(line("undo_leave_both", version="7")) == (
        "Dana took back that both sides stay as they are; the changes are held again"
    )
