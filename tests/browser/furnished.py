"""A firm with one of everything that a page of the console can show."""

from dataclasses import dataclass
from typing import Self

from tests.browser.screen import synced_client
from tests.browser.test_dead_letters import parked
from tests.story.company import Company
from tests.story.events import client_event

LONG = "Costa-Papadopoulos-Wolfeschlegelsteinhausenbergerdorff, Kim & Alessandro"


@dataclass(frozen=True, slots=True)
class Furnished:
    """Ids of its clients, by how they stand; of a batch, a plan to take acts back, an address of a dead letter, and the place of a change of settings.

    `asked`: both sides changed two fields; `held`: a change waits for a switch; `deleted`: in Canopy, so it can be erased.
    """

    company: Company
    synced: str
    asked: str
    held: str
    unmatched: str
    deleted: str
    batch: str
    replay: str
    letter: str
    change: str

    @classmethod
    async def of(cls, company: Company) -> Self:
        """Furnish a new firm; the order is that in which nothing disturbs the next."""
        deleted = await _deleted(company)
        unmatched, _ = await synced_client(company, "Ada Roe", phone="(312) 555-0100")
        batch = await _batch(company, [{"do": "unmatch", "client_id": unmatched}])
        synced, _ = await synced_client(
            company, LONG, email=f"{'kim.' * 12}costa@example.com", phone="(312) 555-0100"
        )
        await company.edit_client(synced, phone="(312) 555-0177")
        held, _ = await synced_client(company, "Jana Novotna", mobile="(312) 555-0100")
        asked = await _asked(company)
        await company.switch("all")
        await company.edit_client(held, mobile="(312) 555-0111")
        await company.until_link(held, standing="held")
        await _unmatched_pairs(company)
        letter = await parked(company, b"{")
        plan, change = await _plan(company), await _change(company)
        return cls(company, synced, asked, held, unmatched, deleted, batch, plan, letter, change)

    @property
    def home(self) -> str:
        """Give the address under which the firm's pages are."""
        return f"/firms/{self.company.firm}"


async def _deleted(company: Company) -> str:
    client = "c-deleted"
    await company.tell(
        client_event(company.firm, "created", client, 1, "Ursula Berg", sync=False),
        client_event(company.firm, "deleted", client, 2, "Ursula Berg", sync=False),
    )
    await company.until_link(client, version=2)
    return client


async def _batch(company: Company, rows: list[dict[str, str]]) -> str:
    begun = await company.api("POST", "/batches", {"rows": rows, "reason": "wrong company"})
    batch = str(begun.body["batch"]["batch"])

    async def is_over() -> bool:
        return bool((await company.api("GET", f"/batches/{batch}")).ok()["batch"]["state"] == "ended")

    await company.until(is_over, "the batch is over")
    return batch


async def _asked(company: Company) -> str:
    """Add a client about which there is a question: both sides changed its email and its phone."""
    client, customer = await synced_client(company, "Fiona Gallagher", email="before@example.com")
    await company.switch(conflicts="always_ask")
    (await company.api("POST", "/pause", {"reason": "both sides are edited"})).ok()
    await company.edit_client(client, email="ours@example.com", phone="(312) 555-0131")
    await company.edit_customer(
        customer,
        PrimaryEmailAddr={"Address": "theirs@example.com"},
        PrimaryPhone={"FreeFormNumber": "(312) 555-0132"},
    )
    await company.until_link(client, in_step=False)
    (await company.api("POST", "/resume", {})).ok()
    await company.until_link(client, status="needs_attention")
    return client


async def _unmatched_pairs(company: Company) -> None:
    """One who is on both sides with another phone in QuickBooks, and one on either side alone."""
    mail = "bo@example.com"
    await company.new_customer(
        "Bo Lindqvist",
        PrimaryEmailAddr={"Address": mail},
        PrimaryPhone={"FreeFormNumber": "(312) 555-0999"},
    )
    await company.add_client("Bo Lindqvist", sync=False, email=mail, phone="(312) 555-0100")
    await company.new_customer("Only There")
    await company.add_client("Only Here", sync=False)

    async def is_known() -> bool:
        return bool((await company.api("GET", "/matching")).ok()["totals"]["only_in_quickbooks"] == 1)

    await company.until(is_known, "both lists are known")


async def _plan(company: Company) -> str:
    made = await company.ask(
        "POST",
        f"http://127.0.0.1:{company.stack.http_port}/api/v1/replays",
        {"firm": company.firm, "kind": "unmatch"},
        Authorization="Bearer dev-operator",
    )
    return str(made.body["replay"]["plan"])


async def _change(company: Company) -> str:
    """Give the change that has switched all off: to before it much would be otherwise, and something is held."""
    changes = (await company.api("GET", "/settings/changes")).ok()["changes"]
    return str(changes[0]["position"])
