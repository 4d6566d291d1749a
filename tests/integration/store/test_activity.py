"""What happened in a firm is found by when, what, who, about whom and with what else it was asked for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from adapters.store.activity import ActivityList, acts_of
from adapters.store.cursors import WrongCursorError
from adapters.store.database import Database
from adapters.store.engine_versions import EngineVersions, VersionSeen
from adapters.store.kept_tables import history
from adapters.store.projection import Projection
from domain.acts import ActFilter
from domain.decision import Verdict
from domain.ids import ClientId, EngineVersion, FirmId
from domain.inputs import Cause
from domain.projection import Decided, Stretch
from domain.rows import Row
from tests.integration.gateway.firm import FIRM, client_row
from tests.integration.gateway.log_writer import NOW

OTHER = FirmId("f-2")
C1, C2, C3 = (client_row(ClientId(f"c-{n}"), f"Client {n}") for n in (1, 2, 3))
ELSEWHERE = replace(C1, firm_id=OTHER)


def minutes(number: int) -> Any:
    """A moment so many minutes after the first."""
    return NOW + timedelta(minutes=number)


def line(row: Row, offset: int, at: int, code: str, actor: str | None, **more: Any) -> Decided:
    """A record at an offset of partition 0, of an input that came at a minute."""
    named = {name: more.pop(name) for name in ("reason", "batch") if name in more}
    number = more.pop("input", offset)
    cause = Cause(
        topic="t", partition=0, offset=number, id=f"i-{number}", at=minutes(at), actor=actor, **named
    )
    return Decided(
        partition=0,
        offset=offset,
        version=row.version,
        verdict=more.pop("verdict", Verdict.APPLIED),
        code=code,
        row=row,
        cause=cause,
        **more,
    )


LINES = (
    line(C1, 0, 0, "client_created", "user:erin"),
    line(C1, 1, 1, "unmatch", "user:dana", reason="by mistake", batch="b-1", engine="1.4.0"),
    line(
        C2, 2, 1, "unmatch", "user:dana", batch="b-1", input=1, engine="1.4.0"
    ),  # the same decision: another row that it changed
    line(C2, 3, 1, "unmatch", "user:lee", engine="1.3.2"),
    line(ELSEWHERE, 4, 2, "unmatch", "user:dana", engine="1.3.9"),
    line(C3, 5, 3, "unmatch", "user:dana", verdict=Verdict.REFUSED, engine="1.4.0"),
    line(C3, 6, 4, "customer_read", None),
)


@pytest.fixture
async def activity(database: Database) -> ActivityList:
    """What was decided above."""
    projection = Projection(database)
    build = (await projection.build("log")).id
    await projection.apply(Stretch(partition=0, first=0, next_offset=len(LINES), decided=LINES), build)
    return ActivityList(database)


@pytest.mark.parametrize(
    ("wanted", "offsets"),
    [
        ({}, [6, 5, 3, 1, 0]),
        ({"kind": "unmatch"}, [5, 3, 1]),
        ({"kind": "unmatch", "actor": "user:dana"}, [5, 1]),
        ({"since": minutes(1), "until": minutes(3)}, [3, 1]),
        ({"batch": "b-1"}, [1]),
        ({"clients": (ClientId("c-2"), ClientId("c-3"))}, [6, 5, 3]),
        ({"engine": "1.4.0"}, [5, 1]),
        ({"engine": "1.4.0", "kind": "unmatch", "until": minutes(3)}, [1]),
        ({"kind": "nothing"}, []),
        ({"engine": "1.5.0"}, []),
    ],
)
async def test_acts_are_found_by_all_that_is_named(
    activity: ActivityList, wanted: dict[str, Any], offsets: list[int]
) -> None:
    """The newest first, of this firm alone; a decision that changed two rows is one line, about the first."""
    page = await activity.page(FIRM, ActFilter(**wanted))

    assert [act.offset for act in page.acts] == offsets


async def test_pages_follow_each_other_where_many_acts_are_of_one_moment(activity: ActivityList) -> None:
    """None is shown twice or left out; a cursor that is none of ours is refused."""
    found, cursor = [], None
    while True:
        page = await activity.page(FIRM, ActFilter(), cursor=cursor, limit=1)
        found += [act.offset for act in page.acts]
        cursor = page.cursor
        if cursor is None:
            break

    assert found == [6, 5, 3, 1, 0]
    with pytest.raises(WrongCursorError):
        await activity.page(FIRM, ActFilter(), cursor="W10")


async def test_an_act_is_told_with_its_reason_its_batch_and_what_it_left(activity: ActivityList) -> None:
    """All that a person asks of it."""
    (act,) = (await activity.page(FIRM, ActFilter(batch="b-1"))).acts

    assert (act.actor, act.reason, act.batch, act.time) == ("user:dana", "by mistake", "b-1", minutes(1))
    assert (act.row, act.input_id, act.verdict) == (C1, "i-1", Verdict.APPLIED)
    assert act.engine == "1.4.0"


@pytest.mark.usefixtures("activity")
async def test_the_versions_that_have_decided_in_a_firm_are_known(database: Database) -> None:
    """The one that decided last first, with its first and its last input; what nobody knows the version of is in none."""
    versions = EngineVersions(database)

    assert await versions.of(FIRM) == [
        VersionSeen(engine=EngineVersion("1.4.0"), first=minutes(1), last=minutes(3)),
        VersionSeen(engine=EngineVersion("1.3.2"), first=minutes(1), last=minutes(1)),
    ]
    assert [each.engine for each in await versions.of(OTHER)] == ["1.3.9"]
    assert await versions.of(FirmId("f-9")) == []


async def test_what_people_asked_for_is_found_granted_or_not(activity: ActivityList) -> None:
    """And no message; each with what it was about before, where there was something."""
    page = await activity.page(FIRM, ActFilter(), by_people=True)
    before = await activity.before(page.acts)

    assert [act.offset for act in page.acts] == [5, 3, 1]
    assert before == {(0, 1): C1, (0, 3): C2}


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (ActFilter(), "history_by_time"),
        (ActFilter(since=NOW, until=minutes(9)), "history_by_time"),
        (ActFilter(kind="unmatch", since=NOW), "history_by_kind"),
        (ActFilter(actor="user:dana", since=NOW), "history_by_actor"),
        (ActFilter(batch="b-1"), "history_of_a_batch"),
        (ActFilter(engine=EngineVersion("1.4.0"), since=NOW), "history_by_engine"),
    ],
)
async def test_each_question_has_its_index(
    activity: ActivityList, database: Database, wanted: ActFilter, index: str
) -> None:
    """Among a million decisions too it is found at once. SQLite says how it looks; PostgreSQL scans so few rows."""
    async with database.read() as connection:
        if connection.dialect.name != "sqlite":
            known = await connection.scalars(text("SELECT indexname FROM pg_indexes"))
            assert index in set(known)
            return
        lines = history.c
        newest_first = acts_of(FIRM, wanted).order_by(lines.time.desc(), lines.offset.desc())
        query = newest_first.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        told = (await connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))).all()

    assert any(index in each[3] for each in told), told
    assert not any("TEMP B-TREE" in each[3] for each in told), "the index has them in order"
