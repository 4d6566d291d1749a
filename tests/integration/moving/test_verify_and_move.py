"""One system, verified as it works, after each thing that can be wrong with it, and in another cluster. The tests build on each other."""

import shutil
import sqlite3
import stat
from pathlib import Path

import orjson
import pytest

from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS, INTENTS
from tests.chaos.processes import PARTITIONS
from tests.integration.moving.system import System

pytestmark = pytest.mark.asyncio(loop_scope="module")
PHONE = "(312) 555-0199"


async def test_a_system_at_work_is_clean(system: System) -> None:
    """Also where both outsides are asked."""
    summary = await system.is_clean("--deep", "--pace", "8")

    assert summary["pairs"] == 2
    assert summary["rows"] > 5
    _copy_of(system.database, system.database.with_name("older.sqlite"))


async def test_a_pair_that_drifted_in_silence_is_named_by_deep_alone(system: System, tmp_path: Path) -> None:
    """Its client can be put into a list; the values are not told."""
    company = system.company
    await company.fault("drop_webhook", "PATCH", "/customers", times=1)
    await company.edit_customer(system.customers[system.ana], PrimaryPhone={"FreeFormNumber": PHONE})

    await system.is_clean()
    ids = tmp_path / "ids"
    words = ("--deep", "--pace", "8", "--firm", company.firm, "--ids-to", str(ids))
    (found,) = await system.finds(*words)

    assert found["code"] == "sides_differ"
    assert found["facts"]["client_id"] == system.ana
    assert found["facts"]["fields"] == ["phone"]
    assert "555" not in orjson.dumps(found).decode()
    assert ids.read_text() == f"{system.ana}\n"
    await company.edit_customer(system.customers[system.ana], Notes="told now")
    await company.until_client(system.ana, phone=PHONE)
    await system.is_clean("--deep", "--pace", "8")


async def test_each_thing_that_was_changed_by_hand_is_named(system: System) -> None:
    """A row of the read model, one that is missing there, one too many, a line of history, an offset: each alone."""
    firm = system.company.firm
    home = partition_of(firm, PARTITIONS)
    await system.stop_worker()
    await system.is_clean()

    system.sql("UPDATE built_links SET status = 'not_synced' WHERE client_id = ?", system.ana)
    system.sql("UPDATE built_links SET row = replace(row, 'Cleo', 'Clea') WHERE client_id = ?", system.cleo)
    system.sql("DELETE FROM built_links WHERE client_id = ?", system.ben)
    system.sql("INSERT INTO built_firms SELECT shown, 'f-nobody', '{}' FROM read_build WHERE stream = 'log'")
    system.sql(
        "UPDATE history SET code = 'unmatch', engine = NULL WHERE row_key = ? AND version = 1",
        f"link/{firm}/{system.ana}",
    )
    # A line of before versions were kept is right, one that names another version than the log is not.
    system.sql(
        "UPDATE history SET engine = NULL WHERE row_key = ? AND version = 2", f"link/{firm}/{system.ana}"
    )
    system.sql(
        "UPDATE history SET engine = '0.9' WHERE row_key = ? AND version = 1", f"link/{firm}/{system.cleo}"
    )
    system.sql("DELETE FROM history WHERE row_key = ? AND version = 1", f"link/{firm}/{system.ben}")
    found = await system.finds()

    assert {
        (each["code"], each["facts"].get("client_id")): each["facts"].get("columns") for each in found
    } == {
        ("row_shown_wrong", system.ana): ["status"],
        ("row_shown_wrong", system.cleo): ["name", "name_order", "found_by", "match_keys"],
        ("row_not_shown", system.ben): None,
        ("row_shown_unknown", None): None,
        ("history_line_wrong", system.ana): ["code"],
        ("history_line_wrong", system.cleo): ["engine"],
        ("history_line_missing", system.ben): None,
    }
    assert await system.finds("--firm", "f-nobody") != []

    for client in (system.ana, system.cleo):
        system.sql("DELETE FROM history WHERE row_key = ? AND version = 1", f"link/{firm}/{client}")
    await system.types("read-model", "rebuild")
    await system.until_clean("the gateway has built it again")
    at = await system.committed(CLIENT_EVENTS, home)
    await system.commit(CLIENT_EVENTS, home, at - 1)
    (behind,) = await system.finds()
    assert behind["code"] == "group_behind"
    assert behind["facts"] == {
        "topic": CLIENT_EVENTS,
        "partition": home,
        "decided_before": at,
        "group_goes_on_at": at - 1,
        "topic_ends_at": at,
    }
    await system.commit(CLIENT_EVENTS, home, at)
    await system.types("pause", "--firm", firm, "--reason", "nobody decides", code=3)
    await system.commit(INTENTS, home, await system.committed(INTENTS, home) + 1)
    (ahead,) = await system.finds()
    assert (ahead["code"], ahead["facts"]["topic"]) == ("group_ahead", INTENTS)
    await system.start_worker()
    await system.types("resume", "--firm", firm, "--reason", "decided after all")
    await system.until_clean("what was passed over is decided")


