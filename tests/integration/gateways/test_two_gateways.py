"""Two gateways behind a balancer are as good as one: nobody can tell which of them answered."""

import asyncio
from typing import Any

import pytest

from tests.integration.gateways.pair import Gateway, Pair
from tests.story.both_sides import Answer
from tests.story.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="package")

CLIENTS = 6


async def test_what_was_done_at_one_is_shown_at_the_other(pair: Pair) -> None:
    """Whoever sends the position back reads what they wrote, wherever they are led."""
    at_one, at_two = await pair.open_company()
    client = await at_one.add_client("Tove Lind", sync=False)
    await at_two.until_link(client, status="not_synced")

    created = await at_one.act(client, "create")
    shown = await read_back(at_two, client, created)
    unmatched = await at_two.act(client, "unmatch", {"link_version": shown["link"]["version"]})

    assert created.ok()["link"]["customer_id"] == shown["link"]["customer_id"]
    assert shown["link"]["status"] == "synced"
    assert (await read_back(at_one, client, unmatched))["link"]["status"] == "not_synced"


async def test_a_key_holds_at_both(pair: Pair) -> None:
    """The same request under it is answered as before, at the other too; another one is refused."""
    at_one, at_two = await pair.open_company()
    client = await at_one.add_client("Ulla Brandt", sync=False)
    await at_two.until_link(client, status="not_synced")

    first = await at_one.act(client, "create", key="once")
    again = await at_two.act(client, "create", key="once")
    other = await at_two.act(client, "create", {"link_version": 1}, key="once")

    assert first.ok()["link"]["status"] == "synced"
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Sync-Position"] == first.headers["Sync-Position"]
    assert other.refused() == "idempotency_key_reused"
    assert len(await at_one.written_in_quickbooks()) == 1


async def test_a_key_sent_to_both_at_once_is_one_intent(pair: Pair) -> None:
    """As an impatient client does that was led to the other one."""
    at_one, at_two = await pair.open_company()
    client = await at_one.add_client("Vera Nowak", sync=False)
    await at_two.until_link(client, status="not_synced")

    both = await asyncio.gather(*(at.act(client, "create", key="twice") for at in (at_one, at_two)))

    assert {each.status for each in both} <= {200, 202}
    assert (await settled(at_two, client, "twice")).ok()["link"]["status"] == "synced"
    assert len(await at_one.written_in_quickbooks()) == 1


@pytest.mark.parametrize("victim", ["one", "two"])
async def test_one_is_killed_with_intents_under_way_and_none_is_lost_or_done_twice(
    pair: Pair, victim: str
) -> None:
    """Whoever got no answer asks the other one, under the same key; the one that comes back shows the same."""
    both = dict(zip(("one", "two"), await pair.open_company(), strict=True))
    killed: Gateway = getattr(pair, victim)
    hurt, other = both.pop(victim), next(iter(both.values()))
    clients = [await hurt.add_client(f"Wim {victim} {n}", sync=False) for n in range(CLIENTS)]
    for client in clients:
        await hurt.until_link(client, status="not_synced")

    asked = [asyncio.create_task(hurt.act(client, "create", key=client)) for client in clients]
    await hurt.until(lambda: _began(hurt), "the first customer is asked for")
    killed.kill()
    await asyncio.gather(*asked, return_exceptions=True)
    answers = [await settled(other, client, client) for client in clients]
    await killed.start()

    assert {each.ok()["link"]["status"] for each in answers} == {"synced"}
    assert len(await other.customers()) == CLIENTS
    assert len(await other.written_in_quickbooks()) == CLIENTS
    for client, answer in zip(clients, answers, strict=True):
        assert (await read_back(hurt, client, answer))["link"]["status"] == "synced"


async def read_back(company: Company, client: str, written: Answer) -> dict[str, Any]:
    """Read a client as who has just been answered does."""
    url = f"http://127.0.0.1:{company.stack.http_port}/api/v1/firms/{company.firm}/clients/{client}"
    headers = {"Authorization": "Bearer dev-viewer", "Sync-Position": written.headers["Sync-Position"]}
    shown: dict[str, Any] = (await company.ask("GET", url, **headers)).ok()
    return shown


async def settled(company: Company, client: str, key: str) -> Answer:
    """Ask for a customer under a key until it is answered how that ended."""
    answer: Answer | None = None

    async def ended() -> bool:
        nonlocal answer
        answer = await company.act(client, "create", key=key)
        return answer.status != 202

    await company.until(ended, f"{key} is answered")
    assert answer is not None
    return answer


async def _began(company: Company) -> bool:
    return bool(await company.written_in_quickbooks())
