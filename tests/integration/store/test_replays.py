"""A replay on a real database: planned without a trace, applied as planned, told as the log says it."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from adapters.asking_together import MOST_OPEN, MOST_TRIES, Asker
from adapters.replays.applying import OUTDATED, AppliedReplays
from adapters.replays.desk import ReplayDesk, ReplayRefusedError, Shown
from adapters.replays.planning import UnknownFirmError, UnknownVersionError, make_plan
from adapters.store.built_tables import built
from adapters.store.database import Database
from adapters.store.kept_tables import kept, replay_rows, replays
from adapters.store.replay_ends import ReplayEnds
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replay, Replays
from adapters.store.sent_together import SENDER_SILENT
from domain.acts import ActFilter
from domain.fields import Field
from domain.ids import ClientId, CustomerId, EngineVersion, FirmId
from domain.settings import ConflictPolicy
from tests.integration.store.engine import Engine
from tests.integration.store.recorded_world import RecordedWorld
from tests.unit.domain.world import FIRM

BY = "user:lee"
BY_DANA = ActFilter(kind="unmatch", actor="user:dana")


class Office:
    """A firm of so many clients, of which some were unmatched by Dana; with what operators and gateways have.

    `clock`: the gateways'.
    """

    def __init__(self, database: Database, clients: int, unmatched: int) -> None:
        self.database = database
        self.world = RecordedWorld()
        for n in range(1, clients + 1):
            self.world.add_client(f"c-{n}", display_name=f"Client {n}", email=f"c{n}@example.com")
        self.world.settle()
        for n in range(1, unmatched + 1):
            self.world.intent("unmatch", f"c-{n}")
        self.world.settle()
        self.clock = self.world.now
        self.engine = Engine(self.world, database)
        self.ends = ReplayEnds(database)
        self.kept = Replays(database)
        plan = partial(make_plan, ReplayGrounds(database), self.kept)
        self.desk = ReplayDesk(database, plan)
        self.applier = self.another_gateway()

    def another_gateway(self) -> Asker[Replay]:
        """Give the asker of another gateway, or of one that was killed and started again."""
        applied = AppliedReplays(self.kept, self.ends, ReplayGrounds(self.database))
        return Asker(applied, self.engine, self.engine.caught_up, self.look_at_it)

    def look_at_it(self) -> datetime:
        """Give the time, which goes on from one look to the next."""
        self.clock += timedelta(microseconds=1)
        return self.clock

    async def plan(self, wanted: ActFilter = BY_DANA, kind: str = "unmatch") -> Shown:
        """Plan, as things are."""
        await self.world.flush(self.database)
        made = await self.desk.plan(
            FIRM, "restore" if kind == "restore" else "unmatch", wanted, by=BY, at=self.world.now
        )
        return await self.desk.shown(made)

    async def apply(self, replay: Replay, count: int | None = None, reason: str = "INC-42") -> None:
        """Let it be applied."""
        await self.desk.apply(replay, by=BY, reason=reason, count=count, at=self.world.now)

    async def carried_out(self, replay: Replay) -> Shown:
        """Let the gateway be at it until all is asked for and decided."""
        for _ in range(100):
            await self.applier.look()
            now = await self.desk.one(replay.id)
            assert now is not None
            if now.ended_at is not None:
                return await self.desk.shown(now)
            self.clock += timedelta(seconds=1)
        raise AssertionError("it does not end")

    async def everything_but_replays(self) -> dict[str, list[object]]:
        """Give what stands in every other table."""
        tables = [*kept.sorted_tables, *built.sorted_tables]
        async with self.database.read() as connection:
            return {
                table.name: sorted((await connection.execute(select(table))).all(), key=repr)
                for table in tables
                if table not in (replays, replay_rows)
            }


@pytest.fixture
async def office(database: Database) -> Office:
    """A firm of ten, four of them unmatched."""
    return Office(database, clients=10, unmatched=4)


def told(shown: Shown) -> dict[str, tuple[str, str]]:
    """Give each row's outcome and code."""
    return {row.planned.client_id: (row.planned.outcome, row.planned.code) for row in shown.rows}


