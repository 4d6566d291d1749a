"""Each operators' command says the same, and ends the same, whether it asks Kafka and the database or a gateway."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata

import aiohttp
import orjson
import pytest
import pytest_asyncio

from deploy.reach import REACHES, Reach
from tests.chaos.stack import Stack
from tests.story.both_ways import BothWays, Said
from tests.story.company import Company
from tests.story.events import client_event
from tests.story.in_bulk import batch, ended, taken_in
from tests.story.stillness import Stillness
from tests.story.test_both_sides_edited import edited_on_both
from tests.story.test_dead_letters import parked
from tests.story.test_held_again import left_on_both
from tests.unit.deploy.test_every_command import at_a_terminal

WHY = ("--reason", "mended")


@dataclass(frozen=True, slots=True)
class Scene:
    """A firm with a synced client, an unmatched one, one that looks like a customer, dead letters, and a plan."""

    company: Company
    ways: BothWays
    names: dict[str, str]

    def words(self, typed: str) -> tuple[str, ...]:
        """Give the words of a command, with the scene's own names."""
        return tuple(word.format_map(self.names) for word in typed.split())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(
    stack: Stack,
    http: aiohttp.ClientSession,
    stillness: Stillness,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Scene]:
    """One firm for the whole table: what only looks changes nothing of it."""
    company = await Company.open(stack, http, "f-both-ways")
    folder = tmp_path_factory.mktemp("nothing")
    ways = BothWays(company, folder)
    client = await company.add_client("Wanda Pohl", email="wanda@example.com")
    customer = await company.until_synced(client)
    apart = await company.add_client("Xaver Roth", email="xaver@example.com")
    await company.until_synced(apart)
    await company.edit_client(client, phone="(312) 555-0199")
    await company.until_customer(customer, PrimaryPhone={"FreeFormNumber": "(312) 555-0199"})
    await company.until_synced(client)
    (await company.act(apart, "unmatch", {"reason": "by mistake"})).ok()
    await company.until_link(apart, status="not_synced")
    batch, _ = await _created_in_bulk(company, "Zita Quandt")
    value = client_event(company.firm, "created", "c-lost", 1, "Ursula Berg")
    letter, broken = await parked(company, value, elsewhere=True), await parked(company, b"{")
    event = folder / "event.json"
    event.write_bytes(client_event(company.firm, "created", "c-lost", 1, "Ursula Berg"))
    (await company.api("PUT", "/settings", company.settings | {"conflicts": "canopy_wins"})).ok()
    planned = await ways.remote("replay", "plan", "--firm", company.firm, "--json")
    assert planned.code == 0, planned
    listed = await company.ask(
        "GET", f"http://127.0.0.1:{stack.http_port}/api/v1/replays", Authorization="Bearer dev-operator"
    )
    names = {
        "firm": company.firm,
        "client": client,
        "apart": apart,
        "batch": batch,
        "letter": letter["id"],
        "broken": broken["id"],
        "event": str(event),
        "now": datetime.now(UTC).isoformat(),
        "change": await _newest_change(company),
        "version": metadata.version("client-sync"),
        "plan": next(each["plan"] for each in listed.ok()["replays"] if each["firm"] == company.firm),
    }
    yield Scene(company, ways, names)
    await stillness.watch(company)


async def _created_in_bulk(company: Company, name: str) -> tuple[str, str]:
    """Create a customer by a batch for a client that has none; gives the ids of batch and client."""
    client = await company.add_client(name, sync=False)
    await company.until_link(client, status="not_synced")
    rows = [{"do": "create", "client_id": client}]
    begun = taken_in(await company.api("POST", "/batches", {"rows": rows, "reason": "onboarding"}))
    await ended(company, begun)
    return begun, client


async def _newest_change(company: Company) -> str:
    """Give the place of the newest change of settings."""
    changes = (await company.api("GET", "/settings/changes")).ok()["changes"]
    return str(changes[0]["position"])


