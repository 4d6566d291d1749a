"""What a person asked for once is done once, however often and late it is produced again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.story import intent_topic, operators
from tests.story.company import Company
from tests.story.intent_topic import intents, produce


async def test_an_unmatch_produced_again_is_refused_whatever_came_between(company: Company) -> None:
    """Read from its topic and written to it once more, after forty other intents: the link stays."""
    client = await company.add_client("Renata Kowal", email="renata@example.com")
    customer = await company.until_synced(client)
    (await company.act(client, "unmatch")).ok()
    (await company.act(client, "restore")).ok()
    await company.until_synced(client)
    for _ in range(40):
        assert (await company.act(client, "retry")).refused() == "nothing_to_retry"
    (unmatch,) = [event for event in await intents(company) if event["type"] == "sync.intent.unmatch.v1"]

    await produce(company, unmatch)

    line = await _told(company, client, "repeat")
    assert (line["verdict"], line["actor"]) == ("skipped", "user:dana")
    assert await company.until_synced(client) == customer


async def test_what_was_said_long_ago_is_refused_as_too_old(company: Company) -> None:
    """Nobody could tell any more whether it was done already; the timeline says that it came."""
    client = await company.add_client("Sanna Virta", email="sanna@example.com")
    customer = await company.until_synced(client)
    (await company.act(client, "retry")).refused()
    (asked,) = [event for event in await intents(company) if event["type"] == "sync.intent.retry.v1"]
    long_ago = (datetime.now(UTC) - timedelta(hours=2)).isoformat()

    await produce(company, asked | {"id": "i-of-then", "type": "sync.intent.unmatch.v1", "time": long_ago})

    line = await _told(company, client, "too_old")
    assert line["verdict"] == "refused"
    assert "long ago" in line["text"]
    assert await company.until_synced(client) == customer


async def test_a_firm_is_not_disconnected_by_an_old_message(company: Company) -> None:
    """What goes for the whole firm is remembered as well."""
    client = await company.add_client("Tomas Novak", email="tomas@example.com")
    await company.until_synced(client)
    (await company.api("DELETE", "/connection")).ok()
    await company.connect()
    for _ in range(20):
        await company.api("PUT", "/settings", company.settings)
    (gone,) = [event for event in await intents(company) if event["type"] == "sync.intent.disconnect.v1"]

    await produce(company, gone)
    await company.act(client, "retry")  # decided behind it

    assert (await company.api("GET", "/connection")).ok()["status"] == "connected"


async def test_a_reason_outlives_the_topic_that_it_came_by(company: Company) -> None:
    """On the timeline, in why and on the page, after the intents themselves are gone."""
    client = await company.add_client("Ulla Brandt", email="ulla@example.com")
    await company.until_synced(client)
    (await company.act(client, "unmatch", {"reason": "INC-41:\n\x1b[2J<b>both</b> were hers"})).ok()
    link = await company.until_link(client, status="not_synced")
    words = "INC-41: [2J<b>both</b> were hers"
    assert link["former"]["unmatched_reason"] == words
    (why,) = await operators.types(company, "why", company.firm, client)
    assert f"“{words}”" in why["text"]
    await operators.types(company, "restore", company.firm, client, "--reason", "INC-42")
    await company.until_synced(client)
    await intent_topic.delete_all(company)

    lines = await operators.types(company, "timeline", company.firm, client)

    said = {line["code"]: line["reason"] for line in lines if line["reason"]}
    assert said == {"unmatch": words, "restore": "INC-42"}
    assert "INC-42" in await _page(company, client)
    assert "INC-41: [2J&lt;b&gt;both&lt;/b&gt; were hers" in await _page(company, client)


async def test_a_pause_says_why_wherever_it_shows(company: Company) -> None:
    """In the API, and above every page."""
    (await company.api("POST", "/pause", {"reason": "INC-43"})).ok()

    async def shown() -> bool:
        return bool((await company.api("GET", "/pending")).ok()["paused_reason"] == "INC-43")

    await company.until(shown, "what waits says why")
    page = await _page(company, None)
    (await company.api("POST", "/resume", {"reason": "done"})).ok()

    assert "“INC-43”" in page


async def _told(company: Company, client: str, code: str) -> dict[str, Any]:
    """Wait until the timeline has a line of this code."""
    found: list[dict[str, Any]] = []

    async def told() -> bool:
        nonlocal found
        lines = (await company.api("GET", f"/clients/{client}/timeline")).ok()["lines"]
        found = [line for line in lines if line["code"] == code]
        return bool(found)

    await company.until(told, f"the timeline says {code}")
    return found[0]


async def _page(company: Company, client: str | None) -> str:
    """Read a page of the console as Dana: a client's, or that of the settings."""
    site = f"http://127.0.0.1:{company.stack.http_port}"
    chosen = {"person": "dana"}
    async with company.http.post(
        f"{site}/sign-in", data=chosen, headers={"Origin": site}, allow_redirects=False
    ) as answer:
        assert answer.status == 303, await answer.text()
        session = "; ".join(f"{name}={each.value}" for name, each in answer.cookies.items())
    place = f"clients/{client}" if client else "settings"
    async with company.http.get(
        f"{site}/firms/{company.firm}/{place}", headers={"Cookie": session}
    ) as answer:
        assert answer.status == 200
        return await answer.text()