def ended(shown: Shown) -> dict[str, tuple[str, str]]:
    """Give how each row has ended."""
    return {row.planned.client_id: (row.end.state, row.end.code) for row in shown.rows if row.end is not None}


async def test_a_plan_changes_nothing_but_that_it_is_kept(office: Office) -> None:
    """Made twice from the same state it says the same; no intent is written."""
    await office.world.flush(office.database)
    before = await office.everything_but_replays()

    first = await office.plan()
    office.world.later(minutes=1)
    second = await office.plan()

    assert await office.everything_but_replays() == before
    assert office.engine.asked == []
    assert [row.planned for row in first.rows] == [row.planned for row in second.rows]
    assert told(first) == {f"c-{n}": ("restored", "restored") for n in range(1, 5)}
    assert (first.replay.rows, first.replay.links, first.replay.made_by) == (4, 10, BY)
    page = await office.desk.page(frozenset({FIRM}), limit=1)
    assert page.replays == (second.replay,)
    older = await office.desk.page(None, limit=5, cursor=page.cursor)
    assert (older.replays, older.cursor) == ((first.replay,), None)
    assert (await office.desk.page(frozenset({FirmId("f-2")}), limit=5)).replays == ()


async def test_acts_are_found_by_all_that_is_named(office: Office) -> None:
    """By time, actor and client; of those that are named each has a row."""
    world = office.world
    noon = world.now + timedelta(seconds=1)
    world.later(minutes=1)
    world.intent("unmatch", "c-9")

    assert told(await office.plan(ActFilter(kind="unmatch", since=noon))) == {"c-9": ("restored", "restored")}
    assert len((await office.plan(ActFilter(kind="unmatch", until=noon))).rows) == 4
    assert told(await office.plan(ActFilter(kind="unmatch", actor="user:lee"))) == {}
    named = ActFilter(kind="unmatch", clients=(ClientId("c-2"), ClientId("c-7"), ClientId("c-77")))
    assert told(await office.plan(named)) == {
        "c-2": ("restored", "restored"),
        "c-7": ("blocked", "nothing_to_restore"),
        "c-77": ("blocked", "client_unknown"),
    }
    with pytest.raises(UnknownFirmError):
        await office.desk.plan(FirmId("f-9"), "unmatch", BY_DANA, by=BY, at=world.now)


async def test_all_that_a_version_decided_is_found_and_one_that_is_unknown_is_refused(office: Office) -> None:
    """With the versions that are known, and when each decided: the last first. Not those of before versions were kept."""
    world = office.world
    world.engine = EngineVersion("1.3.2")
    world.later(minutes=1)
    world.intent("unmatch", "c-8")
    by_before = world.now
    world.engine = EngineVersion("1.4.0")
    world.later(minutes=1)
    world.intent("unmatch", "c-9")
    bad = ActFilter(kind="unmatch", engine=EngineVersion("1.4.0"))

    plan = await office.plan(bad)

    assert told(plan) == {"c-9": ("restored", "restored")}
    assert plan.replay.wanted == {"kind": "unmatch", "engine": "1.4.0"}
    assert told(await office.plan(replace(bad, actor="user:lee"))) == {}
    with pytest.raises(UnknownVersionError) as refused:
        await office.plan(replace(bad, engine=EngineVersion("1.5.0")))
    minute = f"{world.now:%Y-%m-%d %H:%M}"
    before = f"{by_before:%Y-%m-%d %H:%M}"
    assert str(refused.value) == (
        f"Version 1.5.0 has decided nothing in firm {FIRM}. "
        f"Known there: 1.4.0 ({minute} to {minute} UTC), 1.3.2 ({before} to {before} UTC)."
    )


async def test_where_no_version_is_known_that_is_said(office: Office) -> None:
    """As in a history from before versions were kept; what can be named instead is."""
    with pytest.raises(UnknownVersionError, match=r"Of no decision in firm .* Find them by time"):
        await office.plan(ActFilter(kind="unmatch", engine=EngineVersion("1.4.0")))