LOOKS = (
    ("why {firm} {client}", 0),
    ("why {firm} {apart}", 0),
    ("why {firm} c-none", 1),
    ("timeline {firm} {client}", 0),
    ("timeline {firm} c-none", 1),
    ("timeline {firm} {client} --as-of 1", 0),
    ("timeline {firm} {client} --as-of {now} --since 1", 0),
    ("timeline {firm} {client} --as-of 9999", 1),
    ("timeline {firm} c-none --as-of {now}", 1),
    ("timeline {firm} {client} --since 1", 2),
    ("suggestions {firm} {apart}", 0),
    ("suggestions {firm} c-none", 1),
    ("restore {firm} {apart} --preview", 0),
    ("restore {firm} {client} --preview", 1),
    ("restore {firm} {apart} --preview --to 9999", 1),
    ("restore {firm} c-none --preview", 1),
    ("undo-answer {firm} {client} --preview", 1),
    ("undo-answer {firm} c-none --preview", 1),
    ("undo-answer {firm} {client} --answer 9999 --preview", 1),
    ("undo-answer {firm} {client} --reason mended", 1),
    ("undo-answer {firm} {client}", 2),
    ("undo-leave-both {firm} {client} --preview", 1),
    ("undo-leave-both {firm} c-none --preview", 1),
    ("undo-leave-both {firm} {client} --left 9999 --preview", 1),
    ("undo-leave-both {firm} {client} --reason mended", 1),
    ("undo-leave-both {firm} {client}", 2),
    ("status {firm}", 0),
    ("status f-none", 1),
    ("audit export --firm {firm}", 0),
    ("audit export --firm {firm} --client {client}", 0),
    ("audit export --firm f-none", 1),
    ("audit state --firm {firm} --as-of {now}", 0),
    ("audit state --firm f-none --as-of {now}", 1),
    ("audit state --firm {firm} --as-of 1", 2),
    ("replay plan --firm {firm}", 0),
    ("replay plan --firm {firm} --actor nobody", 0),
    ("replay plan --firm f-none", 1),
    ("replay plan --firm {firm} --batch 1", 1),
    ("replay plan --firm {firm} --batch 99", 1),
    ("replay plan --firm {firm} --kind restore --batch {batch}", 1),
    ("replay plan --firm {firm} --batch {plan}", 0),
    ("replay plan --firm {firm} --version {version}", 0),
    ("replay plan --firm {firm} --version 0.9", 1),
    ("replay plan --firm {firm} --version the/last", 2),
    ("replay show {plan}", 0),
    ("replay show r-0000000000000000", 1),
    ("replay apply {plan} --reason mended --confirm 7", 1),
    ("replay cancel r-0000000000000000", 1),
    ("batches list {firm}", 0),
    ("batches list f-none", 1),
    ("batches show {firm} 1", 0),
    ("batches show {firm} {batch}", 0),
    ("batches show {firm} 99", 1),
    ("batches show f-none {batch}", 1),
    ("batches stop {firm} 99", 1),
    ("batches revert {firm} 1 --preview", 0),
    ("batches revert {firm} 1 --put-values-back --preview", 0),
    ("batches revert {firm} 1", 2),
    ("batches revert {firm} b-none --preview", 1),
    ("dead-letters list --firm {firm}", 1),
    ("dead-letters list --firm {firm} --groups", 1),
    ("dead-letters list --firm {firm} --state discarded", 1),
    ("dead-letters list --firm f-none", 0),
    ("dead-letters show {letter}", 0),
    ("dead-letters show {letter} --values", 0),
    ("dead-letters show 0-999999", 1),
    ("dead-letters redrive {letter} {broken} 0-999999 --plan", 1),
    ("dead-letters redrive --company 91309999999 --plan", 0),
    ("dead-letters edit {letter} {event} --plan", 0),
    ("dead-letters discard 0-999999 --reason mended", 1),
    ("firm-settings show {firm}", 0),
    ("firm-settings show f-none", 1),
    ("firm-settings set {firm} --editing-from-qbo on --reason mended", 1),
    ("firm-settings set f-none --editing-from-qbo off --reason mended", 1),
    ("firm-settings set {firm} --editing-from-qbo perhaps --reason mended", 2),
    ("firm-settings put-back {firm} {change} --preview", 0),
    ("firm-settings put-back {firm} {change}", 2),
    ("firm-settings put-back {firm} p0:999999 --preview", 1),
    ("firm-settings put-back {firm} nowhere --preview", 2),
    ("unmatch {firm} {apart} --reason mended", 1),
    ("unmatch {firm} c-none --reason mended", 1),
    ("disconnect f-not-connected --yes", 1),
    ("erase {firm} {client} --reason mended --yes", 1),
    ("restore {firm} {client} --reason mended", 1),
    ("restore {firm} c-none --reason mended", 1),
    ("restore {firm} {client} --to 9999 --reason mended", 1),
)
"""What changes nothing, and its exit code."""

