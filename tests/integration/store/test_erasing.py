"""A person who was erased is nowhere in the database: no table, index, journal or free page; what was decided still is."""

import gc
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from sqlalchemy import MetaData, make_url, select

from adapters.replays.planning import make_plan
from adapters.store.database import Database
from adapters.store.idempotency import Answered, IdempotencyKeys
from adapters.store.letter_fates import Claim, LetterFates
from adapters.store.preparation import build_again
from adapters.store.projected_rows import columns_of
from adapters.store.projection import Projection
from adapters.store.read_model import ReadModel
from adapters.store.replay_ground import ReplayGrounds
from adapters.store.replays import Replays
from adapters.store.views import DeadLetterView
from adapters.store.whole_tables import WholeTables, wrong_in_history
from domain.acts import ActFilter
from domain.fields import Field
from domain.ids import ClientId, FirmId, RealmId, link_key
from domain.letters import LetterPlace
from domain.projection import Stretch
from tests.integration.gateway.firm import client_row
from tests.integration.store.recorded_world import RecordedWorld
from tests.unit.domain.world import FIRM, START

CANARY = "Quackenbush"
VALUES: dict[str, Any] = {
    "display_name": f"Wilhelmina {CANARY}",
    "email": f"w.{CANARY}@example.com".lower(),
    "fax": f"fax-{CANARY}",
}
OTHER = "Ludwig Lindqvist"


async def holds(database: Database, text: str) -> list[str]:
    """Name the tables that hold a text anywhere, in any case."""
    found = []
    async with database.read() as connection:
        tables = MetaData()
        await connection.run_sync(tables.reflect)
        for table in tables.sorted_tables:
            rows = (await connection.execute(select(table))).all()
            if any(_holds(value, text) for row in rows for value in row):
                found.append(table.name)
    return found


def _holds(value: object, text: str) -> bool:
    said = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return text.lower() in said.lower()


def in_files(url: str, text: str) -> list[str]:
    """Name SQLite's files that hold a text."""
    path = make_url(url).database or ""
    files = sorted(Path(path).parent.glob(f"{Path(path).name}*"))
    return [file.name for file in files if text.lower().encode() in file.read_bytes().lower()]


async def a_life(database: Database) -> RecordedWorld:
    """A client is created, edited, unmatched, planned to be restored, restored, and deleted in Canopy; beside another one."""
    world = RecordedWorld()
    world.add_client("c-2", display_name=OTHER)
    world.add_client(**VALUES)
    world.settle()
    world.edit_client(fax=f"fax-{CANARY}-2")
    world.settle()
    world.intent("unmatch", "c-1", reason=f"{CANARY} asked")
    world.edit_client(mobile=f"mobile-{CANARY}")
    await world.flush(database)
    plan = (ReplayGrounds(database), Replays(database), FIRM, "restore", ActFilter(kind="unmatch"))
    await make_plan(*plan[:2], FIRM, "unmatch", plan[4], by="user:lee", at=world.now)
    world.intent("restore", "c-1")
    world.settle()
    known = world.canopy.clients[ClientId("c-1")]
    gone = replace(known, version=known.version + 1, changed_at=world.now, presence="deleted")
    world.hear(gone, "deleted")
    await world.flush(database)
    keys = IdempotencyKeys(database)
    for key, body in (("k-1", f'{{"client_id":"c-1","name":"{CANARY}"}}'), ("k-2", '{"client_id":"c-2"}')):
        await keys.claim(FIRM, key, request="POST /clients", body_hash="h", now=world.now)
        await keys.keep(FIRM, key, Answered(200, body.encode(), {}))
    return world


async def test_nothing_of_the_person_is_left(database: Database, database_url: str) -> None:
    """In no table; in SQLite not in a free page or the journal either. Others keep theirs."""
    world = await a_life(database)
    assert set(await holds(database, CANARY)) == {
        "history",
        "idempotency_keys",
        "built_customers",
        "built_links",
        "replay_rows",
    }
    before = await ReadModel(database).links.timeline(FIRM, ClientId("c-1"), limit=100)

    world.intent("erase", "c-1", reason="asked by letter")
    await world.flush(database)

    assert await holds(database, CANARY) == []
    if database_url.startswith("sqlite"):
        assert in_files(database_url, CANARY) == []
        assert in_files(database_url, OTHER) != []
    assert {"history", "built_links", "built_customers"} <= set(await holds(database, OTHER))

    timeline = await ReadModel(database).links.timeline(FIRM, ClientId("c-1"), limit=100)
    erased, *past = timeline.lines
    assert (erased.code, erased.actor, erased.reason) == ("erase", "user:dana", "asked by letter")
    told = [(line.version, line.code, line.actor, line.time, line.row.customer_id) for line in past]
    assert told == [
        (line.version, line.code, line.actor, line.time, line.row.customer_id) for line in before.lines
    ]
    assert [len(line.changes) for line in past] == [len(line.changes) for line in before.lines]
    keys = IdempotencyKeys(database)
    again = await keys.claim(FIRM, "k-1", request="POST /clients", body_hash="h", now=world.now)
    other = await keys.claim(FIRM, "k-2", request="POST /clients", body_hash="h", now=world.now)
    assert isinstance(again, Answered)
    assert again.status == 410
    assert other == Answered(200, b'{"client_id":"c-2"}', {})


