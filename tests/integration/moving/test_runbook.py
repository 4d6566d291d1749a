"""Sections of docs/operations.md in which something is stopped, lost or moved, walked line by line. The tests build on each other."""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.wire.inputs import partition_of
from streams.wire.topics import CLIENT_EVENTS
from tests.chaos.processes import PARTITIONS
from tests.integration.moving.system import System
from tests.integration.postgres import tools
from tests.patience import PATIENCE_SECONDS
from tests.runbook import Walk
from tests.story.intent_topic import intents, produce

PHONE = "(312) 555-0194"

pytestmark = pytest.mark.asyncio(loop_scope="module")


def walk(system: System, section: str, folder: Path, names: Mapping[str, str] | None = None) -> Walk:
    """Walk a section. `names`: what else the page calls otherwise than it is called here."""
    stack = system.company.stack
    here = {
        "f-1": system.company.firm,
        "c-1001": system.ana,
        "127.0.0.1:19092": stack.bootstrap,
        ".local": stack.settings["CLIENT_SYNC_DATA_FOLDER"],
        "/backup": str(folder),
    }
    return Walk(section, here | dict(names or {}), stack.settings, folder)


async def test_whether_all_of_it_is_right(system: System, tmp_path: Path) -> None:
    """A pair that drifted in silence is found where both sides are asked, and nowhere else."""
    company = system.company
    # What tells of the links' own making is looked at first: that would find the drift too.
    await company.until(lambda: _all_is_told(system), "QuickBooks and Canopy have told of everything")
    await system.is_clean("--deep", "--pace", "8")
    await company.fault("drop_webhook", "PATCH", "/customers", times=1)
    await company.edit_customer(system.customers[system.ana], Fax={"FreeFormNumber": "(312) 555-0190"})

    with walk(system, "Whether all of it is right", tmp_path) as typed:
        await typed.types("client-sync verify ")
        found = await typed.types("client-sync verify --deep --pace 2", code=1)
        await typed.types("client-sync verify --deep --firm f-1", code=1)

    assert "sides_differ" in found
    assert (tmp_path / "drifted").read_text() == f"{system.ana}\n"
    await company.edit_customer(system.customers[system.ana], Notes="told now")
    await company.until_client(system.ana, fax="(312) 555-0190")
    await company.until_synced(system.ana)


async def test_nobody_decides(system: System, tmp_path: Path) -> None:
    """Said of all firms and of one; the firms are listed all the same."""
    await system.stop_worker()

    with walk(system, "Nobody decides", tmp_path) as typed:
        said = await typed.types("client-sync status ", code=1)
        await typed.types("client-sync status f-1", code=1)
        firms = await typed.types("client-sync firms")

    assert said.startswith("Nobody decides")
    assert system.company.firm in firms


async def test_workers_lag_behind(system: System, tmp_path: Path) -> None:
    """What waits is counted, and one more worker decides it."""
    company = system.company
    await company.edit_client(system.ana, phone="(312) 555-0191")
    await company.until(lambda: _all_is_told(system), "Canopy has told of it")

    with walk(system, "Workers lag behind", tmp_path) as typed:
        said = await typed.types("client-sync status", code=1)
        await typed.types("client-sync firms")
        with typed.runs("client-sync worker"):
            await company.until_customer(
                system.customers[system.ana], PrimaryPhone={"FreeFormNumber": "(312) 555-0191"}
            )
            await company.until_synced(system.ana)

    assert "1 input waits undecided" in said
    await system.start_worker()


async def _all_is_told(system: System) -> bool:
    return await system.company.stack.undelivered() == 0


async def test_quickbooks_is_down(system: System, tmp_path: Path) -> None:
    """What waits says why, and is sent once QuickBooks is back."""
    company = system.company
    await company.fault("status", "POST", "/customer", value=503, times=1000)
    await company.edit_client(system.ana, phone="(312) 555-0192")
    await company.until_link(system.ana, status="waiting")

    with walk(system, "QuickBooks is down", tmp_path) as typed:
        firms = await typed.types("client-sync firms")
        await typed.types("client-sync status")
        why = await typed.types("client-sync why")
        await typed.types("client-sync pause")
        await typed.types("client-sync resume")

    await _quickbooks_works_again(system)
    assert company.firm in firms
    assert "waiting_why: unavailable" in why
    await company.until_link(system.ana, PATIENCE_SECONDS, status="synced", in_step=True)