OF_ALL_FIRMS = ("firms", "status", "replay list")
OF_ACTS = ("pause", "resume")
"""Compared below, where each is taken back."""


@pytest.mark.parametrize(("typed", "code"), LOOKS, ids=[typed.replace(" ", "_") for typed, _ in LOOKS])
async def test_a_look_says_the_same(scene: Scene, typed: str, code: int) -> None:
    """For people and for jq."""
    words = scene.words(typed)

    plain, plain_there = await scene.ways.both(words)
    json, json_there = await scene.ways.both((*words, "--json"))

    assert (plain_there.code, json_there.code) == (code, code), (plain_there, json_there)
    assert _without_log(plain_there) == _without_log(plain)
    assert _without_log(json_there) == _without_log(json)


def _without_log(said: Said) -> Said:
    """Without the line that says who was shown values: at a gateway it stands in the gateway's log."""
    lines = [line for line in said.errors.splitlines(True) if "letter_values_shown" not in line]
    return Said(said.code, said.output, "".join(lines))


@pytest.mark.parametrize("typed", OF_ALL_FIRMS, ids=[typed.replace(" ", "_") for typed in OF_ALL_FIRMS])
async def test_a_look_at_all_firms_says_the_same_of_each(scene: Scene, typed: str) -> None:
    """Others' stories go on meanwhile, so what is said of ours is compared."""
    firm = scene.company.firm
    for words in (scene.words(typed), (*scene.words(typed), "--json")):
        direct, remote = await scene.ways.both(words)
        assert remote.of(firm).output == direct.of(firm).output
        assert (typed == "status") or firm in remote.output
        assert remote.errors == direct.errors


async def test_acts_come_to_the_same(scene: Scene) -> None:
    """Each done on the one way, taken back, and done on the other."""
    company, ways, firm, apart = scene.company, scene.ways, scene.company.firm, scene.names["apart"]

    async def unmatched() -> None:
        (await company.act(apart, "unmatch", {"reason": "by mistake"})).ok()
        await company.until_link(apart, status="not_synced")

    told: dict[str, list[list[Said]]] = {}
    for name, type_it in (("direct", ways.direct), ("remote", ways.remote)):
        said: list[list[Said]] = []
        for how in ((), ("--json",)):
            paused = [await type_it("pause", "--firm", firm, *WHY, *how) for _ in range(2)]
            resumed = [await type_it("resume", "--firm", firm, *WHY, *how) for _ in range(2)]
            restored = [await type_it("restore", firm, apart, *WHY, *how)]
            await company.until_synced(apart)
            restored.append(await type_it("restore", firm, apart, *WHY, *how))
            await unmatched()
            said.append([*paused, *resumed, *restored])
        told[name] = said

    assert told["remote"] == told["direct"]
    assert [each.code for each in told["remote"][0]] == [0, 1, 0, 1, 0, 1]


async def test_links_are_taken_apart_and_settings_changed_the_same(scene: Scene) -> None:
    """Each way once, and back; the second time it is refused."""
    company, firm, apart = scene.company, scene.company.firm, scene.names["apart"]
    told: list[list[Said]] = []
    for type_it in (scene.ways.direct, scene.ways.remote):
        (await company.act(apart, "restore")).ok()
        await company.until_synced(apart)
        said = [await type_it("unmatch", firm, apart, *WHY, *how) for how in ((), ("--json",))]
        await company.until_link(apart, status="not_synced")
        off = ("firm-settings", "set", firm, "--editing-from-qbo", "off", *WHY)
        said.append(await type_it(*off))
        await company.until(lambda: _edits_come(company, on=False), "the switch is off")
        put_back = ("firm-settings", "put-back", firm, await _newest_change(company), *WHY)
        said.append(await type_it(*put_back, "--json"))
        await company.until(lambda: _edits_come(company, on=True), "the switch is on again")
        said.append(await type_it(*put_back))
        told.append(said)
    await _unmatched_by_dana(company, apart)

    direct, remote = told
    assert remote == direct
    assert [each.code for each in remote] == [0, 1, 0, 0, 1]


