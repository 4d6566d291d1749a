"""What people are told of a link is true: in every state, after every input, whatever stands around it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

import pytest

from adapters.web.console.clock import Clock
from adapters.web.console.standing_look import LOOKS, shown, words_for
from adapters.web.texts.why import why
from domain.firm_rows import AllFirmsRow, Connection, FirmRow, Paused
from domain.link.choices import open_choices
from domain.merge import merge
from domain.obstacles import Obstacle
from domain.remembered import Held
from domain.rows import CustomerRow, LinkRow, LinkStatus
from domain.standing import Around, Standing, alone, beside, standing, state_of, ways_to_stand
from tests.states.given import INPUTS
from tests.states.states import GROUPS, its_customer
from tests.unit.domain.world import FIRM, REALM, START, World

STATES = {state: build for states in GROUPS.values() for state, build in states.items()}
GIVEN = [tell for inputs in INPUTS.values() for tell in inputs.values()]
PAUSED = Paused(since=START, by="user:lee", reason="INC-42")
CLOCK = Clock(START, UTC)


def reached(state: str) -> Iterator[World]:
    """Give the world in a state, and what each input makes of it."""
    world = STATES[state]()
    yield world
    for tell in GIVEN:
        after = world.copied()
        tell(after)
        yield after


def connected(firm: FirmRow) -> Connection:
    return firm.connection or Connection(realm_id=REALM, connected_at=START)


def surroundings(firm: FirmRow) -> Iterator[Around]:
    """Give the firm as it is, paused, disconnected, never connected, shut out, just back, and letting go of a company."""
    connection = connected(firm)
    yield Around(firm)
    yield Around(replace(firm, paused=PAUSED))
    yield Around(firm, AllFirmsRow(partition=0, paused=PAUSED))
    yield Around(replace(firm, connection=None))
    for changed in (
        replace(connection, asleep_since=START, asleep_by="user:dana"),
        replace(connection, reauthorise_since=START),
        replace(connection, reauthorise_since=START, shut_by=Obstacle.SUBSCRIPTION_ENDED),
        replace(connection, back=True),
        replace(connection, replaces=REALM),
    ):
        yield Around(replace(firm, connection=changed))


def customers(world: World, link: LinkRow) -> Iterator[CustomerRow | None]:
    """Give the link's customer as it is, noticed, and inactive."""
    row = world.table.customer(FIRM, link.customer_id) if link.customer_id is not None else None
    yield row
    if row is not None and row.customer is not None:
        yield replace(row, noticed_at=world.now)
        yield replace(row, customer=replace(row.customer, active=False))


def differs(link: LinkRow, customer: CustomerRow | None, firm: FirmRow) -> bool:
    """Say whether something would follow from comparing both sides."""
    if link.client is None or customer is None or customer.customer is None:
        return True
    merged = merge(
        link.client, customer.customer, link.agreed, link.changed_at, firm.settings.conflicts, link.uncompared
    )
    return bool(merged.to_quickbooks or merged.to_canopy or merged.undecided)


def check(world: World) -> set[Standing]:
    """Compare what is said of each link with what is so; give all that was said."""
    said: set[Standing] = set()
    for link in world.links():
        for around in surroundings(world.firm):
            for customer in customers(world, link):
                stands = standing(link, customer, around)
                said.add(stands)
                if stands is Standing.IN_STEP:
                    is_in_step(link, customer, around)
                look = shown(link, customer, around, CLOCK)
                told = why(link, around, customer, open_choices(world.table, link), words=words_for(CLOCK))
                assert (look.standing, told.standing) == (stands, stands)
                assert told.text.endswith((".", "?"))
                assert "None" not in f"{look} {told.text}".replace("says=None", "")
                assert (stands is Standing.IN_STEP) == ("in step" in told.text)
    return said


def is_in_step(link: LinkRow, customer: CustomerRow | None, around: Around) -> None:
    """Say that nothing stands against it."""
    connection = around.firm.connection
    assert link.status is LinkStatus.SYNCED
    assert link.problem is None
    assert not link.pending
    assert link.held == Held()
    assert around.paused is None
    assert connection is not None
    assert (connection.asleep_since, connection.reauthorise_since, connection.replaces) == (None, None, None)
    assert link.client is not None
    assert link.client.presence == "present"
    assert customer is None or customer.customer is None or customer.customer.active
    assert customer is None or not customer.reads
    assert not differs(link, customer, around.firm)


@pytest.mark.parametrize("state", STATES)
def test_what_is_said_is_so_and_each_has_its_sentence(state: str) -> None:
    """Never in step where a value differs, or something is pending, held, paused, disconnected or inactive."""
    for world in reached(state):
        check(world)


def test_every_standing_is_met() -> None:
    """Else the above would say nothing of it."""
    deferred = list(reached("synced, writing to QuickBooks"))
    worlds = [*(build() for build in STATES.values()), *deferred]
    said = set[Standing]().union(*(check(world) for world in worlds))
    assert said >= set(Standing) - {Standing.TO_BE_CREATED}


@pytest.mark.parametrize(
    "around", list(surroundings(FirmRow(firm_id=FIRM, connection=connected(World().firm))))
)
def test_what_is_counted_is_what_is_listed(around: Around) -> None:
    """Each pair of a link and a customer stands in exactly one way, the same that the filter asks for."""
    found = [pair for each in Standing for pair in ways_to_stand(each, around)]
    assert len(found) == len(set(found))
    for each in Standing:
        assert all(beside(*pair, around) is each for pair in ways_to_stand(each, around))
    world = STATES["synced"]()
    row = world.table.customer(FIRM, its_customer(world))
    assert (alone(world.link()), state_of(row)) in found


def test_each_standing_has_a_look_of_its_own() -> None:
    """No two read alike."""
    assert len({look.word for look in LOOKS.values()}) == len(Standing)


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        ("never_matched", Standing.NOT_SYNCED),
        ("matching", Standing.MATCHING),
        ("creating", Standing.CREATING),
        ("unmatching", Standing.UNMATCHING),
        ("synced, writing to Canopy", Standing.SENDING),
        ("synced", Standing.IN_STEP),
        ("held", Standing.HELD),
        ("client archived", Standing.CLIENT_ARCHIVED),
        ("customer inactive", Standing.CUSTOMER_INACTIVE),
        ("company disconnected", Standing.DISCONNECTED),
        ("both_changed", Standing.NEEDS_ATTENTION),
    ],
)
def test_a_state_is_called_by_its_name(state: str, stands: Standing) -> None:
    """As it is reached, with its own customer and firm."""
    world = STATES[state]()
    link = world.link()
    customer = world.table.customer(FIRM, link.customer_id) if link.customer_id is not None else None
    assert standing(link, customer, Around(world.firm)) is stands