async def test_a_token_is_lost(system: System, tmp_path: Path) -> None:
    """The firm is named as one to be reauthorized, and what waits is sent once QuickBooks lets us in."""
    company = system.company
    shut = {"match": {"tenant": company.realm}, "do": "status", "value": 401, "times": 1000}
    (await company.ask("POST", f"{company.stack.quickbooks}/_control/faults", shut)).ok()
    await company.edit_client(system.ana, phone="(312) 555-0193")

    async def is_shut() -> bool:
        return (await company.api("GET", "/connection")).ok()["reauthorise_since"] is not None

    await company.until(is_shut, "it is known that QuickBooks lets us in no longer")

    with walk(system, "A token is lost", tmp_path) as typed:
        firms = await typed.types("client-sync firms")
        await typed.types("client-sync status", code=1)
        why = await typed.types("client-sync why")

    await _quickbooks_works_again(system)
    assert "reauthorize" in firms
    assert "no longer accepts our sign-in" in why
    await company.until_link(system.ana, PATIENCE_SECONDS, status="synced", in_step=True)


async def _quickbooks_works_again(system: System) -> None:
    company = system.company
    await company.ask("DELETE", f"{company.stack.quickbooks}/_control/faults")


async def test_the_groups_offsets_were_moved(system: System, tmp_path: Path) -> None:
    """Where they stand is told; the next worker goes by the log."""
    home = partition_of(system.company.firm, PARTITIONS)
    await system.stop_worker()
    await system.commit(CLIENT_EVENTS, home, await system.committed(CLIENT_EVENTS, home) - 1)

    with walk(system, "The group's offsets were moved", tmp_path) as typed:
        assert "group_behind" in await typed.types("client-sync verify", code=1)
        await system.start_worker()
        await typed.until("client-sync status")
        await typed.until("client-sync verify")


async def test_messages_were_produced_again(system: System, tmp_path: Path) -> None:
    """Which they are, and what came of them."""
    company = system.company
    (unmatch,) = [each for each in await intents(company) if each["type"] == "sync.intent.unmatch.v1"]
    await produce(company, unmatch)

    async def is_told() -> bool:
        lines = (await company.api("GET", f"/clients/{system.ben}/timeline")).ok()["lines"]
        return any(line["code"] == "repeat" for line in lines)

    await company.until(is_told, "the timeline says that it came again")

    with walk(system, "Messages were produced again", tmp_path) as typed:
        twice = await typed.types("kcat")
        came = await typed.types("client-sync audit export")

    assert twice == f"{unmatch['id']}\n"
    assert [line.split("\t")[1:] for line in came.splitlines()] == [[system.ben, "repeat", "user:dana"]]


async def test_a_bad_deploy(system: System, tmp_path: Path) -> None:
    """Nothing leaves while it is looked at; what it unmatched is planned, and nothing else; one link is put back, and all goes on."""
    company, began = system.company, datetime.now(UTC).isoformat()
    rightly = (await company.link(system.cleo))["version"]
    await _deployed(system, "1.4.0")
    (await company.act(system.cleo, "unmatch")).ok()
    await company.until_link(system.cleo, status="not_synced")
    now = datetime.now(UTC).isoformat()
    names = {"c-1001": system.cleo, "--to 7": f"--to {rightly}"}
    moments = {"2026-11-24T12:00:00Z": now, "2026-11-24T09:00:00Z": began}

    with walk(system, "A bad deploy", tmp_path, names | moments) as typed:
        await typed.types("client-sync pause --all")
        counted = await typed.types("kcat")
        changed = await typed.types("client-sync audit state")
        await _deployed(system, "1.3.2")
        await typed.until("client-sync verify")
        planned = await typed.types("client-sync replay plan")
        await typed.types("client-sync restore f-1 c-1001 --to 7 --preview")
        await typed.types("client-sync restore f-1 c-1001 --to 7 --reason")
        await typed.types("client-sync resume --all")

    assert f"{company.firm}\tapplied\tunmatch" in counted
    assert system.cleo in changed
    assert system.ana not in changed
    everything = f"http://127.0.0.1:{company.stack.http_port}/firms/{company.firm}/activity?kind=all"
    async with company.http.get(everything, headers={"Authorization": "Bearer dev-operator"}) as page:
        told = await page.text()
    assert "Decided by version 1.4.0" in told
    assert "Decided by version 1.3.2" in told
    assert system.cleo in planned
    assert system.ben not in planned, "another version unmatched that one"
    assert await company.until_synced(system.cleo) == system.customers[system.cleo]


async def _deployed(system: System, version: str) -> None:
    """Let workers and gateway be of another version."""
    await system.stop_worker()
    await system.stop_gateway()
    system.company.stack.settings["CLIENT_SYNC_VERSION"] = version
    await system.start_gateway()
    await system.start_worker()