async def _unmatched_by_dana(company: Company, client: str) -> None:
    """Leave the scene as it was: plans tell who has taken a link apart."""
    (await company.act(client, "restore")).ok()
    await company.until_synced(client)
    (await company.act(client, "unmatch", {"reason": "by mistake"})).ok()
    await company.until_link(client, status="not_synced")


async def _edits_come(company: Company, *, on: bool) -> bool:
    return (await company.api("GET", "/settings")).ok()["actions_from_qbo"]["editing"] is on


async def test_a_pause_of_all_firms_comes_to_the_same(scene: Scene) -> None:
    """A decision of each partition; what waits is listed by firm."""
    for how in ((), ("--json",)):
        direct = [await scene.ways.direct(act, "--all", *WHY, *how) for act in ("pause", "resume")]
        remote = [await scene.ways.remote(act, "--all", *WHY, *how) for act in ("pause", "resume")]
        assert [each.code for each in remote] == [0, 0], remote
        assert [each.output.splitlines()[0] for each in remote] == [
            each.output.splitlines()[0] for each in direct
        ]
    assert len(orjson.loads(remote[0].output.splitlines()[0])["positions"]) == 8


async def test_replays_are_applied_and_cancelled_the_same(scene: Scene) -> None:
    """Each with a plan of its own; progress and rows alike."""
    company, ways, apart = scene.company, scene.ways, scene.names["apart"]
    told: list[list[Said]] = []
    for type_it in (ways.direct, ways.remote):
        cancelled = await _newest_plan(scene)
        said = [await type_it("replay", "cancel", cancelled)]
        said.append(await type_it("replay", "apply", cancelled, *WHY))
        plan = await _newest_plan(scene)
        said.append(await type_it("replay", "apply", plan, *WHY, "--confirm", "1", "--json"))
        said.append(await type_it("replay", "show", plan))
        assert (await company.link(apart))["status"] == "synced"
        (await company.act(apart, "unmatch", {"reason": "by mistake"})).ok()
        await company.until_link(apart, status="not_synced")
        told.append(said)

    direct, remote = told
    # How far it had got when it was looked at is of that moment.
    assert [(each.code, each.output) for each in remote] == [(each.code, each.output) for each in direct]
    assert remote[1].errors == direct[1].errors
    assert [each.code for each in remote] == [0, 1, 0, 0]
    assert "of 1 decided" in remote[2].errors


async def _newest_plan(scene: Scene) -> str:
    company = scene.company
    url = f"http://127.0.0.1:{company.stack.http_port}/api/v1/replays"
    body = {"firm": company.firm, "ids": [scene.names["apart"]]}
    made = await company.ask("POST", url, body, Authorization="Bearer dev-operator")
    return str(made.ok()["replay"]["plan"])


async def test_a_batch_is_stopped_the_same(scene: Scene) -> None:
    """While its firm is paused it is not done; stopped once more it stays so, and one that has ended can't be."""
    company, told = scene.company, []
    for name, type_it in (("Hugo Brandt", scene.ways.direct), ("Iris Falk", scene.ways.remote)):
        client = await company.add_client(name, sync=False)
        await company.until_link(client, status="not_synced")
        assert (await type_it("pause", "--firm", company.firm, *WHY)).code == 0
        rows = [{"do": "create", "client_id": client}]
        begun = taken_in(await company.api("POST", "/batches", {"rows": rows, "reason": "onboarding"}))
        stopped = [await type_it("batches", "stop", company.firm, begun) for _ in range(2)]
        assert (await batch(company, begun))["batch"]["stopped_at"] is not None
        assert (await type_it("resume", "--firm", company.firm, *WHY)).code == 0
        told.append([(each.code, bool(each.output)) for each in stopped])

    ended_before = [
        await type_it("batches", "stop", company.firm, scene.names["batch"])
        for type_it in (scene.ways.direct, scene.ways.remote)
    ]
    assert told == [[(0, True)] * 2] * 2
    assert ended_before[0] == ended_before[1]
    assert ended_before[0].code == 1