async def test_of_many_versions_the_last_are_named(office: Office) -> None:
    """A sentence is read by a person."""
    for n in range(12):
        office.world.engine = EngineVersion(f"1.{n}")
        office.world.later(minutes=1)
        office.world.edit_client("c-9", email=f"c{n}@example.com")

    with pytest.raises(UnknownVersionError) as refused:
        await office.plan(ActFilter(kind="unmatch", engine=EngineVersion("2.0")))

    said = str(refused.value)
    assert said.index("1.11 (") < said.index("1.10 (") < said.index("1.2 (")
    assert "1.1 (" not in said
    assert said.endswith("and 2 before these.")


async def test_each_row_ends_as_its_plan_said(office: Office) -> None:
    """With what it sent; blocked ones are not asked for. Applied once more, nothing is asked for."""
    world = office.world
    world.edit_client("c-1", phone="312")
    world.edit_customer("59", mobile="773")
    world.edit_client("c-2", fax="1")
    world.add_client("c-11", toggle=False, display_name="Somebody Else")
    world.intent("match", "c-11", customer_id=CustomerId("60"))
    world.settle()
    plan = await office.plan()
    assert told(plan) == {
        "c-1": ("restored", "restored"),
        "c-2": ("restored", "restored"),
        "c-3": ("blocked", "customer_linked"),
        "c-4": ("restored", "restored"),
    }
    before = world.writes

    await office.apply(plan.replay, count=3)
    shown = await office.carried_out(plan.replay)

    assert ended(shown) == {f"c-{n}": ("as_planned", "restore") for n in (1, 2, 4)}
    by_client = {row.planned.client_id: row for row in shown.rows}
    for client in ("c-1", "c-2", "c-4"):
        row = by_client[ClientId(client)]
        assert row.end is not None
        assert row.end.writes == {side: values for side, values in row.planned.writes.items() if values}
    assert world.writes - before == plan.replay.requests == 3
    assert (shown.decided, shown.replay.reason, shown.replay.applied_by) == (3, "INC-42", BY)
    asked = list(office.engine.asked)
    await office.apply(shown.replay, count=3)
    await office.applier.look()
    assert office.engine.asked == asked
    assert {line.cause.reason for line in world.lines if line.cause and line.cause.batch} == {"INC-42"}


async def test_what_has_changed_since_the_plan_is_skipped_and_named(office: Office) -> None:
    """Also between the decision and its end: a row that came to something else says so."""
    plan = await office.plan()
    office.world.edit_client("c-1", phone="312")
    office.world.intent("restore", "c-2")
    office.world.settle()

    await office.apply(plan.replay, count=4)
    shown = await office.carried_out(plan.replay)

    assert ended(shown) == {
        "c-1": ("moved_on", "stale"),
        "c-2": ("moved_on", "stale"),
        "c-3": ("as_planned", "restore"),
        "c-4": ("as_planned", "restore"),
    }


@pytest.mark.parametrize(
    ("there", "code"), [({Field.PHONE: "773"}, "both_changed"), ({Field.FAX: "9"}, "restore")]
)
async def test_a_row_that_came_to_something_else_says_so(
    office: Office, there: dict[Field, str], code: str
) -> None:
    """A side holds by then what nobody knew when it was planned: a question comes of it, or another write."""
    world = office.world
    world.edit_client("c-1", phone="312")
    plan = await office.plan()
    world.quickbooks.edit("58", world.now, there)

    await office.apply(plan.replay, count=4)
    shown = await office.carried_out(plan.replay)

    assert ended(shown)["c-1"] == ("otherwise", code)


async def test_whoever_takes_over_goes_on_and_asks_for_nothing_twice(database: Database) -> None:
    """A gateway is killed in the middle; another one waits until it is silent, and asks for what is left."""
    office = Office(database, clients=MOST_OPEN + 20, unmatched=MOST_OPEN + 10)
    plan = await office.plan()
    await office.apply(plan.replay, count=MOST_OPEN + 10)
    await office.applier.look()
    assert len(office.engine.asked) == MOST_OPEN
    office.applier = office.another_gateway()

    await office.applier.look()
    assert len(office.engine.asked) == MOST_OPEN, "the other one may still be at it"
    office.clock += SENDER_SILENT + timedelta(seconds=1)
    shown = await office.carried_out(plan.replay)

    assert set(ended(shown).values()) == {("as_planned", "restore")}
    assert len(office.engine.asked) == len(set(office.engine.asked)) == MOST_OPEN + 10


