"""A question as a page asks it: nothing is overwritten by one press, from whichever kind of question."""

from collections.abc import Sequence
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from adapters.web.console.clock import Clock
from adapters.web.console.question import Question, ShownHolder, _text
from adapters.web.console.routes import _templates
from adapters.web.texts.problems import choice_label
from domain.fields import Field
from domain.ids import CustomerId
from domain.inputs import Choice
from domain.problem import Problem, ProblemCode
from domain.snapshots import Customer
from tests.unit.web.test_status import NOW, SYNCED

CODES: Sequence[ProblemCode] = get_args(ProblemCode)
CHOICES: Sequence[Choice] = get_args(Choice)


class Buttons(HTMLParser):
    """Gathers what each button of a page is for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "button":
            self.found.append(dict(attrs))


def buttons(code: ProblemCode, shown_at: str) -> list[dict[str, str | None]]:
    """Give the buttons of a question that offers every choice there is."""
    problem = Problem(id="q-1", code=code, since=NOW, resume="synced")
    question = Question(
        id=problem.id,
        code=code,
        sign="1",
        text="Which?",
        choices={choice: choice_label(problem, choice) for choice in CHOICES},
        sides=[],
        by_field=False,
        asking=False,
        holders=[],
        free=("Another Name",),
        retry=None,
    )
    page = Buttons()
    page.feed(
        _templates()
        .get_template("question.html")
        .render(
            question=question,
            visit=SimpleNamespace(may_manage=True, api_path=lambda client: f"clients/{client}"),
            row=SYNCED,
            can=["retry"],
            clock=Clock(NOW),
            shown_at=shown_at,
        )
    )
    return page.found


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("shown_at", ["record", "window"])
def test_a_match_by_an_answer_is_looked_at_before_it_is_done(code: ProblemCode, shown_at: str) -> None:
    """Its button opens the review; none sends that answer, so nothing that nobody has seen is overwritten."""
    found = buttons(code, shown_at)

    assert [button for button in found if button.get("data-reviews") == "q-1"]
    sent = [button.get("data-body") or "" for button in found if "data-do" in button]
    assert not any('"match"' in body for body in sent)
    assert not any("data-do" in button and "data-reviews" in button for button in found)


@pytest.mark.parametrize(
    ("client", "says"),
    [
        (("Debbie", "/clients/c-2"), "which Debbie is matched with. Which client should be matched with it?"),
        (None, "which another client was matched with. Should this client be matched with it?"),
    ],
)
def test_who_has_let_go_of_a_merged_customer_is_not_said_to_have_it(
    client: tuple[str, str] | None, says: str
) -> None:
    """The customer may still hold that client's values."""
    problem = Problem(
        id="q-1", code="customers_merged", since=NOW, resume="synced", customer_id=CustomerId("59")
    )
    about = Customer(
        customer_id=CustomerId("59"),
        sync_token=0,
        values={Field.DISPLAY_NAME: "Debbie Ltd"},
        created_at=NOW,
        updated_at=NOW,
    )
    holder = ShownHolder(
        kind="customer", name="Debbie Ltd", id="59", active=True, client=client, why_not=None
    )
    of_no_view: Any = None

    told = _text(of_no_view, problem, (), about, [holder])

    assert told == f"In QuickBooks, this client's customer was merged into Debbie Ltd (59), {says}"