async def test_batches_are_reverted_the_same(scene: Scene) -> None:
    """Each way one of its own; once more there is nothing left of it to be taken back."""
    company, told = scene.company, []
    for name, type_it in (("Aldo Baum", scene.ways.direct), ("Bela Stern", scene.ways.remote)):
        batch, client = await _created_in_bulk(company, name)
        words = ("batches", "revert", company.firm, batch, *WHY)
        said = [await type_it(*words), await type_it(*words, "--json"), await type_it(*words, "--preview")]
        assert (await company.link(client))["status"] == "not_synced"
        told.append([(each.code, _without_batches(each.output, client)) for each in said])
        assert "1 of 1 done" in said[0].errors

    direct, remote = told
    assert remote == direct
    assert [code for code, _ in remote] == [0, 1, 1]


async def test_a_batch_is_reverted_as_its_preview_showed_it_or_not_at_all(scene: Scene) -> None:
    """The preview gives what the act is bound to: with something otherwise by then, it is refused."""
    company = scene.company
    for name, type_it in (("Dora Lenz", scene.ways.direct), ("Emil Roth", scene.ways.remote)):
        batch, client = await _created_in_bulk(company, name)
        words = ("batches", "revert", company.firm, batch)
        looked_at = [await type_it(*words, "--preview") for _ in range(2)]
        assert looked_at[0] == looked_at[1]
        seen = re.search(r"--seen ([0-9a-f]{16}) ", looked_at[0].output)
        assert seen is not None, looked_at
        bound = (*words, "--seen", seen[1], *WHY)
        for act, status in (("unmatch", "not_synced"), ("restore", "synced")):
            (await company.act(client, act)).ok()
            await company.until_link(client, status=status)

        refused = await type_it(*bound)

        assert (refused.code, (await company.link(client))["status"]) == (1, "synced")
        assert "Something has changed since that preview." in refused.errors
        again = re.search(r"--seen ([0-9a-f]{16}) ", (await type_it(*words, "--preview")).output)
        assert again is not None
        assert (await type_it(*words, "--seen", again[1], *WHY)).code == 0
        assert (await company.link(client))["status"] == "not_synced"


