"""A decision that says no, as a problem."""

from adapters.web.api.intents import Refused
from adapters.web.api.positions import HEADER
from adapters.web.problems import Problem
from adapters.web.texts.refusals import refusal_in_the_log


def refusal(refused: Refused) -> Problem:
    """Say no, with the reason; asked again with the same key, it stays so."""
    return Problem(
        409,
        refused.code,
        refusal_in_the_log(refused.code, refused.facts),
        facts=refused.facts,
        headers={HEADER: str(refused.position)},
        final=True,
    )
