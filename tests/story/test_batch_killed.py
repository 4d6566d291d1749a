"""A batch of matches, and of creates both ways, is carried out while worker and gateway are killed at random, and taken back so too.

It ends as it would have otherwise: each row once, nobody created twice; and taken back, QuickBooks' own values stand again.
Each run draws a seed and prints it; BATCH_SEED names one. What is killed when stands in the report. The long form, of 13 minutes on two busy cores, with ten kills each way:
`BATCH_ROWS=2000 .venv/bin/python -m pytest tests/story/test_batch_killed.py`.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.batches import MOST_ROWS
from domain.fields import Field
from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.fire_seeds import drawn_seed
from tests.story.in_bulk import ended, in_quickbooks, mean_the_same, rows, taken_in
from tests.story.killed import company_of_its_own, newest, writes
from tests.story.under_fire import UnderFire

WITHIN_SECONDS = 150.0
SECONDS_A_ROW = 0.4
"""QuickBooks is asked eight times a second at most."""
LATENCY_SECONDS = 0.05
"""Of each request to either side, so that some are on their way whenever something is killed."""
AT_ONCE = 20
DOES = {"sure": "match", "only_in_canopy": "create", "only_in_quickbooks": "create_client"}
"""What is done with the rows of both lists, by where they stand."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How many rows there are, and how often something is killed: while they are carried out, and while they are taken back."""

    rows: int
    kills: int

    @property
    def pairs(self) -> int:
        """How many are on both sides, each with another phone there."""
        return self.rows - 2 * self.alone

    @property
    def alone(self) -> int:
        """How many are on one side alone, of each."""
        return self.rows // 8

    @property
    def seconds(self) -> float:
        """How long one step may take."""
        return WITHIN_SECONDS + SECONDS_A_ROW * self.rows


SHORT = Scale(rows=120, kills=4)
SCALE = Scale(rows=int(os.environ["BATCH_ROWS"]), kills=10) if "BATCH_ROWS" in os.environ else SHORT


class BatchUnderFire(UnderFire):
    """One batch. `path` and `body`: how it is asked for."""

    def __init__(self, company: Company, path: str, body: Json, done: Mapping[str, str]) -> None:
        super().__init__(company, done)
        self._path = path
        self._body = body

    async def begin(self) -> str:
        """Ask the gateway."""
        return taken_in(await self._company.api("POST", self._path, self._body))


