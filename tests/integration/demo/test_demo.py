"""`make demo` tells the truth: it ends well if all is as it says, and says where it is not."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from deploy.demo import fiona
from deploy.demo.__main__ import play
from deploy.demo.article import STORY
from deploy.demo.stack import Stack, running_stack
from deploy.demo.telling import Step


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """The demo's own system, for both stories."""
    with running_stack() as running:
        yield running


def told(stack: Stack, story: tuple[Step, ...], firm: str, realm: str) -> tuple[int, str]:
    """Tell a story; gives the exit code, and all that was printed."""
    output = StringIO()

    code = asyncio.run(play(stack, Console(file=output, width=160), story, firm, realm))
    return code, output.getvalue()


def test_all_that_the_story_says_is_so(stack: Stack) -> None:
    """Each step of the article, with what both sides and the link hold, and how long all of it took."""
    code, said = told(stack, STORY, "f-demo", "9130357766899999")

    assert code == 0, said
    assert re.search(r"in [\d.]+ s\.", said)
    for number, step in enumerate(STORY, 1):
        assert f"{number}. {step.says}"[:60] in said
    assert "✗" not in said


def test_a_step_that_is_not_as_it_says_ends_the_story(stack: Stack) -> None:
    """With exit code 1; it shows what was expected, and tells nothing that would follow."""
    wrong = replace(fiona.STEPS[0], quickbooks={"email": "somebody.else@example.com"})

    code, said = told(stack, (wrong, *fiona.STEPS[1:]), "f-wrong", "9130357766899998")

    assert code == 1
    assert "expected somebody.else@example.com" in said
    assert "Step 1 is not as it says" in said
    assert fiona.STEPS[1].says not in said
