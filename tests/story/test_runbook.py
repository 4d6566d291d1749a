"""Sections of docs/operations.md, walked line by line in the situation that each is about. Those that stop something, or move it, are walked on a system of their own (`tests/integration/moving`)."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from tests.runbook import Walk
from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.events import client_event
from tests.story.in_bulk import ended, taken_in
from tests.story.test_both_sides_edited import OURS, THEIRS, edited_on_both
from tests.story.test_dead_letters import parked, told_of
from tests.story.test_held_again import HELD, left_on_both

PLAN = re.compile(r"\br-[0-9a-f]{16}\b")


def walk(company: Company, section: str, folder: Path, names: Mapping[str, str] | None = None) -> Walk:
    """Walk a section about this firm. `names`: what else the page calls otherwise than it is called here."""
    here = {
        "f-1": company.firm,
        "127.0.0.1:19092": company.stack.bootstrap,
        "9130357766890012": company.realm,
    }
    return Walk(section, here | dict(names or {}), company.stack.settings, folder)


async def _two_unmatched(company: Company) -> list[str]:
    """Three clients, of which Dana has unmatched the first two."""
    clients = [await company.add_client(name) for name in ("Asta Lind", "Bo Kranz", "Cora Diaz")]
    for client in clients:
        await company.until_synced(client)
    for client in clients[:2]:
        (await company.act(client, "unmatch", {"reason": "cleaning up"})).ok()
        await company.until_link(client, status="not_synced")
    return clients


async def test_a_mistaken_unmatch(company: Company, tmp_path: Path) -> None:
    """Planned, looked at, applied, proved; and what would take it back is planned."""
    apart = (await _two_unmatched(company))[:2]
    now = datetime.now(UTC)
    days = {"2026-11-24": f"{now - timedelta(1):%F}", "2026-11-26": f"{now + timedelta(1):%F}"}

    with walk(company, "A mistaken unmatch", tmp_path, days) as typed:
        planned = PLAN.search(await typed.types("client-sync replay plan --firm f-1 --since"))
        assert planned is not None
        typed.names |= {"r-0123456789abcdef": planned[0], "--confirm 25": "--confirm 2"}
        looked_at = await typed.types("client-sync replay show")
        await typed.types("client-sync replay apply")
        not_as_planned = await typed.types("client-sync replay show")
        back = await typed.types("client-sync replay plan --firm f-1 --kind restore")

    assert all(client in looked_at and client in back for client in apart)
    assert not_as_planned == ""
    for client in apart:
        await company.until_synced(client)


async def test_an_answer_was_a_mistake(company: Company, tmp_path: Path) -> None:
    """Looked at, and taken back; then answered once more, and that one is taken back by its version."""
    client, customer = await edited_on_both(company, "Kofi Mensah")
    await company.until_link(client, status="needs_attention")
    await company.answer(client, "canopy")
    await company.until_synced(client)

    with walk(company, "An answer was a mistake", tmp_path, {"c-1001": client}) as typed:
        looked_at = await typed.types("client-sync undo-answer f-1 c-1001 --preview")
        await typed.types("client-sync undo-answer f-1 c-1001 --reason")
        await company.until_customer(customer, PrimaryEmailAddr={"Address": THEIRS})
        await company.until_link(client, status="needs_attention")
        await company.answer(client, "canopy")
        await company.until_synced(client)
        version = (await company.api("GET", f"/clients/{client}/undo-preview")).ok()["version"]
        typed.names["--answer 7"] = f"--answer {version}"
        await typed.types("client-sync undo-answer f-1 c-1001 --answer 7")

    assert f"email: {OURS} → {THEIRS} in QuickBooks" in looked_at
    await company.until_customer(customer, PrimaryEmailAddr={"Address": THEIRS})


async def test_both_sides_were_left_by_mistake(company: Company, tmp_path: Path) -> None:
    """Looked at, and held again; then left once more, and that is taken back by its version."""
    client, _ = await left_on_both(company, "Kofi Mensah")

    with walk(company, "Both sides left by mistake", tmp_path, {"c-1001": client}) as typed:
        looked_at = await typed.types("client-sync undo-leave-both f-1 c-1001 --preview")
        await typed.types("client-sync undo-leave-both f-1 c-1001 --reason")
        await company.until_link(client, held=HELD)
        (await company.act(client, "leave-both")).ok()
        version = (await company.api("GET", f"/clients/{client}/undo-leave-both-preview")).ok()["version"]
        typed.names["--left 7"] = f"--left {version}"
        await typed.types("client-sync undo-leave-both f-1 c-1001 --left 7")

    assert "Email is held again" in looked_at
    await company.until_link(client, held=HELD)


async def test_a_batch_was_a_mistake(company: Company, tmp_path: Path) -> None:
    """Listed, looked at, taken back as the console's page says it too; QuickBooks holds again what it held."""
    client, customer = await _matched_in_bulk(company)
    page = await _page(company, "batches/1/revert")

    with walk(company, "A batch was a mistake", tmp_path, {"f-1 7": f"{company.firm} 1"}) as typed:
        assert "onboarding" in await typed.types("client-sync batches list")
        assert f"client {client}: match, done. Matched." in await typed.types("client-sync batches show")
        looked_at = await typed.types("client-sync batches revert f-1 7 --put-values-back --preview")
        assert (await company.link(client))["status"] == "synced"
        await typed.types("client-sync batches revert f-1 7 --put-values-back --reason")

    assert "phone: (312) 555-0100 → (773) 555-0100" in looked_at
    assert f"client-sync batches revert {company.firm} 1 --put-values-back --reason" in page
    bound = re.search(r"--seen [0-9a-f]{16}", looked_at)
    assert bound is not None
    assert bound[0] in page, "the page's command is bound to the same look"
    await company.until_link(client, status="not_synced")
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(773) 555-0100"})


