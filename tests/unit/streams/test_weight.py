"""A step over many links fits into the log, however long the texts of a firm's clients are."""

from dataclasses import replace

from domain.agreed import Pair
from domain.effects import PlanLinks
from domain.fields import Address, Field, Value
from domain.ids import CustomerId, RealmId, RowKey
from domain.inputs import Cause
from domain.limits import MOST_IN_CANOPY
from domain.outcomes import StepDue
from domain.rows import LinkStatus
from streams.kafka.log_writer import LARGEST_DECISION_BYTES
from streams.wire.records import encode, records_of
from tests.unit.domain.world import START, World

CAUSE = Cause(topic="sync.outcomes", partition=0, offset=1, id="e-1", at=START, actor="system:client-sync")
CLIENTS = 200
LONG = "🦉" * (MOST_IN_CANOPY - 10)
"""Four bytes a character in the log."""


def longest(n: int) -> dict[str, Value]:
    """Every field as long as Canopy has it, and unlike any other client's."""
    text = f"{n:04} {LONG}"
    address = Address(line1=text, line2=text, city=text, region=text, postal_code=text, country=text)
    return {field.value: address if field is Field.ADDRESS else text for field in Field}


def matched() -> World:
    """A firm with many synced clients whose texts are as long as they can be."""
    world = World()
    for n in range(CLIENTS):
        world.know_customer(f"{n + 1}", display_name=f"Customer {n}")
        world.add_client(f"c-{n:04}", toggle=False, display_name=f"Client {n}")
        world.intent("match", f"c-{n:04}", customer_id=f"{n + 1}")
    world.settle()
    for n in range(CLIENTS):
        world.edit_client(f"c-{n:04}", **longest(n))
    return world


def weighed(world: World) -> tuple[list[int], set[RowKey]]:
    """Take all steps over the firm's links; give what each weighs in the log, and the rows that they changed."""
    weights, changed = [], set()
    while steps := [effect for effect in world.firm.pending if isinstance(effect, PlanLinks)]:
        decision = world.deliver(world.firm.key, steps[0], StepDue())
        records = records_of(decision, CAUSE, 0, {})
        weights.append(sum(len(record.row.key) + len(encode(record, 0)) + 64 for record in records))
        changed |= {row.key for row in decision.rows}
    return weights, changed


def test_a_step_over_links_with_long_texts_fits_into_the_log() -> None:
    """It ends early, and the next one goes on behind it: each client has its turn."""
    world = matched()
    world.switch(from_canopy_editing=False)

    weights, changed = weighed(world)

    assert max(weights) < LARGEST_DECISION_BYTES
    assert len(changed) == CLIENTS + 1


def test_so_does_one_over_links_that_agree_on_long_texts_which_are_no_more() -> None:
    """What was agreed stays in the row, also where both sides are empty by now."""
    world = World()
    for n in range(CLIENTS):
        world.add_client(f"c-{n:04}", toggle=False)
        agreed = {Field(name): Pair(value, value) for name, value in longest(n).items()}
        link = replace(world.link(f"c-{n:04}"), status=LinkStatus.SYNCED, reason=None, agreed=agreed)
        world.table.put(replace(link, customer_id=CustomerId(f"{n + 1}")))
    world.intent("disconnect")
    world.intent("connect", realm_id=RealmId("realm-2"), replaces=True)

    weights, changed = weighed(world)

    assert max(weights) < LARGEST_DECISION_BYTES
    assert len(changed) == CLIENTS + 1
