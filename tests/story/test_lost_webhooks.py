"""Webhooks are lost: one sweep later both sides are the same, and it is known how many changes nobody told of."""

from collections.abc import Collection

from tests.story import operators
from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.stillness import stays_still
from tests.story.unreliable_firm import Pair, pairs

EDITS = 40
LOST = {"none": frozenset(), "30 %": frozenset(n for n in range(EDITS) if n % 10 < 3), "all": range(EDITS)}


async def test_one_sweep_finds_what_no_webhook_told_of(company: Company) -> None:
    """Of forty edits none is lost, 30 % are, and all are: those that were told of come at once, and the count of the others is exact."""
    *linked, other = await pairs(company, EDITS + 1)
    missed = 0
    for number, lost in enumerate(LOST.values()):
        phones = [f"(312) 555-{number}{n:03}" for n in range(EDITS)]
        await _edit(company, linked, phones, lost)
        told = [n for n in range(EDITS) if n not in lost]
        await _holds(company, {linked[n].client: phones[n] for n in told})
        assert not set(await _phones(company, linked)) & {phones[n] for n in lost}

        await _sweep_now(company, other, f"(312) 556-000{number}")

        await _holds(company, dict(zip((each.client for each in linked), phones, strict=True)))
        missed += len(lost)
        found = await _connection(company)
        assert found["heard"]["missed"] == found["heard"]["untold"] == missed
        last = found["last_sweep"]
        assert (last["told"], last["untold"]) == (len(told), len(lost))
    assert len(await company.customers()) == len(await company.clients()) == EDITS + 1


async def test_what_happened_while_nobody_kept_the_place_is_found_by_the_whole_list(company: Company) -> None:
    """Connected again, a company is listed whole: nobody says that a webhook was missed, and nobody is made twice."""
    linked = await pairs(company, EDITS)
    before = (await _connection(company))["heard"]
    await operators.types(company, "disconnect", company.firm)
    phones = [f"(312) 555-9{n:03}" for n in range(EDITS)]
    await _edit(company, linked, phones, range(EDITS))

    await company.connect()

    for each in linked:
        await company.until_link(
            each.client, status="synced", held={"to_quickbooks": [], "to_canopy": ["phone"]}
        )
    assert (await company.api("POST", "/held/release", {})).status in {200, 202}
    await _holds(company, dict(zip((each.client for each in linked), phones, strict=True)))
    await stays_still(company, 1)
    assert (await _connection(company))["heard"] == before
    assert len(await company.customers()) == len(await company.clients()) == EDITS


async def _edit(company: Company, linked: list[Pair], phones: list[str], lost: Collection[int]) -> None:
    """Edit each customer's phone in QuickBooks, so that the webhooks of some are lost."""
    for n, (each, phone) in enumerate(zip(linked, phones, strict=True)):
        if n in lost:
            await company.fault("drop_webhook", "PATCH", f"/customers/{each.customer}")
        await company.edit_customer(each.customer, PrimaryPhone={"FreeFormNumber": phone})


async def _holds(company: Company, phones: dict[str, str]) -> None:
    """Wait until Canopy has these."""

    async def so() -> bool:
        found = {each["client_id"]: each["phone"] for each in await company.clients()}
        return all(found[client] == phone for client, phone in phones.items())

    await company.until(so, f"{len(phones)} phones are in Canopy")


async def _phones(company: Company, linked: list[Pair]) -> list[str | None]:
    ours = {each.client for each in linked}
    return [each["phone"] for each in await company.clients() if each["client_id"] in ours]


async def _sweep_now(company: Company, other: Pair, phone: str) -> None:
    """Let the next sweep come, a quarter of an hour early: by one a company that shut us out is asked whether it lets us in again."""
    rights = f"{company.stack.quickbooks}/_control/realms/{company.realm}/rights"
    swept = (await _connection(company))["last_sweep"]
    (await company.ask("POST", rights, {"refuses": "3100"})).ok()
    await company.edit_client(other.client, phone=phone)

    async def shut() -> bool:
        return (await _connection(company))["reauthorise_since"] is not None

    async def again() -> bool:
        return bool((await _connection(company))["last_sweep"] != swept)

    await company.until(shut, "the company is shut")
    (await company.ask("POST", rights, {"refuses": None})).ok()
    await company.until(again, "a sweep has ended")
    await company.until_customer(other.customer, PrimaryPhone={"FreeFormNumber": phone})


async def _connection(company: Company) -> Json:
    found: Json = (await company.api("GET", "/connection")).ok()
    return found
