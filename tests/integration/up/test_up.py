"""One command runs everything on this machine, keeps it running, and leaves nothing behind."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.kafka.ports import free_port
from tests.integration.up.commands import free_ports, refused, until
from tests.integration.up.running_up import Up, running, starting
from tests.patience import PATIENCE_SECONDS

FIRM = "/api/v1/firms/f-1"
TAKEN_IN = re.compile(r'^client_sync_webhooks_total{result="taken_in"} [1-9]', re.MULTILINE)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, jars: Path) -> Iterator[Up]:
    """A run that the tests of this file share."""
    # The shortest that Kafka takes: the group waits so long for a worker that was killed.
    quick: dict[str, object] = {"SESSION_TIMEOUT_SECONDS": 6}
    ports = free_ports() | {"WEBHOOK_PORT": free_port()}
    with running(tmp_path_factory.mktemp("up"), ports, jars, **quick) as it:
        yield it


def test_it_ends_in_a_console_that_answers(up: Up) -> None:
    """The address that it prints answers; so do the two addresses that machines ask; the sample firm is there."""
    (address,) = re.findall(r"http://127\.0\.0\.1:(\d+)/", up.output)

    assert int(address) == up.ports["HTTP_PORT"]
    assert up.get("/healthz")
    assert up.get("/readyz")
    assert "<html" in up.get("/")
    counts = up.get(f"{FIRM}/clients")["counts"]
    assert sum(counts.values()) == 40
    assert counts["synced"] == 25


def test_webhooks_come_by_the_port_that_was_set_for_them(up: Up) -> None:
    """It is printed, and the stand-in sends them there: an edit in QuickBooks is told to the gateway."""
    assert f"Webhooks: http://127.0.0.1:{up.ports['WEBHOOK_PORT']}" in up.output

    up.edit_customer("58", {"PrimaryPhone": {"FreeFormNumber": "(312) 555-0177"}})

    until(lambda: TAKEN_IN.search(up.get("/metrics")), "a webhook is taken in", PATIENCE_SECONDS)


def test_a_second_one_on_the_same_folder_is_refused(up: Up) -> None:
    """Two on one folder would write over each other: the second says so, and the first goes on."""
    code, said = refused("up", up.folder, **free_ports())

    assert code == 1
    assert "already runs" in said
    assert "CLIENT_SYNC_DATA_FOLDER" in said
    assert up.get("/readyz")


def test_a_mistyped_firm_is_not_paused(up: Up) -> None:
    """The command says so and ends with 1; no firm of that name comes into being."""
    code, said = refused("pause --firm f-one --reason why", up.folder, **up.ports)

    assert code == 1
    assert "Refused (never_connected)" in said
    assert up.get("/api/v1/firms/f-one/connection")["status"] == "never_connected"


def test_all_that_it_writes_is_for_its_owner_only(up: Up) -> None:
    """Databases, logs, Kafka's data: they hold clients' values."""
    ours = [up.folder / name for name in ("client-sync.sqlite", "logs", "sandbox", "kafka/data")]
    written = [
        *ours,
        *up.folder.glob("client-sync.sqlite-*"),
        *(path for each in ours for path in each.rglob("*")),
    ]

    assert len(written) > 50
    for path in written:
        if path.exists():  # Kafka and SQLite also take files away
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_no_log_steers_a_terminal(up: Up) -> None:
    """Not even at the start, where a library would show that it is busy."""
    for name in ("worker", "gateway", "quickbooks", "canopy"):
        lines = (up.folder / "logs" / f"{name}.log").read_text().split("\n")
        assert all(character.isprintable() for line in lines for character in line), name


def test_a_killed_worker_is_started_again_and_goes_on(up: Up) -> None:
    """It says so, and what is asked next is done by the new one."""
    old = up.only("worker")
    assert old is not None

    old.kill()

    until(
        lambda: "worker is started again" in up.output,
        "it says that it started the worker again",
        PATIENCE_SECONDS,
    )
    assert "worker ended (by SIGKILL); starting it again in" in up.output
    new = up.only("worker")
    assert new is not None
    assert new.pid != old.pid
    added = up.ask("POST", f"{FIRM}/clients", {"type": "individual", "display_name": "Wanda Kill"})
    client = added["client"]["client_id"]
    until(lambda: _is_synced(up, client), "a new client is synced", PATIENCE_SECONDS)


def test_ctrl_c_leaves_nothing_and_a_second_start_finds_everything(up: Up, jars: Path) -> None:
    """No process, no lock; the next start is quick, has the data, and does nothing twice. Ends the run that the tests share."""
    added = up.ask("POST", f"{FIRM}/clients", {"type": "individual", "display_name": "Xenia Kept"})
    client = added["client"]["client_id"]
    until(lambda: _is_synced(up, client), "a new client is synced", PATIENCE_SECONDS)
    before, counts = _facts(up, client), up.get(f"{FIRM}/clients")["counts"]
    customers = len(up.customers())

    assert up.interrupt() == 0

    assert up.left() == []
    assert "no process and no lock is left" in up.output
    assert not list(up.folder.rglob("*.lock"))

    with running(up.folder, up.ports, jars) as second:
        assert "kafka_jars_fetching" not in second.output
        assert _facts(second, client) == before
        assert second.get(f"{FIRM}/clients")["counts"] == counts
        assert len(second.customers()) == customers
        assert second.interrupt() == 0
        assert second.left() == []


def test_ctrl_c_while_it_starts_leaves_nothing_either(tmp_path: Path, jars: Path) -> None:
    """Who changes their mind early is left with nothing running."""
    with starting(tmp_path, free_ports(), jars) as up:
        until(up.processes, "the first process runs", PATIENCE_SECONDS)

        assert up.interrupt() == 0

        assert up.left() == []


def _is_synced(up: Up, client: str) -> bool:
    # A list, since a client that is not known yet is no error there.
    listed = up.get(f"{FIRM}/clients?status=synced&limit=200")["clients"]
    return any(each["client"]["client_id"] == client and each["link"]["in_step"] for each in listed)


def _facts(up: Up, client: str) -> tuple[object, ...]:
    """Give what a restart must not change; the row's version may grow by a webhook that was still under way."""
    found = up.get(f"{FIRM}/clients/{client}")
    link = found["link"]
    return found["client"], link["status"], link["customer_id"], link["since"]
