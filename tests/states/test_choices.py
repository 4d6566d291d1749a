"""What a question offers is what `decide` does not refuse: in every state, after every input, whatever becomes of who is asked about."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import get_args

import pytest

from domain.decide import decide
from domain.decision import Verdict
from domain.fields import Field
from domain.ids import CustomerId, IntentId
from domain.inputs import Answer, Cause, Choice, Input
from domain.link.choices import open_choices
from domain.problem import Problem
from domain.rows import CustomerRow, LinkRow
from tests.states.given import INPUTS
from tests.states.states import GROUPS
from tests.unit.domain.world import FIRM, World

CHOICES: tuple[Choice, ...] = get_args(Choice)
STATES = {state: build for states in GROUPS.values() for state, build in states.items()}
GIVEN = {given: tell for inputs in INPUTS.values() for given, tell in inputs.items()}
QUESTIONS = {
    "both_changed",
    "display_name_taken",
    "possible_duplicate",
    "customers_merged",
    "loop",
    "no_progress",
    "not_kept",
}
Fate = Callable[[World, CustomerId], None]


def reached(state: str) -> Iterator[World]:
    """Give the world in a state, and what each input makes of it."""
    world = STATES[state]()
    yield world
    for tell in GIVEN.values():
        after = world.copied()
        tell(after)
        yield after


def asked(world: World, given: Input) -> bool:
    """Say whether `decide` would refuse this now; nothing changes."""
    cause = Cause(topic="any", partition=0, offset=10_000, id="e", at=world.now, actor="user:dana")
    decision = decide(world.table, given, cause, world.started)
    return decision is not None and decision.verdict is not Verdict.REFUSED


def answered(world: World, link: LinkRow, problem: Problem, choice: Choice) -> bool:
    """Say whether an answer would be taken, with a value that could be."""
    field = problem.fields[0] if choice == "value" and problem.fields else None
    value = "Nobody Has This Name" if choice in {"name", "value"} else None
    given = Answer(
        firm_id=FIRM,
        intent_id=IntentId("i"),
        client_id=link.client_id,
        question=problem.id,
        choice=choice,
        field=field,
        value=value if field is not Field.ADDRESS else None,
    )
    return asked(world, given)


def check(world: World) -> set[str]:
    """Compare for each client what is offered with what is taken; give the codes of the questions met."""
    met: set[str] = set()
    for link in world.links():
        offered = set(open_choices(world.table, link))
        problem = link.problem
        if problem is None:
            assert not offered
            continue
        met.add(problem.code)
        taken = {choice for choice in CHOICES if answered(world, link, problem, choice)}
        assert offered == taken, f"{link.client_id}: {problem.code}"
    return met


@pytest.mark.parametrize("state", STATES)
def test_a_choice_is_offered_exactly_if_it_would_not_be_refused(state: str) -> None:
    """In the state, and after each input."""
    for world in reached(state):
        check(world)


def about(world: World) -> Iterator[CustomerId]:
    """Name the customers that questions are about."""
    for link in world.links():
        if link.problem is not None:
            if link.problem.customer_id is not None:
                yield link.problem.customer_id
            yield from (CustomerId(h.id) for h in link.problem.holders or () if h.kind == "customer")


def nested(world: World, customer: CustomerId) -> None:
    """It becomes a sub-customer."""
    now = world.quickbooks.edit(customer, world.now, {})
    world.quickbooks.customers[customer] = replace(now, job=True)
    world.notify(customer)
    world.settle()


def made_inactive(world: World, customer: CustomerId) -> None:
    """It is made inactive."""
    world.edit_customer(customer, active=False)


def taken_away(world: World, customer: CustomerId) -> None:
    """QuickBooks does not know it any more."""
    world.quickbooks.customers.pop(customer)
    world.notify(customer, time=world.now)
    world.settle()


def merged_away(world: World, customer: CustomerId) -> None:
    """It goes into another one, which stays unknown until it is read."""
    world.quickbooks.customers.pop(customer)
    world.notify("99", deleted=customer, time=world.now)


def matched(world: World, customer: CustomerId) -> None:
    """Another client gets it."""
    world.add_client("c-3", toggle=False, display_name="Sheila Jackson")
    world.intent("match", "c-3", customer_id=customer)


def matched_and_carried_out(world: World, customer: CustomerId) -> None:
    """And its values are overwritten."""
    matched(world, customer)
    world.settle()


def added(world: World, customer: CustomerId) -> None:
    """A client is being made for it."""
    world.intent("add_client", customer_id=customer)


def not_seen(world: World, customer: CustomerId) -> None:
    """It was never read."""
    world.table.put(CustomerRow(firm_id=FIRM, customer_id=customer, version=world.customer(customer).version))


def edited(world: World, customer: CustomerId) -> None:
    """The client that has it is edited."""
    link = world.table.link_of(FIRM, customer)
    if link is not None:
        world.edit_client(link.client_id, phone="773")


FATES: tuple[Fate, ...] = (
    nested,
    made_inactive,
    taken_away,
    merged_away,
    matched,
    matched_and_carried_out,
    added,
    not_seen,
    edited,
)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("fate", FATES)
def test_so_it_is_whatever_becomes_of_who_is_asked_about(state: str, fate: Fate) -> None:
    """And, after that, after each input."""
    world = STATES[state]()
    customers = [each for each in about(world) if each in world.quickbooks.customers]
    for customer in customers:
        changed = world.copied()
        fate(changed, customer)
        check(changed)
        for tell in GIVEN.values():
            after = changed.copied()
            tell(after)
            check(after)


def test_every_kind_of_question_is_met() -> None:
    """Else the above would say nothing of it."""
    assert set[str]().union(*(check(build()) for build in STATES.values())) >= QUESTIONS


def test_a_holder_is_offered_for_a_match_until_it_can_not_be_matched() -> None:
    """Because another client has it, or it is a sub-customer, inactive or gone."""
    for fate in (None, nested, made_inactive, taken_away, matched):
        world = STATES["display_name_taken"]()
        (holder,) = about(world)
        if fate is not None:
            fate(world, holder)
        offered = open_choices(world.table, world.link())
        assert ("match" in offered) is (fate is None)
