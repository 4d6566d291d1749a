"""The operator who takes a mistaken unmatch back: 25 links among others, and what has become of them since."""

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.wire.topics import INTENTS
from tests.story import operators
from tests.story.both_sides import Json
from tests.story.company import Company
from tests.story.events import client_event

CLIENTS, MISTAKEN, RIGHTFUL = 50, 25, 10
AT_ONCE = 8
OPERATOR = "dev-operator"


async def _some_at_once(works: Iterable[Awaitable[object]]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(work: Awaitable[object]) -> None:
        async with gate:
            await work

    await asyncio.gather(*(one(work) for work in works))


class Mistake:
    """A firm in which Dana unmatched 25 clients by mistake, while Lee unmatched ten others with good reason."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.customers: dict[str, str] = {}
        self.mistaken: list[str] = []
        self.since = datetime.now(UTC)

    async def happen(self) -> None:
        """Both unmatch, one after the other."""
        company = self.company
        clients = [
            await company.add_client(f"Client {n:02}", email=f"c{n}@example.com") for n in range(CLIENTS)
        ]

        async def synced(client: str) -> None:
            self.customers[client] = await company.until_synced(client)

        await _some_at_once(synced(client) for client in clients)
        self.mistaken = clients[:MISTAKEN]
        rightful = clients[MISTAKEN : MISTAKEN + RIGHTFUL]
        mixed = [*self.mistaken, *rightful]
        mixed.sort(key=lambda client: int(client.removeprefix("c-")) % 7)
        for client in mixed:
            token = OPERATOR if client in rightful else "dev-manager"
            (await company.act(client, "unmatch", {"reason": "cleaning up"}, token=token)).ok()

    async def is_followed_by_life(self) -> dict[str, str]:
        """Some of it stands in the way, some has to be written; gives what a plan has to say of each of these."""
        company, c = self.company, self.mistaken
        other = await company.add_customer("Other Customer")
        (await company.act(c[0], "match", {"customer_id": other})).ok()
        taker = await company.add_client("Taker", sync=False)
        await company.until_link(taker, status="not_synced")
        await company.act(taker, "match", {"customer_id": self.customers[c[1]]})
        await company.until_synced(taker)
        await company.edit_client(c[2], phone="(312) 555-0102")
        await company.edit_customer(self.customers[c[3]], Mobile={"FreeFormNumber": "(312) 555-0103"})
        await company.edit_client(c[4], phone="(312) 555-0104")
        await company.edit_customer(self.customers[c[4]], Fax={"FreeFormNumber": "(312) 555-0105"})
        await company.edit_client(c[5], email="canopy@example.com")
        await company.edit_customer(self.customers[c[5]], PrimaryEmailAddr={"Address": "qbo@example.com"})
        synced = [*self.customers][-1]  # one that nobody has unmatched
        await company.merge_customers(self.customers[c[6]], self.customers[synced])
        await self._leaves_canopy(c[7], "archived")
        await self._leaves_canopy(c[8], "deleted")
        await company.edit_customer(self.customers[c[9]], Active=False)
        (await company.act(c[10], "restore")).ok()
        (await company.act(c[11], "restore")).ok()
        (await company.act(c[11], "unmatch", token=OPERATOR)).ok()
        return {
            c[0]: "matched_since",
            c[1]: "customer_linked",
            c[5]: "both_changed",
            c[6]: "customer_linked",
            c[7]: "client_gone",
            c[8]: "client_gone",
            c[9]: "restored_inactive",
            c[10]: "already_so",
            c[11]: "unmatched_since",
        }

    async def is_known(self, codes: dict[str, str]) -> list[Json]:
        """Wait until all that happened is known, so that a plan says so; gives its lines."""
        lines: list[Json] = []

        async def all_is_known() -> bool:
            nonlocal lines
            lines = await self.plan()
            said = {line["client_id"]: line for line in lines[1:]}
            written = sum(bool(line["writes"]) for line in said.values())
            return written == 3 and all(said[client]["code"] == code for client, code in codes.items())

        try:
            await self.company.until(all_is_known, "a plan tells all that happened")
        except AssertionError as late:
            told = {line["client_id"]: (line["code"], line["writes"]) for line in lines[1:]}
            raise AssertionError(f"{late}\nit says {told}, expected {codes}") from None
        return lines

    async def plan(self) -> list[Json]:
        """Plan by one filter, at a terminal."""
        since = ("--since", self.since.isoformat())
        words = ("replay", "plan", "--firm", self.company.firm, *since, "--actor", "dana")
        return await operators.types(self.company, *words)

    async def _leaves_canopy(self, client: str, happened: str) -> None:
        """A client is archived or deleted there, and an event says so."""
        company, now = self.company, await self.company.client(client)
        values = {"email": now["email"]}
        await company.tell(
            client_event(company.firm, happened, client, now["version"] + 1, now["display_name"], **values)
        )


async def test_a_mistaken_unmatch_is_taken_back(company: Company) -> None:
    """One filter finds them; the plan changes nothing; each row ends as it said, by its writes and no others."""
    mistake = Mistake(company)
    await mistake.happen()
    codes = await mistake.is_followed_by_life()
    await mistake.is_known(codes)
    before = await _all_that_a_plan_must_not_change(company)

    head, *rows = await mistake.plan()

    assert await _all_that_a_plan_must_not_change(company) == before
    by_client = {row["client_id"]: row for row in rows}
    assert set(by_client) == set(mistake.mistaken)
    assert {client: by_client[client]["code"] for client in codes} == codes
    assert {row["code"] for client, row in by_client.items() if client not in codes} == {"restored"}
    assert head["outcomes"] == {"blocked": 6, "already_so": 1, "question": 1, "restored": 17}
    c = mistake.mistaken
    assert {client: row["writes"] for client, row in by_client.items() if row["writes"]} == {
        c[2]: {"quickbooks": {"phone": "(312) 555-0102"}},
        c[3]: {"canopy": {"mobile": "(312) 555-0103"}},
        c[4]: {"quickbooks": {"phone": "(312) 555-0104"}, "canopy": {"fax": "(312) 555-0105"}},
    }
    shown = await company.ask(
        "GET", _url(company, f"/{head['plan']}?limit=200"), Authorization=f"Bearer {OPERATOR}"
    )
    assert shown.ok()["rows"] == rows

    plan, why = head["plan"], "INC-42: Dana cleaned up the wrong list"
    assert "Say that number" in await operators.refused(company, "replay", "apply", plan, "--reason", why)
    applied = await operators.types(
        company, "replay", "apply", plan, "--reason", why, "--confirm", str(head["asked"])
    )

    ends = {row["client_id"]: row["end"] for row in applied[1:] if row["end"]}
    assert len(ends) == head["asked"] == 18
    assert {end["state"] for end in ends.values()} == {"as_planned"}
    for client, end in ends.items():
        assert end["writes"] == by_client[client]["writes"]
    for client in ends:
        link = await company.link(client)
        assert link["customer_id"] == mistake.customers[client]
        assert link["status"] == ("needs_attention" if client == c[5] else "synced")
    written, in_canopy = await _written_since(company, before)
    assert {each["body"]["Id"]: each["body"]["PrimaryPhone"]["FreeFormNumber"] for each in written} == {
        mistake.customers[c[2]]: "(312) 555-0102",
        mistake.customers[c[4]]: "(312) 555-0104",
    }
    assert len(written) == 2
    assert sorted(str(each["body"]) for each in in_canopy) == [
        "{'fax': '(312) 555-0105'}",
        "{'mobile': '(312) 555-0103'}",
    ]

    intents = await _ends_of_intents(company)
    again = await operators.types(
        company, "replay", "apply", plan, "--reason", why, "--confirm", str(head["asked"])
    )
    assert again == applied
    assert await _ends_of_intents(company) == intents
    assert await _written_since(company, before) == (written, in_canopy)
    told = await company.api("GET", f"/activity?batch={plan}&limit=200")
    assert {act["reason"] for act in told.ok()["acts"]} == {why}
    (listed, *_) = await operators.types(company, "replay", "list")
    assert (listed["plan"], listed["state"], listed["decided"]) == (plan, "applied", 18)


def _url(company: Company, path: str) -> str:
    return f"http://127.0.0.1:{company.stack.http_port}/api/v1/replays{path}"


async def _all_that_a_plan_must_not_change(company: Company) -> Json:
    """Where the intents end, what was written on either side, and all that is shown of the firm."""
    return {
        "intents": await _ends_of_intents(company),
        "quickbooks": await company.written_in_quickbooks(),
        "canopy": await company.written_in_canopy(),
        "acts": (await company.api("GET", "/activity?limit=200")).ok(),
        "clients": (await company.api("GET", "/clients?limit=200")).ok(),
    }


async def _written_since(company: Company, before: Json) -> tuple[list[Json], list[Json]]:
    """Give what was written in QuickBooks and in Canopy since then."""
    there = len(before["quickbooks"]), len(before["canopy"])
    return (await company.written_in_quickbooks())[there[0] :], (await company.written_in_canopy())[
        there[1] :
    ]


async def _ends_of_intents(company: Company) -> dict[int, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=company.stack.bootstrap, group_id=None)
    await consumer.start()
    try:
        await consumer.topics()
        partitions = consumer.partitions_for_topic(INTENTS) or ()
        places = [TopicPartition(INTENTS, partition) for partition in partitions]
        return {place.partition: end for place, end in (await consumer.end_offsets(places)).items()}
    finally:
        await consumer.stop()
