"""A plan to take unmatches back says of each client what becomes of it, and nothing else becomes of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.fields import Field
from domain.ids import ClientId, CustomerId
from domain.replays import (
    PastAct,
    PlannedRow,
    ReplayKind,
    has_to_be_counted,
    minutes_of,
    plan_replay,
    replay_intent,
)
from tests.unit.domain.world import FIRM, World


class Replayed:
    """A world of some synced clients, with the acts that are found in its past."""

    def __init__(self, clients: int) -> None:
        self.world = World()
        self.found: list[PastAct] = []
        self.last: dict[ClientId, PastAct] = {}
        for n in range(1, clients + 1):
            self.world.add_client(f"c-{n}", display_name=f"Client {n}", email=f"c{n}@example.com")
        self.world.settle()

    def act(self, kind: str, client: str, *, by_mistake: bool = True, **more: Any) -> None:
        """Dana does something to a link; found later, if it is a mistake."""
        before = self.world.link(client).customer_id
        self.world.intent(kind, client, **more)
        self.world.settle()
        row = self.world.link(client)
        act = PastAct(
            client_id=ClientId(client),
            kind=kind,
            at=self.world.now if row.former is None else row.former.unmatched_at,
            actor="user:dana",
            partition=0,
            offset=len(self.world.decisions),
            customer_id=before if kind == "unmatch" else row.customer_id,
        )
        self.last[act.client_id] = act
        if by_mistake:
            self.found.append(act)

    def plan(self, kind: ReplayKind = "unmatch", also: tuple[str, ...] = ()) -> dict[str, PlannedRow]:
        """Plan on a copy of the rows; gives each client's row."""
        acts = [act for act in self.found if act.kind == kind]
        rows = plan_replay(
            self.world.rows(),
            FIRM,
            kind,
            acts,
            self.last,
            also=[ClientId(each) for each in also],
            at=self.world.now,
            started=self.world.started,
        )
        assert len({row.client_id for row in rows}) == len(rows)
        return {row.client_id: row for row in rows}

    def apply(self, rows: Mapping[str, PlannedRow], kind: ReplayKind = "unmatch") -> list[str]:
        """Ask for all of it, in order; gives the codes of what was decided."""
        said: list[str] = []
        for row in rows.values():
            if row.is_carried_out:
                intent = replay_intent("r-1", FIRM, kind, row, "INC-42")
                said.append(self.world.tell(intent, actor="user:lee", said_at=self.world.now).code)
        self.world.settle()
        return said


def test_each_client_gets_what_it_had_where_nothing_stands_against_it() -> None:
    """What differs since is sent to the other side; what is in the way is named."""
    replayed = Replayed(5)
    world = replayed.world
    for n in range(1, 6):
        replayed.act("unmatch", f"c-{n}")
    world.edit_client("c-2", phone="312")
    world.add_client("c-9", toggle=False, display_name="Somebody Else")
    replayed.act("match", "c-9", by_mistake=False, customer_id=CustomerId("60"))  # c-3's
    world.know_customer("91", display_name="Another")
    replayed.act("match", "c-4", by_mistake=False, customer_id=CustomerId("91"))
    world.edit_customer("62", active=False)  # c-5's
    world.settle()

    rows = replayed.plan()

    assert {client: (row.outcome, row.code) for client, row in rows.items()} == {
        "c-1": ("restored", "restored"),
        "c-2": ("restored", "restored"),
        "c-3": ("blocked", "customer_linked"),
        "c-4": ("blocked", "matched_since"),
        "c-5": ("restored", "restored_inactive"),
    }
    assert list(rows) == ["c-5", "c-4", "c-3", "c-2", "c-1"], "the newest first"
    assert rows["c-2"].writes["quickbooks"] == {Field.PHONE: "312"}
    assert (rows["c-1"].requests, rows["c-2"].requests) == (0, 1)
    assert rows["c-3"].facts["client_id"] == "c-9"
    assert (rows["c-4"].facts["customer_id"], rows["c-4"].facts["actor"]) == ("91", "user:dana")
    before = world.writes
    assert replayed.apply(rows) == ["restore", "restore", "restore"]
    assert world.writes - before == 1


