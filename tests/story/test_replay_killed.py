"""A replay is applied while worker, gateway and command are killed at random: it ends as its plan said, and nothing is written twice.

Each run draws a seed and prints it; REPLAY_SEED names one. What is killed when stands in the report. A run that breaks is written into
`build/broken_fires.jsonl`, and its line, kept in `kept_fires.jsonl`, is played with the others. REPLAY_CLIENTS asks for more clients at length.
"""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.story import operators
from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.events import client_event
from tests.story.fire_seeds import Fire, kept, kept_if_it_breaks
from tests.story.killed import company_of_its_own, newest, writes
from tests.story.replay_under_fire import ReplayUnderFire

WITHIN_SECONDS = 150.0
SECONDS_A_CLIENT = 0.4
"""QuickBooks is asked eight times a second at most."""
LATENCY_SECONDS = 0.05
"""Of each request to either side, so that some are on their way whenever something is killed."""

AS_THEY_ARE, PHONE, MOBILE, BOTH, ARCHIVED = range(5)
"""What has happened to a client since it was unmatched, in turn."""


SHORT = Fire(clients=60, kills=6)
AT_LENGTH = Fire(clients=int(os.environ.get("REPLAY_CLIENTS", "400")), kills=20)
FIRES = {"short": SHORT, "at_length": AT_LENGTH, **{f"kept-{each.seed}": each for each in kept()}}


@pytest.mark.timeout(600 + 2 * AT_LENGTH.clients)
@pytest.mark.parametrize("fire", FIRES.values(), ids=FIRES)
async def test_a_replay_under_fire_ends_as_planned(
    fire: Fire, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each row once, each write once, and no other write; whoever was killed in the middle of it."""
    seed = fire.drawn()
    with capsys.disabled():
        # Before it begins: a run that hangs is ended from outside, and says nothing any more.
        print(f"\n  seed {seed}; logs in {tmp_path}", flush=True)  # noqa: T201
    with kept_if_it_breaks(fire, seed):
        async with company_of_its_own(tmp_path) as company:
            told = await _ends_as_planned(company, fire, seed)
    with capsys.disabled():
        print(f"  {told}")  # noqa: T201


async def _ends_as_planned(company: Company, fire: Fire, seed: int) -> str:
    """Play it; gives what was killed, and when."""
    customers = await _unmatched(company, fire.clients)
    head, *rows = await _planned(company, fire.clients)
    plan, asked = head["plan"], head["asked"]
    written = await newest(company)
    await company.stack.latency(LATENCY_SECONDS)

    words = ("replay", "apply", plan, "--reason", "INC-42", "--confirm", str(asked))
    async with ReplayUnderFire(company, plan, words) as under_fire:
        await under_fire.kills(seed, fire.kills, asked)
        await under_fire.decided(asked)
        applied = dict(under_fire.applied)
    told = f"{under_fire.report()} of {asked} decided"

    ended = await _ended(company, words)
    by_client = {row["client_id"]: row for row in rows}
    ends = {row["client_id"]: row["end"] for row in ended if row["end"]}
    assert {end["state"] for end in ends.values()} == {"as_planned"}, told
    assert {client: end["writes"] for client, end in ends.items()} == {
        client: row["writes"] for client, row in by_client.items() if row["outcome"] != "blocked"
    }, told
    assert applied == dict.fromkeys(ends, 1), f"each is decided once; {told}"
    for client, row in by_client.items():
        link = await company.link(client)
        assert (link["status"], link["customer_id"]) == _wanted(row, customers[client]), (client, told)
    assert await writes(company, company.stack.quickbooks, company.realm, written) == {
        row["customer_id"]: 1 for row in rows if "quickbooks" in row["writes"]
    }, told
    assert await writes(company, company.stack.canopy, company.firm, written) == {
        client: 1 for client, row in by_client.items() if "canopy" in row["writes"]
    }, told
    assert under_fire.in_the_middle >= fire.kills * 3 // 4, (
        f"most in the middle, or this shows little; {told}"
    )
    return told


def _within(clients: int) -> float:
    return WITHIN_SECONDS + SECONDS_A_CLIENT * clients


async def _unmatched(company: Company, number: int) -> dict[str, str]:
    """Clients that were synced, unmatched together, and partly changed since; gives the customer that each had."""
    clients = [await company.add_client(f"Client {n:03}", email=f"c{n}@example.com") for n in range(number)]
    await company.until(lambda: _are(company, "synced", number), "all are synced", _within(number))
    customers = {
        each["client"]["client_id"]: str(each["link"]["customer_id"]) for each in await _listed(company)
    }
    rows = [{"client_id": client, "do": "unmatch"} for client in clients]
    begun = await company.api("POST", "/batches", {"rows": rows, "reason": "cleaning up"})
    assert begun.status == 202, begun
    await company.until(lambda: _are(company, "not_synced", number), "all are unmatched", _within(number))
    for n, client in enumerate(clients):
        await _live_on(company, n % 5, n, client, customers[client])
    return customers


async def _live_on(company: Company, happened: int, n: int, client: str, customer: str) -> None:
    if happened == PHONE:
        await company.edit_client(client, phone=f"(312) 555-{n:04}")
    if happened == MOBILE:
        await company.edit_customer(customer, Mobile={"FreeFormNumber": f"(312) 556-{n:04}"})
    if happened == BOTH:
        await company.edit_client(client, email=f"canopy{n}@example.com")
        await company.edit_customer(customer, PrimaryEmailAddr={"Address": f"qbo{n}@example.com"})
    if happened == ARCHIVED:
        now = await company.client(client)
        await company.tell(
            client_event(
                company.firm,
                "archived",
                client,
                now["version"] + 1,
                now["display_name"],
                email=now["email"],
            )
        )


async def _planned(company: Company, number: int) -> list[Json]:
    """Plan, once all that has happened is known; gives the plan's lines."""
    each, lines = number // 5, list[Json]()
    wanted = {"restored": 3 * each, "question": each, "blocked": each}

    async def is_known() -> bool:
        nonlocal lines
        lines = await operators.types(company, "replay", "plan", "--firm", company.firm)
        written = Counter(side for line in lines[1:] for side in line["writes"])
        both = {"quickbooks": each, "canopy": each}
        return lines[0]["outcomes"] == wanted and written == both and lines[0]["reads"] == 0

    try:
        await company.until(is_known, "a plan tells all that happened", _within(number))
    except AssertionError as late:
        raise AssertionError(f"{late}\nit says {lines[0]['outcomes']}") from None
    return lines


async def _ended(company: Company, words: Sequence[str]) -> list[Json]:
    """Ask for it once more: nothing is left to be done, and each row is told; gives the rows."""
    _, *rows = await operators.types(company, *words)
    return rows


def _wanted(row: Json, customer: str) -> tuple[str, str | None]:
    match row["outcome"]:
        case "restored":
            return "synced", customer
        case "question":
            return "needs_attention", customer
        case _:
            return "not_synced", None


async def _are(company: Company, status: str, number: int) -> bool:
    counts = (await company.api("GET", "/clients?limit=1")).ok()["counts"]
    return bool(counts[status] == number)


async def _listed(company: Company) -> list[Json]:
    found: list[Json] = []
    cursor = ""
    while True:
        page = (await company.api("GET", f"/clients?limit=200{cursor}")).ok()
        found += page["clients"]
        if page["cursor"] is None:
            return found
        cursor = f"&cursor={page['cursor']}"