async def test_a_database_that_is_filled_anew_from_a_log_that_still_has_it_comes_to_the_same(
    database: Database,
) -> None:
    """Compaction takes its time: until then the log has the values, and a lost or older database reads them again."""
    world = await a_life(database)
    world.intent("erase", "c-1", reason="asked by letter")
    world.hear(world.canopy.clients[ClientId("c-2")])
    await world.flush(database)
    await build_again(database)
    projection = Projection(database)
    build = (await projection.build("log")).id
    for line in world.lines:
        stretch = Stretch(partition=0, first=line.offset, next_offset=line.offset + 1, decided=(line,))
        await projection.apply(stretch, build)

    assert await holds(database, CANARY) == []


async def test_who_comes_back_is_held_again_and_a_version_of_before_is_no_way_back(
    database: Database,
) -> None:
    """The client was restored in Canopy: its new values stay, the old ones are gone, also for a restore."""
    world = await a_life(database)
    link = world.link()
    synced = next(
        line.version
        for line in reversed(world.lines)
        if line.row.key == link.key and getattr(line.row, "customer_id", None)
    )
    world.intent("erase", "c-1", reason="asked by letter")
    await world.flush(database)
    known = world.canopy.clients[ClientId("c-1")]
    world.hear(replace(known, version=99, changed_at=world.now + timedelta(days=1)), "restored")
    await world.flush(database)

    links = ReadModel(database).links
    assert await holds(database, CANARY) == ["built_links", "history"]
    assert await links.at_version(FIRM, ClientId("c-1"), synced) is None
    now = await links.at_version(FIRM, ClientId("c-1"), world.link().version)
    assert now is not None
    assert now.customer_id is None


async def test_who_came_back_can_be_erased_again(database: Database) -> None:
    """What was held between the two goes as well; the words of both who asked stay, and a second filling changes nothing."""
    world = await a_life(database)
    world.intent("erase", "c-1", reason="asked by letter")
    known = world.canopy.clients[ClientId("c-1")]
    for version in (99, 100):
        values = {**known.values, Field.FAX: f"fax-{CANARY}-{version}"}
        known = replace(known, version=version, values=values, changed_at=world.now + timedelta(days=version))
        world.hear(known, "edited")
    world.hear(replace(known, version=101, presence="deleted"), "deleted")
    await world.flush(database)
    assert await holds(database, CANARY) == ["built_links", "history"]

    world.intent("erase", "c-1", reason="asked by telephone")
    await world.flush(database)

    assert await holds(database, CANARY) == []
    await build_again(database)
    projection = Projection(database)
    build = (await projection.build("log")).id
    all_lines = Stretch(partition=0, first=0, next_offset=len(world.lines), decided=tuple(world.lines))
    await projection.apply(all_lines, build)
    await projection.complete("log", build)
    assert await holds(database, CANARY) == []
    timeline = await ReadModel(database).links.timeline(FIRM, ClientId("c-1"), limit=100)
    asked = [line.reason for line in timeline.lines if line.code == "erase"]
    assert asked == ["asked by telephone", "asked by letter"]
    stored = {line.offset: line for line in await WholeTables(database).history(0, 0, len(world.lines))}
    for line in world.lines:
        assert line.cause is not None
        assert wrong_in_history(line, line.cause, stored[line.offset]._mapping) == []


async def test_what_was_held_in_a_company_before_goes_and_its_ids_new_owner_stays(database: Database) -> None:
    """Another company gives the same id to somebody else."""
    world = RecordedWorld()
    world.add_client(**VALUES)
    world.settle()
    customer = world.link().customer_id
    assert customer is not None
    world.intent("disconnect")
    world.quickbooks.customers.clear()
    world.quickbooks.add(world.now, {Field.DISPLAY_NAME: OTHER}, customer, created=START)
    world.intent("connect", realm_id=RealmId("realm-2"), replaces=True)
    world.settle()
    known = world.canopy.clients[ClientId("c-1")]
    world.hear(replace(known, version=99, changed_at=world.now, presence="deleted"), "deleted")
    assert world.intent("erase", "c-1").facts == {}
    await world.flush(database)

    assert await holds(database, CANARY) == []
    assert await holds(database, OTHER) == ["built_customers", "history"]
    assert world.customer(customer).erased is None
    stored = {line.offset: line for line in await WholeTables(database).history(0, 0, len(world.lines))}
    for line in world.lines:
        assert line.cause is not None
        assert wrong_in_history(line, line.cause, stored[line.offset]._mapping) == []