async def _matched_in_bulk(company: Company) -> tuple[str, str]:
    """Match two by a batch, with another phone; gives the ids of both."""
    await company.switch("all")
    mail, phones = "ines@example.com", ("(312) 555-0100", "(773) 555-0100")
    customer = await company.new_customer(
        "Ines Falk", PrimaryEmailAddr={"Address": mail}, PrimaryPhone={"FreeFormNumber": phones[1]}
    )
    client = await company.add_client("Ines Falk", sync=False, email=mail, phone=phones[0])

    async def is_sure() -> bool:
        return bool((await company.api("GET", "/matching")).ok()["totals"]["sure"] == 1)

    await company.until(is_sure, "both are known")
    draft = (await company.api("GET", "/matching")).ok()["draft"]
    begun = {"draft": draft["seen"], "reason": "onboarding"}
    await ended(company, taken_in(await company.api("POST", "/batches", begun)))
    return client, customer


async def _page(company: Company, path: str) -> str:
    """Read a page of the console as an operator."""
    url = f"http://127.0.0.1:{company.stack.http_port}/firms/{company.firm}/{path}"
    async with company.http.get(url, headers={"Authorization": "Bearer dev-operator"}) as answer:
        assert answer.status == 200, path
        return html.unescape(await answer.text())


async def test_a_poisoned_message(company: Company, tmp_path: Path) -> None:
    """One is sent again, one put right, one let be, several sent together, and those of a company that is connected later."""
    lost, again = [
        (await parked(company, _created(company, client), elsewhere=True))["id"] for client in ("c-1", "c-2")
    ]
    event: Json = orjson.loads(_created(company, "c-3"))
    del event["data"]["client_id"]
    wrong = (await parked(company, orjson.dumps(event)))["id"]
    broken = (await parked(company, b"{"))["id"]

    with walk(company, "A poisoned message", tmp_path) as typed:
        typed.names["3-1289"] = lost
        assert lost in await typed.types("client-sync dead-letters list", code=1)
        assert "wrong_partition" in await typed.types("client-sync dead-letters show")
        await typed.types("client-sync dead-letters redrive 3-1289 --plan")
        await typed.types("client-sync dead-letters redrive 3-1289 --reason")
        await company.until_synced("c-1")

        typed.names["3-1289"] = wrong
        await typed.types("client-sync dead-letters show 3-1289 --values")
        file = tmp_path / "event.json"
        found = orjson.loads(file.read_bytes())
        file.write_bytes(orjson.dumps(found | {"data": found["data"] | {"client_id": "c-3"}}))
        await typed.types("client-sync dead-letters edit 3-1289 event.json --plan")
        await typed.types("client-sync dead-letters edit 3-1289 event.json --reason")
        await company.until_synced("c-3")

        typed.names["3-1289"] = broken
        await typed.types("client-sync dead-letters discard")

        # Others' letters of the same reason wait here too: theirs are left to them.
        typed.names["handling_failed"] = f"wrong_partition --firm {company.firm}"
        sent = await typed.types("client-sync dead-letters list --why", code=1)
        assert again in sent
        await company.until_synced("c-2")

        typed.names["3-1289"] = lost
        assert f"dead-letter={lost}" in await typed.types("kcat -C")

        typed.names["9130357766890012"] = await _of_a_company_connected_later(company)
        assert "qbo.notifications/" in await typed.types("client-sync dead-letters redrive --company")

    assert [each["id"] for each in await company.dead_letters() if each["fate"] is None] == []


def _created(company: Company, client: str) -> bytes:
    return client_event(company.firm, "created", client, 1, f"Client Called {client}")


