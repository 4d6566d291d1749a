"""A refusal that needs no decision of the engine, as a problem."""

from adapters.web.problems import Problem
from adapters.web.texts.refusals import refusal_text
from domain.refusals import Refusal


def refused(status: int, refusal: Refusal) -> Problem:
    """Say no in the words in which the engine would."""
    return Problem(status, refusal.code, refusal_text(refusal.code, refusal.facts))