async def test_a_database_of_yesterday_catches_up_with_the_log(system: System) -> None:
    """It reads on from where it was. What the log has forgotten meanwhile is missing for good, and is counted."""
    await system.stop_gateway()
    shutil.copy(system.database.with_name("older.sqlite"), system.database)
    for left in ("-wal", "-shm"):
        system.database.with_name(f"{system.database.name}{left}").unlink(missing_ok=True)

    assert {each["code"] for each in await system.finds()} >= {"read_model_behind"}

    await system.start_gateway()
    summary = await system.is_clean()
    assert summary["rows_with_gaps_in_history"] == 0


async def test_all_of_it_moves_to_another_cluster(system: System, tmp_path: Path) -> None:
    """Rows and pending work; an undo from before works there, and nothing is sent that was not pending."""
    company, firm = system.company, system.company.firm
    await system.types("pause", "--firm", firm, "--reason", "we move")
    await company.edit_client(system.cleo, phone=PHONE)
    await company.until_link(system.cleo, in_step=False)
    copy, written = tmp_path / "copy", await company.written_in_quickbooks()
    refused = await system.types("log", "import", str(tmp_path), code=1)
    assert refused == []
    await system.stop_worker()
    (exported,) = await system.types("log", "export", str(copy))
    assert exported["pending"] > 0
    assert await system.types("log", "export", str(copy), code=1) == []
    for path in (copy, *copy.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0

    await system.stop_gateway()
    await system.go_to_another_cluster()
    (imported,) = await system.types("log", "import", str(copy))
    assert (imported["rows"], imported["pending"]) == (exported["rows"], exported["pending"])
    assert imported["positions_kept"] == 0
    assert await system.types("log", "import", str(copy), code=1) == []
    await system.start_gateway()
    await system.start_worker()

    (restored,) = await system.types("restore", firm, system.ben, "--reason", "from before the move")
    assert restored["code"] == "restore"
    ben = await company.until_link(system.ben, status="synced")
    assert ben["customer_id"] == system.customers[system.ben]
    assert await company.written_in_quickbooks() == written
    await system.until_clean("all of it is as it must be")
    lines = await system.types("timeline", firm, system.ben)
    assert [line["version"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["reason"] == "from before the move"

    await system.types("resume", "--firm", firm, "--reason", "moved")
    await company.until_customer(system.customers[system.cleo], PrimaryPhone={"FreeFormNumber": PHONE})
    (sent,) = (await company.written_in_quickbooks())[len(written) :]
    assert sent["body"]["PrimaryPhone"] == {"FreeFormNumber": PHONE}
    await company.until_synced(system.cleo)


async def test_a_log_that_is_lost_comes_back_from_history(system: System, tmp_path: Path) -> None:
    """Its inputs are all decided again, and known: nothing is sent twice, and no decision is missing on the timeline."""
    company, firm = system.company, system.company.firm
    await system.until_clean("all of it is shown")
    written, lines = await company.written_in_quickbooks(), await system.types("timeline", firm, system.ben)
    await system.stop_worker()
    await system.stop_gateway()
    copy = tmp_path / "copy"
    (exported,) = await system.types("log", "export", "--from-history", str(copy))
    assert exported["source"] == "history"
    await system.lose_the_log()

    await system.types("log", "import", str(copy))
    await system.start_gateway()
    shutil.rmtree(Path(company.stack.settings["CLIENT_SYNC_DATA_FOLDER"]) / "checkpoints", ignore_errors=True)
    await system.start_worker()

    # Decided once the worker has its partitions.
    assert (await company.act(system.ben, "unmatch")).status in {200, 202}
    await system.until_clean("all of it is as it must be")
    await company.until_link(system.ben, status="not_synced")
    assert await company.written_in_quickbooks() == written
    now = await system.types("timeline", firm, system.ben)
    assert now[: len(lines)] == [
        line | {"position": was["position"]} for line, was in zip(lines, now, strict=False)
    ]


def _copy_of(database: Path, copy: Path) -> None:
    with sqlite3.connect(database) as one, sqlite3.connect(copy) as other:
        one.backup(other)
    one.close()
    other.close()
