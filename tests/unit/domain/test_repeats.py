"""An intent that is produced again is refused, whatever came between; one that only waited is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.decision import Decision, Verdict
from domain.firm_rows import FirmRow
from domain.ids import ALL_FIRMS, FirmId, IntentId
from domain.intent_memory import MOST_REMEMBERED, REMEMBERED_FOR, IntentMemory
from domain.rows import LinkRow, Row
from domain.settings import ConflictPolicy, Settings
from tests.unit.domain.test_echo import synced
from tests.unit.domain.world import EVERY_INTENT, REALM, START, World

SECOND = timedelta(seconds=1)
OF_LINKS = (
    "unmatch",
    "restore",
    "match",
    "create",
    "push",
    "take_theirs",
    "leave_both",
    "undo_leave_both",
    "retry",
    "answer",
    "undo_answer",
    "put_back",
    "erase",
)
MORE: dict[str, dict[str, Any]] = {
    "match": {"customer_id": "7"},
    "answer": {"question": "any", "choice": "canopy"},
    "undo_answer": {"version": 1},
    "undo_leave_both": {"version": 1},
    "put_back": {"field": "phone"},
    "add_client": {"customer_id": "7"},
    "undo_add_client": {"customer_id": "7"},
    "settings": {"settings": Settings(conflicts=ConflictPolicy.ALWAYS_ASK)},
    "connect": {"realm_id": REALM},
}
FIRM_WIDE = tuple(kind for kind in EVERY_INTENT if kind not in OF_LINKS)


def ask(world: World, kind: str, **how: Any) -> Decision:
    """Ask for something of this kind."""
    client = "c-1" if kind in OF_LINKS else None
    return world.intent(kind, client, **MORE.get(kind, {}), **how)


def as_of(version: int, row: Row | None) -> Row:
    assert row is not None
    return replace(row, version=version)


def test_every_kind_of_intent_is_one_of_the_two() -> None:
    """The lists above leave none out."""
    assert {*OF_LINKS, *FIRM_WIDE} == set(EVERY_INTENT)


@pytest.mark.parametrize("kind", EVERY_INTENT)
@pytest.mark.parametrize("between", [40, 2 * MOST_REMEMBERED])
@pytest.mark.parametrize("stamp", ["new", "kept"])
def test_an_intent_produced_again_is_not_carried_out_again(kind: str, between: int, stamp: str) -> None:
    """However many others came between, refused ones included; with its old stamp (a mirror) or a new one (kcat)."""
    world = synced()
    said = world.now + SECOND
    ask(world, kind, intent_id="i-once", said_at=said)
    for _ in range(between):
        ask(world, kind)
    world.settle()
    before = [row for row in world.table if isinstance(row, LinkRow | FirmRow)]
    if stamp == "kept":
        world.now = said

    again = ask(world, kind, intent_id="i-once", said_at=said)

    assert (again.verdict, again.code) in ((Verdict.SKIPPED, "repeat"), (Verdict.REFUSED, "too_old"))
    assert [as_of(row.version, world.table.get(row.key)) for row in before] == before
    assert world.settle() == 0


@pytest.mark.parametrize("kind", EVERY_INTENT)
def test_an_intent_produced_again_after_days_is_too_old(kind: str) -> None:
    """Nobody remembers its id by then, and its own time tells."""
    world = synced()
    said = world.now + SECOND
    ask(world, kind, intent_id="i-once", said_at=said)
    world.settle()
    world.later(minutes=60 * 24 * 3)
    ask(world, kind)  # which drops what the rows remember of it
    world.settle()

    again = ask(world, kind, intent_id="i-once", said_at=said)

    assert (again.verdict, again.code, again.facts) == (
        Verdict.REFUSED,
        "too_old",
        {"said_at": said.isoformat()},
    )


def test_one_that_was_never_decided_is_too_old_too() -> None:
    """It lay somewhere for a day: its person has seen since that nothing came of it."""
    world = synced()

    late = world.intent("unmatch", "c-1", said_at=world.now - timedelta(days=1))

    assert (late.verdict, late.code) == (Verdict.REFUSED, "too_old")
    assert world.link().customer_id is not None


def test_repeats_and_old_ones_push_nothing_out_of_memory() -> None:
    """The row is as it was before them."""
    world = synced()
    said = world.now + SECOND
    world.intent("push", "c-1", intent_id="i-once", said_at=said)
    before = world.link().asked
    for _ in range(MOST_REMEMBERED):
        world.intent("push", "c-1", intent_id="i-once", said_at=said)
        world.intent("push", "c-1", said_at=said - timedelta(days=1))

    assert world.link().asked == before


def test_a_worker_that_decides_hours_later_refuses_nothing_for_its_age() -> None:
    """What counts is the time from a person's word to Kafka's stamp, and there is no other clock in here."""
    world = synced()
    for _ in range(3):
        world.later(minutes=90)
        decision = world.intent("push", "c-1", said_at=world.now - 20 * SECOND)
        assert decision.code == "nothing_to_push"


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(hours=30)])
def test_a_gateway_whose_clock_is_ahead_refuses_nobody_elses_intents(ahead: timedelta) -> None:
    """Its own are known when they come again, and others' are as new as they say."""
    world = synced()
    for turn in range(20):
        fast = world.now + ahead
        assert world.intent("push", "c-1", intent_id=f"i-{turn}-fast", said_at=fast).code == "nothing_to_push"
        assert world.intent("push", "c-1", said_at=world.now).code == "nothing_to_push"
        assert world.intent("push", "c-1", intent_id=f"i-{turn}-fast", said_at=fast).code == "repeat"