async def test_what_nobody_decides_is_asked_for_again_under_the_same_name(office: Office) -> None:
    """It may not have been taken in; and once it is decided, it was asked for once."""
    plan = await office.plan()
    await office.apply(plan.replay, count=4)
    office.engine.holds = True
    await office.applier.look()
    await office.applier.look()
    assert len(office.engine.asked) == 4
    office.engine.holds = False
    office.clock += timedelta(seconds=61)

    shown = await office.carried_out(plan.replay)

    assert set(ended(shown).values()) == {("as_planned", "restore")}
    assert len(office.engine.asked) == 8
    assert len(set(office.engine.asked)) == 4


async def test_a_replay_that_is_cancelled_asks_for_nothing_more(database: Database) -> None:
    """What was asked for is told; what was not has no end."""
    office = Office(database, clients=MOST_OPEN + 20, unmatched=MOST_OPEN + 10)
    plan = await office.plan()
    await office.apply(plan.replay, count=MOST_OPEN + 10)
    await office.applier.look()

    await office.desk.cancel(plan.replay, by=BY, at=office.world.now)
    await office.applier.look()

    cancelled = await office.desk.one(plan.replay.id)
    assert cancelled is not None
    shown = await office.desk.shown(cancelled)
    assert (shown.decided, len(ended(shown)), len(office.engine.asked)) == (MOST_OPEN,) * 3
    with pytest.raises(ReplayRefusedError, match="replay_cancelled"):
        await office.apply(cancelled, count=MOST_OPEN + 10)


async def test_a_replay_ends_though_one_row_is_never_decided(database: Database) -> None:
    """What it asks for lies among the dead letters: it is asked for some times, ever more rarely, and holds up no other row."""
    office = Office(database, clients=MOST_OPEN + 20, unmatched=MOST_OPEN + 10)
    office.engine.parks = {f"c-{n}" for n in range(1, MOST_OPEN + 2)}
    plan = await office.plan()
    await office.apply(plan.replay, count=MOST_OPEN + 10)

    for _ in range(8 * MOST_TRIES):
        await office.applier.look()
        office.clock += timedelta(minutes=10)

    ended_now = await office.desk.one(plan.replay.id)
    assert ended_now is not None
    assert ended_now.ended_at is not None
    states = [state for state, _ in ended(await office.desk.shown(ended_now)).values()]
    assert (states.count("not_decided"), states.count("as_planned")) == (MOST_OPEN + 1, 9)
    assert Counter(office.engine.asked).most_common(1)[0][1] == MOST_TRIES


async def test_what_is_decided_about_a_client_that_is_gone_ends_its_row(office: Office) -> None:
    """Such a refusal stands on the firm's row: there is no other."""
    plan = await office.plan()
    gone = replace(plan.rows[0].planned, client_id=ClientId("c-99"))
    await office.kept.add(
        id_="r-gone",
        firm=FIRM,
        kind="unmatch",
        wanted={},
        at=office.world.now,
        by=BY,
        ground=plan.replay.ground,
        links=10,
        rows=[gone],
    )
    replay = await office.desk.one("r-gone")
    assert replay is not None
    await office.apply(replay)

    shown = await office.carried_out(replay)

    assert ended(shown) == {"c-99": ("refused", "client_unknown")}


async def test_other_settings_stop_a_replay_under_way(database: Database) -> None:
    """The rows that are left were planned by others, and would come to something else than was shown."""
    office = Office(database, clients=MOST_OPEN + 20, unmatched=MOST_OPEN + 10)
    plan = await office.plan()
    await office.apply(plan.replay, count=MOST_OPEN + 10)
    await office.applier.look()
    office.world.switch(conflicts=ConflictPolicy.CANOPY_WINS)
    await office.world.flush(database)

    await office.applier.look()

    stopped = await office.desk.one(plan.replay.id)
    assert stopped is not None
    assert stopped.cancelled_by == OUTDATED
    assert len(office.engine.asked) == MOST_OPEN


