"""A firm matches in bulk: many rows at once, the gateway killed in the middle, and all of it taken back."""

from collections import Counter

from tests.story.company import Company
from tests.story.in_bulk import batch, ended, taken_in

PAIRS, ALONE = 40, 25
"""More rows together than are at work at once, so that some are not asked for yet when the gateway is killed."""


async def _two_lists(company: Company) -> None:
    """The same people on both sides, unmatched, and some in Canopy alone."""
    await company.switch("all")
    for n in range(PAIRS):
        mail = f"client{n:02}@example.com"
        await company.new_customer(f"Client Number {n:02}", PrimaryEmailAddr={"Address": mail})
        await company.add_client(f"Client Number {n:02}", sync=False, email=mail, phone=f"(312) 555-0{n:03}")
    for n in range(ALONE):
        await company.add_client(f"Alone Number {n:02}", sync=False)

    async def is_known() -> bool:
        totals = (await company.api("GET", "/matching")).ok()["totals"]
        return (totals["sure"], totals["only_in_canopy"]) == (PAIRS, ALONE)

    await company.until(is_known, "both lists are known")


async def test_a_batch_goes_on_after_a_kill_and_does_nothing_twice(company: Company) -> None:
    """Every row is done once, whatever the gateway had sent by then; and all of it is taken back, row by row."""
    await _two_lists(company)
    rows = (await company.api("GET", "/matching?show=only_in_canopy&limit=200")).ok()["rows"]
    choices = [
        {"client_id": row["client_id"], "link_version": row["link_version"], "do": "create"} for row in rows
    ]
    draft = (await company.api("POST", "/matching/choices", {"choices": choices})).ok()["draft"]
    assert (draft["match"], draft["create"]) == (PAIRS, ALONE)
    begun = await company.api("POST", "/batches", {"draft": draft["seen"], "reason": "onboarding"}, key="all")
    id_ = taken_in(begun)

    async def some_are_done() -> bool:
        return 0 < int((await batch(company, id_))["batch"]["over"]) < PAIRS

    await company.until(some_are_done, "some rows are done")
    await company.stack.kill_gateway()
    done = await ended(company, id_)

    assert done["batch"]["counts"] == {"done": PAIRS + ALONE}
    creates = Counter(
        each["body"]["DisplayName"]
        for each in await company.written_in_quickbooks()
        if "Id" not in each["body"]
    )
    assert creates == {f"Alone Number {n:02}": 1 for n in range(ALONE)}
    updates = Counter(
        each["body"]["Id"] for each in await company.written_in_quickbooks() if "Id" in each["body"]
    )
    assert set(updates.values()) == {1}
    assert len(updates) == PAIRS
    again = await company.api("POST", "/batches", {"draft": draft["seen"], "reason": "onboarding"}, key="all")
    assert taken_in(again) == id_
    # What was asked for, and not decided yet, may be told as asked for twice.
    acts = (await company.api("GET", f"/activity?batch={id_}&limit=200")).ok()["acts"]
    assert Counter(act["kind"] for act in acts if act["verdict"] == "applied") == {
        "match": PAIRS,
        "create": ALONE,
    }
    assert {act["reason"] for act in acts} == {"onboarding"}

    before = len(await company.written_in_quickbooks())
    preview = (await company.api("GET", f"/batches/{id_}/revert-preview?limit=200")).ok()
    assert preview["unmatched"] == PAIRS + ALONE
    seen = [each["seen"] for each in preview["rows"]]
    body = {"reason": "the wrong company", "seen": seen}
    back = await company.api("POST", f"/batches/{id_}/revert", body)
    taken_back = await ended(company, taken_in(back))
    assert taken_back["batch"]["counts"] == {"done": PAIRS + ALONE}
    assert taken_back["batch"]["reverts"] == id_
    assert len(await company.written_in_quickbooks()) == before
    after = (await company.api("GET", "/matching?limit=200")).ok()
    assert after["totals"]["matched"] == 0
    assert {row["do"] for row in after["rows"]} == {"later"}, "what was taken apart is not ticked again"