async def test_suggested_matches_forget_at_once_whatever_the_clocks_say(database: Database) -> None:
    """Decided later is newer, also where its input was stamped before that of the decision before it."""
    world = await a_life(database)
    pairings = ReadModel(database).pairings
    assert CANARY in str(await pairings.of(FIRM))
    world.intent("erase", "c-1", reason="asked by letter")
    for number, line in enumerate(world.lines):
        if line.code == "erase" and line.cause is not None:
            early = replace(line.cause, at=line.cause.at - timedelta(hours=1))
            world.lines[number] = replace(line, cause=early)
    await world.flush(database)

    assert CANARY not in str(await pairings.of(FIRM))


async def test_verify_knows_what_was_emptied_from_what_was_changed(database: Database) -> None:
    """History and log differ in values alone where a person was erased; anything else is still found."""
    world = await a_life(database)
    world.intent("erase", "c-1", reason="asked by letter")
    await world.flush(database)
    stored = {line.offset: line for line in await WholeTables(database).history(0, 0, len(world.lines))}

    for line in world.lines:
        assert line.cause is not None
        assert wrong_in_history(line, line.cause, stored[line.offset]._mapping) == []
    past = next(line for line in world.lines if line.row.key == world.link().key)
    assert past.cause is not None
    other = replace(past, code="client_edited", row=replace(past.row, firm_id=FirmId("f-9")))
    assert set(wrong_in_history(other, past.cause, stored[past.offset]._mapping)) >= {"code", "firm_id"}


async def test_what_others_wrote_about_them_goes_too(database: Database) -> None:
    """Why a replay was applied, and why a letter that named them was settled; words about others stay."""
    world = await a_life(database)
    replays, fates = Replays(database), LetterFates(database)
    (made,) = (await replays.page(frozenset({FIRM}))).replays
    await replays.apply(made.id, by="user:lee", reason=f"{CANARY} asked", at=world.now)
    mine, others = link_key(FIRM, ClientId("c-1")), link_key(FIRM, ClientId("c-10"))
    for offset, about in enumerate((frozenset({mine}), frozenset({others}), None)):
        words = f"{CANARY} asked" if about != frozenset({others}) else f"{OTHER} asked"
        claim = await fates.claim(_letter(offset), "discarded", "user:lee", words, {}, world.now, about)
        assert isinstance(claim, Claim)
    assert {"replays", "dead_letter_fates"} <= set(await holds(database, CANARY))

    world.intent("erase", "c-1", reason="asked by letter")
    await world.flush(database)

    assert await holds(database, CANARY) == []
    assert "dead_letter_fates" in await holds(database, OTHER)


async def test_the_process_remembers_nothing_of_them(database: Database) -> None:
    """Neither in what it works out of a row or a text, nor in the pairing of a firm, whoever has applied the record."""
    world, read_model = await a_life(database), ReadModel(database)
    await read_model.pairings.of(FIRM)
    assert "by_content" in remembers(CANARY)
    assert CANARY in repr(vars(read_model.pairings))

    world.intent("erase", "c-1", reason="asked by letter")
    erasing = world.lines[-2:]
    await world.flush(database)
    assert remembers(CANARY) == []
    columns_of(client_row("c-9", f"Wilhelmina {CANARY}"))
    assert remembers(CANARY) != []
    projection = Projection(database, forget=read_model.forget)
    stretch = Stretch(
        partition=0, first=erasing[0].offset, next_offset=erasing[-1].offset + 1, decided=tuple(erasing)
    )
    await projection.apply(stretch, (await projection.build("log")).id)

    assert remembers(CANARY) == []
    assert CANARY not in repr(vars(read_model.pairings))


def remembers(text: str) -> list[str]:
    """Name each function of ours that remembers a text among what it was asked or has answered."""
    ours = [
        module
        for name, module in sys.modules.items()
        if name.startswith(("adapters.", "domain.", "streams."))
    ]
    found = {
        f"{value.__wrapped__.__name__}"
        for module in ours
        for value in vars(module).values()
        if hasattr(value, "cache_info") and text.lower() in repr(_within(value)).lower()
    }
    return sorted(found)


def _within(cache: Any) -> list[object]:
    """Give what a cache holds, which it shows to the garbage collector alone."""
    seen, wanted = {id(cache)}, [cache]
    found: list[object] = []
    while wanted:
        for each in gc.get_referents(wanted.pop()):
            if id(each) in seen or isinstance(each, type | FunctionType | ModuleType):
                continue
            seen.add(id(each))
            if isinstance(each, str):
                found.append(each)
            else:
                wanted.append(each)
    return found


def _letter(offset: int) -> DeadLetterView:
    return DeadLetterView(
        place=LetterPlace(0, offset),
        key=FIRM,
        reason="not_json",
        detail="",
        source="t/0/1",
        time=START,
        size=1,
        realms=(),
        state="waiting",
        fate=None,
    )