async def _of_a_company_connected_later(company: Company) -> str:
    """Let a company tell of a customer before it is connected, then connect it; gives its id."""
    realm = f"{company.realm}9"
    await company.ask("POST", f"{company.stack.quickbooks}/_control/realms", {"realm_id": realm})
    assert await told_of(company, realm) == 200
    url = f"http://127.0.0.1:{company.stack.http_port}/api/v1/dead-letters?realm={realm}"

    async def is_listed() -> bool:
        answer = await company.ask("GET", url, None, Authorization="Bearer dev-operator")
        return bool(answer.ok()["dead_letters"])

    await company.until(is_listed, "the notice is parked")
    (await company.api("DELETE", "/connection")).ok()
    await company.connect(realm, replaces=True)
    return realm


async def test_at_a_terminal(company: Company, tmp_path: Path) -> None:
    """Each command that an operator has for a client and a firm."""
    began = datetime.now(UTC).isoformat()
    client, *_ = await _two_unmatched(company)
    gone = await company.add_client("Zora Blum")
    await company.until_synced(gone)
    now = await company.client(gone)
    await company.tell(client_event(company.firm, "deleted", gone, now["version"] + 1, now["display_name"]))
    await company.until_link(gone, status="not_synced")
    moments = {
        "c-1001": client,
        "2026-11-23T10:00:00Z": datetime.now(UTC).isoformat(),
        "2026-11-24T09:00:00Z": datetime.now(UTC).isoformat(),
        "2026-11-23T09:00:00Z": began,
        "--as-of 9 --since 7": "--as-of 2 --since 1",
    }

    with walk(company, "At a terminal", tmp_path, moments) as typed:
        assert "unmatched from" in await typed.types("client-sync why")
        assert "unmatch (applied) by user:dana" in await typed.types("client-sync timeline f-1 c-1001 ")
        assert await typed.types("client-sync suggestions")
        assert "not_synced" in await typed.types("client-sync timeline f-1 c-1001 --as-of 2026")
        assert await typed.types("client-sync timeline f-1 c-1001 --as-of 9 --since 7")
        assert client in await typed.types("client-sync audit state")
        await typed.types("client-sync restore f-1 c-1001 --preview")
        await typed.types("client-sync restore f-1 c-1001 --reason")
        customer = await company.until_synced(client)

        rightly = (await company.link(client))["version"]
        (await company.act(client, "unmatch")).ok()
        await company.until_link(client, status="not_synced")
        typed.names["--to 7"] = f"--to {rightly}"
        await typed.types("client-sync restore f-1 c-1001 --to 7")
        await company.until_link(client, customer_id=customer, status="synced")

        await typed.types("client-sync replay plan --firm f-1 --actor dana")
        await typed.types("client-sync unmatch")
        assert "Editing clients in QBO: on" in await typed.types("client-sync firm-settings show")
        await typed.types("client-sync firm-settings set")
        await company.until(lambda: _is_off(company), "the change is shown")
        typed.names["p3:1289"] = await _newest_change(company)
        assert "off → on" in await typed.types("client-sync firm-settings put-back f-1 p3:1289 --preview")
        await typed.types("client-sync firm-settings put-back f-1 p3:1289 --reason")
        assert "paused" in await typed.types("client-sync pause")
        await typed.types("client-sync resume")
        await typed.types("client-sync audit export")
        assert (tmp_path / f"{company.firm}.jsonl").read_text().count("\n") > 5
        typed.names["c-1001"] = gone
        assert "is erased" in await typed.types("client-sync erase")
        await typed.types("client-sync disconnect")
        await typed.types("client-sync connect")

    async def is_connected() -> bool:
        found = (await company.api("GET", "/connection")).ok()
        return bool(found["status"] == "connected" and found["listed"])

    await company.until(is_connected, "the firm is connected again")


async def _newest_change(company: Company) -> str:
    changes = (await company.api("GET", "/settings/changes")).ok()["changes"]
    return str(changes[0]["position"])


async def _is_off(company: Company) -> bool:
    return not (await company.api("GET", "/settings")).ok()["actions_from_qbo"]["editing"]


async def test_from_another_machine(company: Company, tmp_path: Path) -> None:
    """With the gateway's address and a token, and neither Kafka nor a database to be found."""
    token = tmp_path / "token"
    token.write_text("dev-operator")
    names = {
        "https://sync.example.com": f"http://127.0.0.1:{company.stack.http_port}",
        "~/.client-sync-token": str(token),
        "CLIENT_SYNC_API": "CLIENT_SYNC_KAFKA_BOOTSTRAP=127.0.0.1:1 CLIENT_SYNC_DATABASE_URL= CLIENT_SYNC_API",
    }

    with walk(company, "From another machine, with a token alone", tmp_path, names) as typed:
        await typed.types("export")
        by_environment = await typed.types("client-sync firms")
        by_words = await typed.types("client-sync --api")

    assert company.firm in by_environment
    assert company.firm in by_words