async def test_a_replay_that_cannot_be_read_stops_no_other(office: Office) -> None:
    """Another version of us may have written it."""
    broken, good = await office.plan(), await office.plan()
    await office.apply(broken.replay, count=4)
    await office.apply(good.replay, count=4)
    async with office.database.write() as connection:
        strange = update(replay_rows).where(replay_rows.c.replay_id == broken.replay.id).values(row="{}")
        await connection.execute(strange)

    shown = await office.carried_out(good.replay)

    assert set(ended(shown).values()) == {("as_planned", "restore")}


async def test_a_plan_that_was_cancelled_meanwhile_is_not_said_to_be_applied(office: Office) -> None:
    """Whoever applies it looked before somebody else cancelled it."""
    plan = await office.plan()
    await office.desk.cancel(plan.replay, by=BY, at=office.world.now)

    with pytest.raises(ReplayRefusedError, match="replay_cancelled"):
        await office.apply(plan.replay, count=4)


async def test_a_plan_is_applied_by_who_knows_how_much_it_is(office: Office) -> None:
    """And while its ground holds: other settings would decide otherwise."""
    plan = await office.plan()
    for count in (None, 3, 5):
        with pytest.raises(ReplayRefusedError, match="count_needed") as refused:
            await office.apply(plan.replay, count=count)
        assert refused.value.facts == {"count": "4", "links": "10"}
    office.world.switch(conflicts=ConflictPolicy.CANOPY_WINS)
    await office.world.flush(office.database)

    with pytest.raises(ReplayRefusedError, match="plan_outdated"):
        await office.apply(plan.replay, count=4)

    nothing = await office.plan(ActFilter(kind="unmatch", actor="user:nobody"))
    with pytest.raises(ReplayRefusedError, match="nothing_to_apply"):
        await office.apply(nothing.replay)
    small = await office.plan(ActFilter(kind="unmatch", clients=(ClientId("c-1"),)))
    await office.apply(small.replay)
    shown = await office.carried_out(small.replay)
    with pytest.raises(ReplayRefusedError, match="replay_ended"):
        await office.desk.cancel(shown.replay, by=BY, at=office.world.now)


async def test_a_replay_is_taken_back_by_another(office: Office) -> None:
    """Found by its id, which is the batch of all that it asked for."""
    plan = await office.plan()
    await office.apply(plan.replay, count=4)
    await office.carried_out(plan.replay)

    back = await office.plan(ActFilter(kind="restore", batch=plan.replay.id), kind="restore")
    assert told(back) == {f"c-{n}": ("restored", "unmatched") for n in range(1, 5)}
    await office.apply(back.replay, count=4, reason="that was wrong")
    shown = await office.carried_out(back.replay)

    assert ended(shown) == {f"c-{n}": ("as_planned", "unmatch") for n in range(1, 5)}
    assert all(office.world.link(f"c-{n}").customer_id is None for n in range(1, 5))


async def test_the_rows_of_a_plan_are_looked_through_by_outcome_and_by_end(office: Office) -> None:
    """Page by page, in the plan's order; how all have ended is known once all is asked for."""
    world = office.world
    world.edit_client("c-2", email="one@example.com")
    world.edit_customer(world.link("c-2").former.customer_id, email="two@example.com")  # type: ignore[union-attr]
    world.settle()
    plan = await office.plan()
    world.intent("create", "c-3")
    world.settle()
    await world.flush(office.database)
    await office.apply(plan.replay, count=4)
    assert await office.desk.by_end(plan.replay, office.clock) is None
    done = (await office.carried_out(plan.replay)).replay

    by_end = await office.desk.by_end(done, office.clock)

    assert by_end == {"as_planned": ["c-4", "c-2", "c-1"], "moved_on": ["c-3"]}
    asked = await office.desk.shown(done, outcome="restored", first=1, limit=1)
    assert [row.planned.client_id for row in asked.rows] == ["c-3"]
    skipped = await office.desk.shown(done, clients=by_end["moved_on"])
    assert [(row.planned.client_id, row.end and row.end.state) for row in skipped.rows] == [
        ("c-3", "moved_on")
    ]