def test_one_row_forgets_nothing_of_another() -> None:
    """Many intents about one client don't make those about its neighbor old."""
    world = synced()
    world.add_client("c-2", toggle=False, display_name="Debbie")
    for _ in range(2 * MOST_REMEMBERED):
        world.intent("push", "c-1")

    assert world.intent("push", "c-2", said_at=world.now - timedelta(minutes=30)).code != "too_old"


def test_a_pause_of_all_firms_produced_again_pauses_nobody() -> None:
    """Its row remembers as the others do."""
    world = synced()
    said = world.now + SECOND
    pause, resume = EVERY_INTENT["pause"], EVERY_INTENT["resume"]
    world.tell(pause(firm_id=ALL_FIRMS, intent_id=IntentId("i-once")), said_at=said)
    for n in range(2 * MOST_REMEMBERED):
        world.tell(resume(firm_id=ALL_FIRMS, intent_id=IntentId(f"i-{n}")))

    again = world.tell(pause(firm_id=ALL_FIRMS, intent_id=IntentId("i-once")), said_at=said)

    assert again.code == "too_old"


def test_a_memory_is_bounded() -> None:
    """By number, whatever the length of ids, and by age: one intent after an hour is remembered alone."""
    memory = IntentMemory()
    for n in range(3 * MOST_REMEMBERED):
        memory = memory.with_intent(IntentId(f"{n}-" + "x" * 190), START + n * SECOND, START + n * SECOND)
    assert len(memory.said) == MOST_REMEMBERED
    assert len(TypeAdapter(IntentMemory).dump_json(memory)) < 40 * MOST_REMEMBERED

    later = START + 2 * REMEMBERED_FOR
    assert len(memory.with_intent(IntentId("i-1"), later, later).said) == 1


@pytest.mark.parametrize("kind", ["unmatch", "settings"])
def test_ids_that_a_row_remembered_without_times_are_known(kind: str) -> None:
    """Rows of before times were kept hold a list of ids; it counts, and is taken over at the next intent."""
    world = synced()
    old = IntentId("i-of-before")
    for row in (world.link(), world.firm):
        world.table.put(replace(row, asked=None, intents=(old,)))

    assert ask(world, kind, intent_id=old).code == "repeat"
    ask(world, "push")
    ask(world, "settings")
    assert ask(world, kind, intent_id=old).code == "repeat"
    assert (world.link().intents, world.firm.intents) == ((), ())


def test_a_row_of_before_refuses_what_is_older_than_its_memory() -> None:
    """Of an intent said long before, with the stamp of then, a list of sixteen ids could say nothing."""
    world = synced()
    world.table.put(replace(world.link(), asked=None, intents=(IntentId("i-of-before"),)))
    world.later(minutes=600)
    world.intent("push", "c-1")
    world.now -= timedelta(minutes=300)

    assert world.intent("unmatch", "c-1", said_at=world.now).code == "too_old"


def test_a_firm_that_nobody_knows_is_no_trouble() -> None:
    """An old intent for it is refused as any other."""
    world = World(connected=False)
    intent = EVERY_INTENT["disconnect"](firm_id=FirmId("f-1"), intent_id=IntentId("i-1"))

    assert world.tell(intent, said_at=world.now - timedelta(days=1)).code == "too_old"
