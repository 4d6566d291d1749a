"""The smoke run for Intuit's sandbox, against the stand-in: each switch is seen either way, and no token is said."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from deploy.sandbox.quickbooks.app import quickbooks_app
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from tests.integration.sandbox.caller import APP, REALM, TOKEN, VERIFIER, Stage
from tests.integration.store.intuit import Intuit

ROOT = Path(__file__).parents[3]
STEPS = {
    *("the sign-in is refreshed", "company name is read", "customer is created", "a field is changed"),
    *("a request of the same id is done once", "an old sync token is refused", "the name's holder is found"),
    *("the customer is made inactive", "a batch is carried out item by item", "the customer is renamed"),
}
SWITCHES = {
    *("rotates_after_seconds", "previous_lives_seconds", "wrong_client_status", "code_seconds"),
    *("newer_sign_in_ends_older", "clears_ignored", "respells"),
    *("batch_turned", "batch_items_count", "batch_throttles_items", "batch_forgets", "batch_retries_refused"),
}
COUNTS = {"batch_items_count", "batch_throttles_items"}
FEW = {"per_second": 10, "per_minute": 90, "batches_per_minute": 40}
"""Where items count, so that the third batch is one too many, and not the sixteenth."""


@dataclass
class Run:
    """What came of a run."""

    code: int
    said: str
    answers: list[dict[str, Any]]
    keys: Path

    def answer(self, point: str) -> str:
        """Give what was noted of a point."""
        (found,) = [each["answer"] for each in self.answers if each["point"] == point]
        return str(found)


@pytest.fixture
async def intuit() -> AsyncIterator[Intuit]:
    """The stand-in with the company."""
    stage = Stage()
    settings = QuickBooksSettings(access_token=TOKEN, verifier=VERIFIER, app=APP)
    outside, _ = await stage.start(quickbooks_app(settings))
    await outside.post("/_control/realms", {"realm_id": REALM, "company_name": "Test Books"})
    async with aiohttp.ClientSession() as session:
        yield Intuit(outside, session)
    await stage.close()


async def run(*arguments: str) -> tuple[int, str]:
    """Run it in a process of its own; gives its exit code and all that it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.intuit_sandbox", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def granted(intuit: Intuit) -> str:
    """Let a person sign in, as in the playground; gives the refresh token."""
    code = await intuit.code(await intuit.sign_in().address_to_ask("state"))
    return (await intuit.sign_in().exchange(code)).refresh


def write_keys(intuit: Intuit, folder: Path, refresh_token: str, **other: str) -> Path:
    """Write the file of keys."""
    file = folder / "keys.json"
    url = intuit.outside.url
    keys = {
        "client_id": APP.client_id,
        "client_secret": APP.client_secret,
        "realm_id": REALM,
        "refresh_token": refresh_token,
        "base_url": url,
        "discovery_url": f"{url}/.well-known/openid_sandbox_configuration",
    }
    file.write_text(json.dumps(keys | other))
    return file


async def smoke(intuit: Intuit, folder: Path, rules: Mapping[str, Any], habits: Mapping[str, Any]) -> Run:
    """Set the switches, and run it."""
    keys = write_keys(intuit, folder, await granted(intuit))
    await intuit.control("oauth/rules", rules)
    await intuit.control("habits", habits)
    if COUNTS & habits.keys():
        await intuit.control("throttle", FEW)
    code, said = await run(str(keys), str(folder / "answers.jsonl"))
    answers = [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]
    return Run(code, said, answers, keys)


async def _active(intuit: Intuit) -> list[str]:
    """Name the customers that a run has left active."""
    answer = await intuit.outside.get(f"/_control/realms/{REALM}/customers")
    return [each["DisplayName"] for each in answer["customers"] if each["Active"]]


async def test_every_step_goes_as_it_should_and_every_switch_is_noted(intuit: Intuit, tmp_path: Path) -> None:
    """With the time; nothing of a token or secret is said or kept beside the keys."""
    done = await smoke(intuit, tmp_path, {}, {})

    assert done.code == 0, done.said
    assert {each["point"] for each in done.answers if each["good"] is True} == STEPS
    assert {each["point"] for each in done.answers if each["good"] is None} == SWITCHES
    assert all(each["at"].startswith("20") for each in done.answers)
    written = done.said + json.dumps(done.answers)
    keys = json.loads(done.keys.read_text())
    assert [name for name in ("client_secret", "refresh_token") if keys[name] in written] == []
    # As the stand-in starts: nothing changes, nothing is respelled, what is cleared is cleared.
    assert done.answer("rotates_after_seconds").startswith("the same refresh token")
    assert done.answer("previous_lives_seconds").startswith("not asked")
    assert done.answer("wrong_client_status") == "status 401"
    assert done.answer("clears_ignored") == "cleared"
    assert done.answer("respells") == "kept as it was sent"
    assert done.answer("batch_turned") == "as they were asked"
    assert done.answer("batch_forgets") == "its first answer"
    assert done.answer("batch_retries_refused") == "its first answer"
    assert done.answer("batch_items_count").startswith("a batch is one: 510 were taken in ")
    assert done.answer("batch_throttles_items").startswith("not to be told")


