"""What is said of a client that Canopy may have added for a customer: only what is so, and where to look."""

from adapters.web.texts.problems import customer_problem_text, problem_text
from domain.outcomes import Failed
from domain.problem import Problem
from tests.unit.domain.test_arrivals import appears, create_of
from tests.unit.domain.test_canopy_without import Told, told, told_first
from tests.unit.domain.world import World


def asked(case: Told) -> Problem:
    """Give what the client is asked about."""
    problem = case.world.link(case.client).problem
    assert problem is not None
    return problem


def test_a_customer_that_has_the_name_no_longer_is_not_said_to_have_it() -> None:
    """The question is whether the client is the one that was made for it."""
    text = problem_text(asked(told()), ("name", "match"))
    assert "has another name in QuickBooks by now" in text
    assert "match with that customer" in text
    assert "has this display name" not in text


def test_a_customer_that_has_the_name_is_said_to_have_it() -> None:
    """As long as it does."""
    case = told_first()
    case.settle()
    assert "has this display name" in problem_text(asked(case), ("name", "match"))


def test_a_customer_whose_client_may_have_been_added_says_where_to_look() -> None:
    """A bug of ours, after the request may have been sent."""
    world = World()
    appears(world, display_name="Frank")
    assert customer_problem_text(world.customer("7")) is None
    world.deliver(world.customer("7").key, create_of(world), Failed(why="raised"))
    assert "look in Canopy first" in (customer_problem_text(world.customer("7")) or "")