@pytest.mark.timeout(600 + 4 * SCALE.rows)
async def test_a_batch_under_fire_ends_as_it_would_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each row once, each write once, and no other; whoever was killed in the middle of it. So it is where it is taken back."""
    scale, seed = SCALE, drawn_seed("BATCH_SEED")
    with capsys.disabled():
        # Before it begins: a run that hangs is ended from outside, and says nothing any more.
        print(f"\n  seed {seed}, {scale.rows} rows; logs in {tmp_path}", flush=True)  # noqa: T201
    async with company_of_its_own(tmp_path) as company:
        to_do = await _two_lists(company, scale)
        before = await in_quickbooks(company)
        matched = {row["customer_id"] for row in to_do if row["do"] == "match"}
        since = await newest(company)
        await company.stack.latency(LATENCY_SECONDS)

        done = {"match": "link", "create": "link", "add_client": "customer"}
        asked = BatchUnderFire(company, "/batches", {"rows": to_do, "reason": "onboarding"}, done)
        committed = await _carried_out(asked, scale, seed)
        with capsys.disabled():
            print(f"  {committed}")  # noqa: T201
        await _check_carried_out(company, asked.id, scale, matched, since)

        since = await newest(company)
        preview = await rows(company, f"/batches/{asked.id}/revert-preview", "rows")
        body = {
            "reason": "wrong company",
            "put_values_back": True,
            "seen": [each["seen"] for each in preview],
        }
        path = f"/batches/{asked.id}/revert"
        taken_back = BatchUnderFire(company, path, body, {"unmatch": "link"})
        reverted = await _carried_out(taken_back, scale, seed + 1)
        with capsys.disabled():
            print(f"  taken back: {reverted}")  # noqa: T201
        counts = (await ended(company, taken_back.id, scale.seconds))["batch"]["counts"]
        assert counts == {"done": scale.rows}
        assert await _written(company, since) == dict.fromkeys(matched, 1), "one a match, and no other"
        after = await in_quickbooks(company)
        assert all(mean_the_same(after[each], values) for each, values in before.items()), "as before"
        assert len(after) == len(before) + scale.alone
        assert (await company.api("GET", "/clients?limit=1")).ok()["counts"]["not_synced"] == scale.rows


async def _carried_out(asked: UnderFire, scale: Scale, seed: int) -> str:
    """Let it be carried out under fire; gives what was killed."""
    async with asked as fire:
        await fire.kills(seed, scale.kills, scale.rows)
        await fire.decided(scale.rows)
        assert set(fire.applied.values()) == {1}, "each is decided once"
        assert fire.in_the_middle >= scale.kills // 2, "most of them in the middle, or this shows little"
        return fire.report()


async def _check_carried_out(
    company: Company, id_: str, scale: Scale, matched: set[str], since: dict[str, int]
) -> None:
    counts = (await ended(company, id_, scale.seconds))["batch"]["counts"]
    assert counts == {"done": scale.rows}
    there, here = await in_quickbooks(company), await company.clients()
    names = {each: str(values[Field.DISPLAY_NAME]) for each, values in there.items()}
    called = {each["client_id"]: each["display_name"] for each in here}
    wanted = {name(n): 1 for name, number in _people(scale) for n in range(number)}
    assert Counter(names.values()) == Counter(called.values()) == wanted, "nobody is there twice"
    assert {str(there[each][Field.PHONE])[:5] for each in matched} == {"(312)"}
    created = {each for each, name in names.items() if name.startswith("Aster")}
    added = {each for each, name in called.items() if name.startswith("Borough")}
    assert await _written(company, since) == dict.fromkeys({*matched, *created, *added}, 1)


async def _written(company: Company, since: dict[str, int]) -> Counter[str]:
    """Count our writes, by the customer or client that each was about."""
    stack = company.stack
    there = await writes(company, stack.quickbooks, company.realm, since)
    return there + await writes(company, stack.canopy, company.firm, since)


def _pair(n: int) -> str:
    return f"Client Number {n:04}"


def _here(n: int) -> str:
    return f"Aster Quill {n:04}"


def _there(n: int) -> str:
    # No number of theirs is one of the others, so that nobody may be somebody else.
    return f"Borough Pine {n + MOST_ROWS:04}"


def _people(scale: Scale) -> Sequence[tuple[Callable[[int], str], int]]:
    """Give the names of all, and how many have each."""
    return (_pair, scale.pairs), (_here, scale.alone), (_there, scale.alone)


async def _two_lists(company: Company, scale: Scale) -> list[Json]:
    """Add the same people to both sides, with another phone in QuickBooks, and some to one side alone, while nobody listens; gives the rows of a batch."""
    await company.switch("all")
    (await company.api("DELETE", "/connection")).ok()

    async def pair(n: int) -> None:
        mail = f"client{n:04}@example.com"
        phone = {"FreeFormNumber": f"(773) 555-{n:04}"}
        await company.new_customer(_pair(n), PrimaryEmailAddr={"Address": mail}, PrimaryPhone=phone)
        await company.add_client(_pair(n), sync=False, email=mail, phone=f"(312) 555-{n:04}")

    async def alone(n: int) -> None:
        await company.add_client(_here(n), sync=False)
        await company.new_customer(_there(n))

    for do, number in ((pair, scale.pairs), (alone, scale.alone)):
        for first in range(0, number, AT_ONCE):
            await asyncio.gather(*(do(n) for n in range(first, min(first + AT_ONCE, number))))
    await company.connect()

    async def is_known() -> bool:
        totals = (await company.api("GET", "/matching?limit=1")).ok()["totals"]
        return [totals[each] for each in DOES] == [scale.pairs, scale.alone, scale.alone]

    await company.until(is_known, "both lists are known", scale.seconds)
    names = ("client_id", "customer_id", "link_version", "customer_sync_token")
    return [
        {"do": DOES[row["group"]], **{name: row[name] for name in names if row[name] is not None}}
        for row in await rows(company, "/matching", "rows")
    ]
