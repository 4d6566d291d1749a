"""What the gateway says to people is said in people's words: the console shows it as it is."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from adapters import web
from adapters.web.texts.obstacles import shut_text, waiting_text
from adapters.web.texts.problems import choice_label, problem_text
from adapters.web.texts.refusals import refusal_in_the_log, refusal_text
from adapters.web.texts.why import why
from domain.codes import RefusalCode
from domain.fields import Field
from domain.ids import CustomerId, Side
from domain.inputs import Choice
from domain.obstacles import Obstacle
from domain.problem import Problem, ProblemCode
from domain.rows import LinkStatus, Reason
from tests.unit.web.test_status import AROUND, NOW, SYNCED

API_WORDS = re.compile(
    r"\b(API|HTTP|JSON|URL|Idempotency-Key|If-Match|Content-Encoding|Authorization|Bearer|token|header|cursor|body|"
    r"request\\.|endpoint|openapi|readyz|healthz|webhook|method|intuit-signature|(?-i:GET|POST|PUT|PATCH|DELETE)|null)\b|`|_id\b",
    re.IGNORECASE,
)
SOURCES = sorted(Path(web.__file__).parent.rglob("*.py"))
FACTS = {"client_id": "c-9", "customer_id": "91", "since": NOW.isoformat(), "actor": "user:dana"}


def problems_raised() -> Iterator[tuple[str, str]]:
    """Give every sentence with which the code makes a problem, and where it stands."""
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        named = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
                if len(node.args) < 3:
                    continue
                for text in texts_in(node.args[2], named):
                    yield text, f"{path.name}:{node.lineno}"


def texts_in(said: ast.expr, named: Mapping[str, ast.expr]) -> Iterator[str]:
    """Give the texts of an expression, and of what it names in its own file."""
    for part in ast.walk(said):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        if isinstance(part, ast.Name) and part.id in named:
            yield from texts_in(named[part.id], {})


def texts_of_the_domain() -> Iterator[tuple[str, str]]:
    """Give the sentences about clients: refusals, questions, their choices, and why."""
    for refusal in get_args(RefusalCode):
        yield refusal_text(refusal, FACTS), refusal
        yield refusal_text(refusal, {}), refusal
    yield refusal_in_the_log("of no such code", {}), "another version"
    for code in get_args(ProblemCode):
        problem = Problem(
            id="p", code=code, since=NOW, resume="synced", fields=(Field.EMAIL,), customer_id=CustomerId("59")
        )
        for detail in (None, "canopy", "quickbooks", "unconfirmed"):
            yield problem_text(replace(problem, detail=detail), get_args(Choice)), code
        for choice in get_args(Choice):
            yield choice_label(problem, choice), f"{code}/{choice}"
    for reason in Reason:
        yield why(replace(SYNCED, status=LinkStatus.NOT_SYNCED, reason=reason), AROUND).text, reason
    for status in LinkStatus:
        yield why(replace(SYNCED, status=status), AROUND).text, status
    for obstacle in Obstacle:
        for side in get_args(Side):
            yield waiting_text(obstacle, side, "at 12:00:00"), obstacle
        yield shut_text(obstacle), obstacle


def test_the_sentences_are_found() -> None:
    """Else the tests below would say nothing."""
    assert len(list(problems_raised())) > 30


@pytest.mark.parametrize(("text", "where"), [*problems_raised(), *texts_of_the_domain()])
def test_no_sentence_speaks_of_the_api(text: str, where: str) -> None:
    """What a program is to do is said as `advice`."""
    assert not API_WORDS.search(text), f"{where}: {text}"