async def _edited(system: System) -> None:
    """Edit a client after the copy, until all of it is done and shown."""
    await system.company.edit_client(system.ana, phone=PHONE)
    phone = {"FreeFormNumber": PHONE}
    await system.company.until_customer(system.customers[system.ana], PrimaryPhone=phone)
    await system.until_clean("the edit is shown")
    await system.company.until_synced(system.ana)


async def test_a_copy_of_the_database_is_brought_back(system: System, tmp_path: Path) -> None:
    """The gateway reads on from where the copy was made."""
    company = system.company
    with walk(system, "A copy of the database is brought back", tmp_path) as typed:
        await typed.types("sqlite3")
        await _edited(system)
        lines = await system.types("timeline", company.firm, system.ana)
        await system.stop_gateway()
        await typed.types("rm -f")
        await typed.types("cp")
        await system.start_gateway()
        await typed.until("client-sync verify")

    assert await system.types("timeline", company.firm, system.ana) == lines


async def test_a_copy_of_a_postgresql_database_is_brought_back(
    system_on_postgres: System, tmp_path: Path
) -> None:
    """With the tools that come with PostgreSQL; the gateway reads on from where the copy was made."""
    system, company = system_on_postgres, system_on_postgres.company
    with walk(system, "A copy of a PostgreSQL database is brought back", tmp_path, tools()) as typed:
        await typed.types("pg_dump")
        await _edited(system)
        lines = await system.types("timeline", company.firm, system.ana)
        await system.stop_gateway()
        await typed.types("pg_restore")
        await system.start_gateway()
        await typed.until("client-sync verify")

    assert await system.types("timeline", company.firm, system.ana) == lines
    assert (await company.link(system.ben))["status"] == "not_synced"


async def test_the_read_model_is_built_again(system: System, tmp_path: Path) -> None:
    """What somebody has changed by hand is as the log has it."""
    system.sql("UPDATE built_links SET status = 'not_synced' WHERE client_id = ?", system.ana)

    with walk(system, "Building the read model again", tmp_path) as typed:
        await typed.types("client-sync read-model rebuild")
        await typed.types("client-sync read-model give-up", code=1)  # nobody has begun one

    await system.until_clean("the gateway has built it again")
    await system.company.until_synced(system.ana)


async def test_the_vault(system: System, tmp_path: Path) -> None:
    """A new key is made, given, and seals all."""
    given = dict(system.company.stack.settings)
    with Walk("The vault", {}, given, tmp_path) as typed:
        await typed.types("client-sync vault new-key")
        key, _, _ = (tmp_path / "vault-keys").read_text().partition(":")
        given["CLIENT_SYNC_VAULT_KEYS_FILE"] = "vault-keys"
        said = await typed.types("client-sync vault rotate")

    assert f"sealed anew with key {key}" in said


async def test_moving_the_log(system: System, tmp_path: Path) -> None:
    """To another cluster: all is right there, and nothing is sent."""
    company = system.company
    written = await company.written_in_quickbooks()
    await system.stop_worker()
    await system.stop_gateway()

    with walk(system, "Moving sync.log", tmp_path) as typed:
        await typed.types("client-sync log export")
        await system.go_to_another_cluster()
        await typed.types("client-sync topics create")
        await typed.types("client-sync log import")
        await typed.types("rm -rf")
        await system.start_gateway()
        await system.start_worker()
        await typed.until("client-sync verify")

    assert await company.until_synced(system.ana) == system.customers[system.ana]
    assert await company.written_in_quickbooks() == written


async def test_kafka_is_lost_and_there_is_no_copy(system: System, tmp_path: Path) -> None:
    """History alone is enough: links are as they were, and nothing is sent twice."""
    company = system.company
    written = await company.written_in_quickbooks()
    await system.stop_worker()
    await system.stop_gateway()

    with walk(system, "Kafka is lost, and there is no copy", tmp_path) as typed:
        await typed.types("client-sync log export --from-history")
    await system.lose_the_log()
    await system.types("log", "import", str(tmp_path / "log"))
    await system.start_gateway()
    checkpoints = Path(company.stack.settings["CLIENT_SYNC_DATA_FOLDER"]) / "checkpoints"
    shutil.rmtree(checkpoints, ignore_errors=True)
    await system.start_worker()

    await system.until_clean("all of it is as it must be")
    assert await company.until_synced(system.cleo) == system.customers[system.cleo]
    assert await company.written_in_quickbooks() == written