async def test_who_sits_at_a_terminal_is_asked_before_a_batch_is_reverted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what it would do; whoever says no has changed nothing."""
    company = scene.company
    batch, client = await _created_in_bulk(company, "Cleo Hart")
    for name, value in company.stack.settings.items():
        monkeypatch.setenv(name, value)
    words = ("batches", "revert", company.firm, batch, *WHY)

    ended = await asyncio.to_thread(at_a_terminal, monkeypatch, "n\n", *words)

    assert ended == (1, True)
    assert (await company.link(client))["status"] == "synced"


def _without_batches(output: str, client: str) -> str:
    numbered = re.sub(r"\b[Bb]atch \d+\b", "batch N", re.sub(r"\bb-[0-9a-f]{20}\b", "BATCH", output))
    return numbered.replace(client, "CLIENT")


async def test_an_answer_is_taken_back_the_same(scene: Scene) -> None:
    """Looked at by both ways, then done by one; answered again, and done by the other, and refused the second time."""
    company, ways, firm = scene.company, scene.ways, scene.company.firm
    client, _ = await edited_on_both(company, "Yann Quint")
    told: list[list[Said]] = []
    for type_it in (ways.direct, ways.remote):
        link = await company.until_link(client, status="needs_attention")
        assert link["problem"]["fields"] == ["email"]
        await company.answer(client, "canopy")
        await company.until_synced(client)
        for how in ((), ("--json",)):
            here, there = await ways.both(("undo-answer", firm, client, "--preview", *how))
            assert (there.code, there) == (0, here)
        done = await type_it("undo-answer", firm, client, *WHY)
        await company.until_link(client, status="needs_attention")
        told.append([done, await type_it("undo-answer", firm, client, *WHY)])

    assert told[1] == told[0]
    assert [each.code for each in told[0]] == [0, 1]


async def test_what_was_left_is_held_again_the_same(scene: Scene) -> None:
    """Looked at by both ways, then done by one; left again, and done by the other, and refused the second time."""
    company, ways, firm = scene.company, scene.ways, scene.company.firm
    client, _ = await left_on_both(company, "Yara Quint")
    told: list[list[Said]] = []
    for type_it in (ways.direct, ways.remote):
        for how in ((), ("--json",)):
            here, there = await ways.both(("undo-leave-both", firm, client, "--preview", *how))
            assert (there.code, there) == (0, here)
        done = await type_it("undo-leave-both", firm, client, *WHY)
        told.append([done, await type_it("undo-leave-both", firm, client, *WHY)])
        (await company.act(client, "leave-both")).ok()

    assert told[1] == told[0]
    assert [each.code for each in told[0]] == [0, 1]


async def test_letters_are_settled_the_same(scene: Scene) -> None:
    """Two alike on each way: redriven, edited, discarded, and once more."""
    company, told = scene.company, []
    value = client_event(company.firm, "created", "c-settled", 1, "Yves Kern")
    for type_it in (scene.ways.direct, scene.ways.remote):
        again, edited, gone = [
            (await parked(company, value, elsewhere=True))["id"],
            (await parked(company, b"{"))["id"],
            (await parked(company, b"{"))["id"],
        ]
        said = [
            await type_it("dead-letters", "redrive", again, *WHY, "--json"),
            await type_it("dead-letters", "redrive", again, *WHY, "--json"),
            await type_it("dead-letters", "edit", edited, scene.names["event"], *WHY),
            await type_it("dead-letters", "edit", edited, scene.names["event"], *WHY),
            await type_it("dead-letters", "discard", gone, again, *WHY),
        ]
        told.append([(each.code, _without_places(each.output, again, edited, gone)) for each in said])

    direct, remote = told
    assert remote == direct
    assert [code for code, _ in remote] == [0, 1, 0, 1, 1]


def _without_places(output: str, *letters: str) -> str:
    for letter in letters:
        output = output.replace(letter, "LETTER")
    lines = []
    for line in output.splitlines():
        head, sent, tail = line.partition("canopy.client-events/")
        lines.append(head + sent + tail.lstrip("0123456789/") if sent else line)
    return "\n".join(lines)


async def test_a_person_is_erased_the_same(scene: Scene) -> None:
    """Each way another one, whom Canopy has no more."""
    company, told = scene.company, []
    for number, type_it in enumerate((scene.ways.direct, scene.ways.remote)):
        client = await company.add_client(f"Zora Blum {number}", email=f"zora{number}@example.com")
        customer = await company.until_synced(client)
        now = await company.client(client)
        gone = client_event(company.firm, "deleted", client, now["version"] + 1, now["display_name"])
        await company.tell(gone)
        await company.until_link(client, status="not_synced")
        erased = await type_it("erase", company.firm, client, *WHY, "--yes")
        told.append((erased.code, erased.output.replace(client, "CLIENT").replace(customer, "CUSTOMER")))

    assert told[1] == told[0]
    assert told[1][0] == 0, told


async def test_a_firm_is_disconnected_the_same(scene: Scene) -> None:
    """The last of the table: nothing of it is as it was. A second time it is refused."""
    told = []
    for type_it in (scene.ways.direct, scene.ways.remote):
        json = await type_it("disconnect", scene.company.firm, "--yes", "--json")
        told.append([json, await type_it("disconnect", scene.company.firm, "--yes")])
        await scene.company.connect()

    assert told[1] == told[0]
    assert told[1][0].code == 0


async def test_a_token_without_the_role_is_told_so(scene: Scene) -> None:
    """In one sentence; a wrong one likewise."""
    refused = await scene.ways.remote("firms", token="dev-manager")
    wrong = await scene.ways.remote("firms", token="nobody's")

    assert (refused.code, refused.errors) == (1, "Only operators can do this. The token says who you are.\n")
    assert wrong.code == 1
    assert "does not take this token" in wrong.errors


def test_every_command_that_a_gateway_answers_is_compared() -> None:
    """A new one is missed here until it is."""
    typed = (
        {tuple(each.split()) for each, _ in LOOKS}
        | {tuple(each.split()) for each in OF_ALL_FIRMS}
        | {(each,) for each in OF_ACTS}
    )
    either = {words for words, reach in REACHES.items() if reach is Reach.EITHER}

    assert {words for words in either if not any(each[: len(words)] == words for each in typed)} == set()
