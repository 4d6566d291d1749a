"""What the API's own code refuses, as a terminal says it."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.web.problems import Problem
from deploy.terminal import SaidNoError


@contextmanager
def problems_said() -> Iterator[None]:
    """Let a problem be said.

    Raises:
        SaidNoError: with the problem's sentence.
    """
    try:
        yield
    except Problem as problem:
        raise SaidNoError(problem.detail, problem.code, problem.facts) from None