def test_what_was_put_back_or_taken_apart_again_since_is_left_alone() -> None:
    """The newest state counts: a later unmatch was another act, with a reason of its own."""
    replayed = Replayed(2)
    for client in ("c-1", "c-2"):
        replayed.act("unmatch", client)
        replayed.act("restore", client, by_mistake=False)
    replayed.act("unmatch", "c-2", by_mistake=False)

    rows = replayed.plan()

    assert (rows["c-1"].outcome, rows["c-1"].code) == ("already_so", "already_so")
    assert (rows["c-2"].outcome, rows["c-2"].code) == ("blocked", "unmatched_since")
    assert replayed.apply(rows) == []


def test_of_several_mistakes_with_one_client_the_newest_is_taken_back() -> None:
    """Which brings back what stood right before it."""
    replayed = Replayed(1)
    replayed.act("unmatch", "c-1")
    replayed.act("restore", "c-1", by_mistake=False)
    replayed.act("unmatch", "c-1")

    (row,) = replayed.plan().values()

    assert (row.outcome, row.at) == ("restored", replayed.found[-1].at)


def test_two_who_had_one_customer_meet_in_the_plan() -> None:
    """Each row is decided on what the ones before it leave."""
    replayed = Replayed(1)
    replayed.act("unmatch", "c-1")
    replayed.world.add_client("c-2", toggle=False, display_name="Somebody Else")
    replayed.act("match", "c-2", by_mistake=False, customer_id=CustomerId("58"))
    replayed.act("unmatch", "c-2")

    rows = replayed.plan()

    assert (rows["c-2"].code, rows["c-1"].code) == ("restored", "customer_linked")
    assert replayed.apply(rows) == ["restore"]


def test_what_has_moved_on_since_the_plan_is_refused() -> None:
    """An edit on either side, or another decision about the link."""
    replayed = Replayed(4)
    for n in range(1, 5):
        replayed.act("unmatch", f"c-{n}")
    rows = replayed.plan()
    replayed.world.edit_client("c-1", phone="312")
    replayed.world.edit_customer("59", phone="773")
    replayed.world.intent("restore", "c-3")

    assert replayed.apply(rows) == ["restore", "stale", "stale", "stale"]


def test_the_same_plan_applied_twice_is_carried_out_once() -> None:
    """It asks for the same under the same id."""
    replayed = Replayed(2)
    replayed.act("unmatch", "c-1")
    replayed.act("unmatch", "c-2")
    rows = replayed.plan()

    assert replayed.apply(rows) == ["restore", "restore"]
    assert replayed.apply(rows) == ["repeat", "repeat"]


def test_a_replay_is_taken_back_by_another_one() -> None:
    """Each restore by an unmatch, unless something was done with the client since."""
    replayed = Replayed(3)
    for n in range(1, 4):
        replayed.act("unmatch", f"c-{n}", by_mistake=False)
        replayed.act("restore", f"c-{n}")
    replayed.act("unmatch", "c-2", by_mistake=False)
    replayed.act("unmatch", "c-3", by_mistake=False)
    replayed.act("restore", "c-3", by_mistake=False)

    rows = replayed.plan("restore")

    assert {client: (row.outcome, row.code) for client, row in rows.items()} == {
        "c-1": ("restored", "unmatched"),
        "c-2": ("already_so", "already_so"),
        "c-3": ("blocked", "matched_since"),
    }
    assert replayed.apply(rows, "restore") == ["unmatch"]


def test_a_client_that_is_named_has_a_row_in_any_case() -> None:
    """Known or not."""
    replayed = Replayed(1)

    rows = replayed.plan(also=("c-1", "c-77"))

    assert {client: (row.outcome, row.code) for client, row in rows.items()} == {
        "c-1": ("blocked", "nothing_to_restore"),
        "c-77": ("blocked", "client_unknown"),
    }


def test_a_large_replay_has_to_be_counted() -> None:
    """More than a fifth of a firm's links, or more than an hour at its company's pace."""
    assert not has_to_be_counted(20, 100, 20)
    assert has_to_be_counted(21, 100, 20)
    assert minutes_of(480) == 1
    assert has_to_be_counted(1, 100_000, 28_801)


def test_a_row_that_is_asked_for_later_anew_is_not_done_twice() -> None:
    """Not even once nobody remembers the first time: the row names the version that it was planned on, which is past."""
    replayed = Replayed(1)
    world = replayed.world
    replayed.act("unmatch", "c-1")
    plan = replayed.plan()
    assert replayed.apply(plan) == ["restore"]
    replayed.act("unmatch", "c-1", by_mistake=False)
    world.now += timedelta(days=30)
    world.table.put(replace(world.link("c-1"), asked=None, intents=()))

    assert replayed.apply(plan) == ["stale"]
    assert world.link("c-1").customer_id is None