async def test_the_other_way(intuit: Intuit, tmp_path: Path) -> None:
    """A new refresh token each time is kept, in a file that nobody else reads, before the one before is tried."""
    rules = {"rotates_after_seconds": 0, "previous_lives_seconds": 0, "wrong_client_status": 400}
    habits = {"clears_ignored": True, "respells": True}
    of_batches = {"batch_turned": True, "batch_items_count": True, "batch_forgets": True}
    done = await smoke(intuit, tmp_path, rules, habits | of_batches)

    assert done.code == 0, done.said
    assert done.answer("rotates_after_seconds").startswith("another refresh token")
    assert done.answer("previous_lives_seconds") == "refused at once"
    assert done.answer("wrong_client_status") == "status 400"
    assert done.answer("clears_ignored") == "ignored"
    assert done.answer("respells") == "respelled"
    assert done.answer("batch_turned") == "in another order"
    assert done.answer("batch_forgets") == "carried out once more"
    assert done.answer("batch_retries_refused").startswith("not to be told")
    assert done.answer("batch_items_count").startswith("each item counts: ")
    assert done.answer("batch_throttles_items") == "the batch is refused"
    assert [name for name in await _active(intuit) if "smoke" in name] == []
    assert done.keys.stat().st_mode & 0o077 == 0
    kept = json.loads(done.keys.read_text())["refresh_token"]
    assert await intuit.sign_in().refresh(kept)


async def test_of_a_batch_what_was_refused_may_be_tried_again(intuit: Intuit, tmp_path: Path) -> None:
    """Then a customer comes of it, which is made inactive too; and an item may be one too many by itself."""
    habits = {"batch_retries_refused": True, "batch_throttles_items": True}
    done = await smoke(intuit, tmp_path, {}, habits)

    assert done.code == 0, done.said
    assert done.answer("batch_forgets") == "its first answer"
    assert done.answer("batch_retries_refused") == "tried again"
    assert done.answer("the batch's customer is made inactive").startswith("Reply")
    assert done.answer("batch_items_count").startswith("each item counts: ")
    assert done.answer("batch_throttles_items") == "the item is refused by itself"
    assert [name for name in await _active(intuit) if "smoke" in name] == []


async def test_the_one_before_may_still_be_taken(intuit: Intuit, tmp_path: Path) -> None:
    """Then that is noted, and whatever came of it is kept."""
    rules = {"rotates_after_seconds": 0, "previous_lives_seconds": 3600}
    done = await smoke(intuit, tmp_path, rules, {"batch_items_count": True})

    assert done.answer("previous_lives_seconds").startswith("still taken")


async def test_a_sign_in_that_has_ended_is_said_to_have(intuit: Intuit, tmp_path: Path) -> None:
    """With what to do."""
    keys = write_keys(intuit, tmp_path, "RT1-not-one-of-theirs")
    code, said = await run(str(keys), str(tmp_path / "answers.jsonl"))

    assert (code, "Sign in again" in said, "RT1-" in said, "Traceback" in said) == (1, True, False, False)


async def test_a_wrong_secret_is_said_to_be_one(intuit: Intuit, tmp_path: Path) -> None:
    """By Intuit's own word for it."""
    keys = write_keys(intuit, tmp_path, await granted(intuit), client_secret="not-ours")
    code, said = await run(str(keys), str(tmp_path / "answers.jsonl"))

    assert (code, "invalid_client" in said, "not-ours" in said, "Traceback" in said) == (
        4,
        True,
        False,
        False,
    )


async def test_without_keys_it_says_what_it_would_do() -> None:
    """And asks nobody."""
    code, said = await run()

    assert code == 0
    assert "nothing was asked" in said
    assert "refresh_token" in said


async def test_a_file_that_is_none_is_named_without_what_it_holds(tmp_path: Path) -> None:
    """Each field that is wrong or missing."""
    file = tmp_path / "keys.json"
    file.write_text('{"client_id": "secret-id", "realm_id": "no number", "refresh_token": "", "other": "x"}')
    code, said = await run(str(file))
    gone, told = await run(str(tmp_path / "none"))

    assert (code, gone) == (2, 2)
    assert "client_secret" in said
    assert "refresh_token" in said
    assert "secret-id" not in said + told
    assert "Traceback" not in said + told
