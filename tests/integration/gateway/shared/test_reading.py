"""What lies in the log is what the API shows, and only that."""

from dataclasses import replace
from datetime import datetime

import pytest
from markupsafe import escape

from adapters.web.texts.obstacles import shut_text
from deploy.kafka.ports import free_port
from deploy.settings import Settings
from domain.agreed import Pair
from domain.decision import Change, Verdict
from domain.fields import Field
from domain.ids import CustomerId
from domain.obstacles import Obstacle
from domain.remembered import Former, Held
from domain.rows import Reason
from tests.integration.gateway.conftest import Running, gateway_on
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.log_writer import NOW


async def test_clients_are_listed_by_name_with_counts_and_pages(gateway: Running, firm: Firm) -> None:
    """Searched in name and email, filtered by status; a cursor goes on behind the last one shown."""
    await gateway.log.decide(firm.synced_row("c-1", "Fiona Gallagher", "58"))
    await gateway.log.decide(firm.client_row("c-2", "Émile Zola"))
    at = await gateway.log.decide(firm.client_row("c-3", "anna Karenina"))

    _, all_of_them = await gateway.ask("GET", f"{firm.api}/clients", Sync_Position=at)
    _, first = await gateway.ask("GET", f"{firm.api}/clients?limit=2")
    _, second = await gateway.ask("GET", f"{firm.api}/clients?limit=2&cursor={first['cursor']}")
    _, found = await gateway.ask("GET", f"{firm.api}/clients?q=%C3%89MILE")
    _, synced = await gateway.ask("GET", f"{firm.api}/clients?status=synced")

    assert ids(all_of_them) == ["c-3", "c-1", "c-2"]
    assert all_of_them["counts"]["not_synced"] == 2
    assert all_of_them["counts"]["waiting"] == 0
    assert (ids(first), ids(second), second["cursor"]) == (["c-3", "c-1"], ["c-2"], None)
    assert ids(found) == ["c-2"]
    assert ids(synced) == ["c-1"]


async def test_a_record_that_lies_elsewhere_than_it_claims_is_not_shown(gateway: Running, firm: Firm) -> None:
    """Neither in lists nor on the timeline; what comes after it is."""
    await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
    await gateway.log.decide(firm.synced_row("c-1", "Fiona Gallagher", "58"), lies_by=-1)
    at = await gateway.log.decide(firm.client_row("c-2", "Émile Zola"))

    answer, shown = await gateway.ask("GET", f"{firm.api}/clients/c-1", Sync_Position=at)
    _, timeline = await gateway.ask("GET", f"{firm.api}/clients/c-1/timeline")

    assert shown["link"]["status"] == "not_synced"
    assert len(timeline["lines"]) == 1
    assert answer.headers["Sync-Position"] == at


async def test_one_client_is_shown_with_its_link_and_why(gateway: Running, firm: Firm) -> None:
    """In the shape of the contract."""
    await gateway.log.decide(firm.connected())
    at = await gateway.log.decide(firm.synced_row("c-1", "Fiona Gallagher", "58"))

    _, shown = await gateway.ask("GET", f"{firm.api}/clients/c-1", Sync_Position=at)
    _, why = await gateway.ask("GET", f"{firm.api}/clients/c-1/why")

    assert shown["client"]["display_name"] == "Fiona Gallagher"
    link = shown["link"]
    assert (link["status"], link["reason"], link["customer_id"], link["version"]) == ("synced", None, "58", 2)
    assert (link["in_step"], link["problem"], link["can"]) == (True, None, ["unmatch"])
    assert why["text"] == "It is in step with customer 58."
    assert why["facts"]["customer_id"] == "58"


async def test_changes_stand_on_the_clients_timeline_newest_first(gateway: Running, firm: Firm) -> None:
    """Also those that a decision about its customer brought."""
    await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
    linked = firm.synced_row("c-1", "Fiona G.", "58")
    seen = Change(
        key=linked.key,
        what="seen",
        side="quickbooks",
        field=Field.DISPLAY_NAME,
        before="Fiona",
        after="Fiona G.",
    )
    at = await gateway.log.decide(
        firm.customer_row("58", "Fiona G."), linked, code="customer_read", changes=(seen,)
    )

    _, timeline = await gateway.ask("GET", f"{firm.api}/clients/c-1/timeline", Sync_Position=at)

    newest, oldest = timeline["lines"]
    assert (newest["code"], newest["actor"]) == ("customer_read", "user:dana")
    assert [(each["what"], each["field"]) for each in newest["changes"]] == [("seen", "display_name")]
    assert (newest["status"], newest["customer_id"]) == ("synced", "58")
    assert oldest["code"] == "client_created"


async def test_customers_are_searched_by_name_or_email_and_say_who_has_them(
    gateway: Running, firm: Firm
) -> None:
    """Sub-customers and projects are none that could be matched."""
    await gateway.log.decide(firm.customer_row("58", "Fiona Gallagher", email="fiona@example.com"))
    await gateway.log.decide(firm.customer_row("59", "Fiona Free"))
    await gateway.log.decide(firm.customer_row("60", "Fiona's kitchen", job=True))
    at = await gateway.log.decide(firm.synced_row("c-1", "Fiona Gallagher", "58"))
    path = f"{firm.api}/customers"

    _, by_name = await gateway.ask("GET", path + "?q=fiona", Sync_Position=at)
    _, by_email = await gateway.ask("GET", path + "?by=email&q=FIONA@")
    _, free = await gateway.ask("GET", path + "?linked=false")

    assert [each["customer_id"] for each in by_name["customers"]] == ["59", "58"]
    assert [each["customer_id"] for each in by_email["customers"]] == ["58"]
    assert by_email["customers"][0]["linked_to"] == {"client_id": "c-1", "display_name": "Fiona Gallagher"}
    assert [each["customer_id"] for each in free["customers"]] == ["59"]


async def test_a_preview_says_what_a_match_would_write(gateway: Running, firm: Firm) -> None:
    """Canopy's values overwrite, and an empty one never clears QuickBooks'."""
    await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
    customer = firm.customer_row("58", "Fiona G.")
    snapshot = customer.customer
    assert snapshot is not None
    values = {**snapshot.values, Field.PHONE: "555-0100"}
    at = await gateway.log.decide(replace(customer, customer=replace(snapshot, values=values)))

    _, preview = await gateway.ask(
        "GET", f"{firm.api}/clients/c-1/match-preview?customer_id=58", Sync_Position=at
    )

    fields = {each["field"]: each for each in preview["fields"]}
    assert (preview["link_version"], preview["customer_sync_token"]) == (1, 3)
    assert (fields["display_name"]["now"], fields["display_name"]["after"]) == ("Fiona G.", "Fiona Gallagher")
    assert fields["display_name"]["changes"]
    assert (fields["phone"]["after"], fields["phone"]["kept"]) == ("555-0100", True)


async def test_a_firm_has_its_settings_and_connection(gateway: Running, firm: Firm) -> None:
    """One that nobody heard of has the default ones, and no connection."""
    at = await gateway.log.decide(firm.connected())

    _, settings = await gateway.ask("GET", f"{firm.api}/settings", Sync_Position=at)
    _, connection = await gateway.ask("GET", f"{firm.api}/connection")
    _, unknown = await gateway.ask("GET", "/api/v1/firms/f-9/connection")

    assert settings == {
        "actions_from_canopy": {"creating": True, "editing": True},
        "actions_from_qbo": {"creating": True, "editing": True},
        "conflicts": "later_wins",
    }
    assert (connection["status"], connection["realm_id"], connection["listed"]) == (
        "connected",
        firm.realm,
        True,
    )
    assert unknown["status"] == "never_connected"


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Obstacle.NOT_AUTHORISED, "reauthorize: it no longer accepts our sign-in"),
        (Obstacle.SUBSCRIPTION_ENDED, "its subscription has ended"),
    ],
)
async def test_a_company_that_lets_us_in_no_longer_is_told_of_everywhere(
    gateway: Running, firm: Firm, why: Obstacle, words: str
) -> None:
    """The connection does not look whole, and each page says it: only a person can change that."""
    row = firm.connected()
    assert row.connection is not None
    shut = replace(row, connection=replace(row.connection, reauthorise_since=NOW, shut_by=why))
    at = await gateway.log.decide(shut)

    _, connection = await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    pages = [
        await _page(gateway, f"/firms/{firm.id}/{page}") for page in ("clients", "customers", "settings")
    ]

    assert connection["shut_by"] == why
    assert datetime.fromisoformat(connection["reauthorise_since"]) == NOW
    assert all(words in page for page in pages)
    assert all(escape(shut_text(why)) in page for page in pages), (
        "what a person can do stands above each page"
    )


async def _page(gateway: Running, path: str) -> str:
    async with gateway.http.get(path, headers={"Authorization": "Bearer dev-viewer"}) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_two_gateways_on_one_database_show_each_decision_once(
    gateway: Running, settings: Settings, prefix: str, firm: Firm
) -> None:
    """The position stands in the same transaction as the rows, so whoever is first applies them for both."""
    first = await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
    await gateway.ask("GET", f"{firm.api}/clients", Sync_Position=first)
    second = settings.model_copy(update={"http_port": free_port()})

    async with gateway_on(second, prefix) as http:
        at = ""
        for version in range(2, 30):
            at = await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher", version=version))
        _, here = await gateway.ask("GET", f"{firm.api}/clients/c-1/timeline", Sync_Position=at)
        headers = {"Authorization": "Bearer dev-viewer", "Sync-Position": at}
        async with http.get(f"{firm.api}/clients/c-1/timeline", headers=headers) as answer:
            there = await answer.json()

    assert [line["version"] for line in here["lines"]] == list(range(29, 0, -1))
    assert there == here


async def test_a_position_that_is_still_to_come_is_an_honest_503(gateway: Running, firm: Firm) -> None:
    """After waiting for it."""
    answer, problem = await gateway.ask("GET", f"{firm.api}/clients", Sync_Position="p0:999999")
    wrong, _ = await gateway.ask("GET", f"{firm.api}/clients", Sync_Position="here")

    assert (answer.status, problem["code"]) == (503, "read_model_behind")
    assert wrong.status == 400


def ids(answer: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [each["client"]["client_id"] for each in answer["clients"]]


async def test_what_is_held_is_listed_by_client_and_where_it_would_go(gateway: Running, firm: Firm) -> None:
    """In pages, with how many there are; who holds nothing is not among them."""
    to_canopy = Held(to_canopy=(Field.EMAIL,))
    await gateway.log.decide(
        firm.synced_row("c-1", "Fiona Gallagher", "58", held=Held(to_quickbooks=(Field.PHONE,)))
    )
    await gateway.log.decide(firm.synced_row("c-2", "Lip Gallagher", "59"))
    at = await gateway.log.decide(firm.synced_row("c-3", "Debbie Gallagher", "60", held=to_canopy))
    path = f"{firm.api}/held"

    _, first = await gateway.ask("GET", path + "?limit=1", Sync_Position=at)
    _, second = await gateway.ask("GET", f"{path}?limit=1&cursor={first['cursor']}")

    assert (first["total"], first["clients"][0]["client_id"]) == (2, "c-3")
    assert first["clients"][0]["held"] == {"to_quickbooks": [], "to_canopy": ["email"]}
    assert (second["clients"][0]["client_id"], second["cursor"]) == ("c-1", None)
    assert second["clients"][0]["held"] == {"to_quickbooks": ["phone"], "to_canopy": []}


async def test_what_happened_in_a_firm_is_told_the_newest_first(gateway: Running, firm: Firm) -> None:
    """By whom, about whom and why it was refused; by kind, client and time where that is asked for."""
    await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
    await gateway.log.decide(
        firm.client_row("c-2", "Debbie"), verdict=Verdict.REFUSED, code="already_unmatched"
    )
    at = await gateway.log.decide(firm.synced_row("c-1", "Fiona Gallagher", "58"), code="match")

    _, told = await gateway.ask("GET", f"{firm.api}/activity", Sync_Position=at)
    _, first = await gateway.ask("GET", f"{firm.api}/activity?limit=1")
    _, second = await gateway.ask("GET", f"{firm.api}/activity?limit=1&cursor={first['cursor']}")
    _, matches = await gateway.ask("GET", f"{firm.api}/activity?kind=match&client=c-1&actor=user:dana")
    _, none = await gateway.ask("GET", f"{firm.api}/activity?until=2020-01-01T00:00:00Z")
    wrong, _ = await gateway.ask("GET", f"{firm.api}/activity?since=yesterday")

    assert [each["kind"] for each in told["acts"]] == ["match", "already_unmatched", "client_created"]
    assert told["cursor"] is None
    newest, refused, _ = told["acts"]
    assert (newest["client_id"], newest["client_name"], newest["customer_id"]) == (
        "c-1",
        "Fiona Gallagher",
        "58",
    )
    assert (newest["actor"], newest["verdict"], newest["text"]) == ("user:dana", "applied", None)
    assert refused["text"] == "This client is not synced, or is just being unmatched."
    assert [*first["acts"], *second["acts"]] == told["acts"][:2]
    assert matches["acts"] == [newest]
    assert (none["acts"], wrong.status) == ([], 422)


async def test_what_a_restore_would_do_is_told_field_by_field(gateway: Running, firm: Firm) -> None:
    """As the act itself would be decided: what goes where, as of when both sides were seen, or why it is refused."""
    former = Former(
        customer_id=CustomerId("58"),
        agreed={
            Field.DISPLAY_NAME: Pair("Fiona Gallagher", "Fiona Gallagher"),
            Field.EMAIL: Pair("c-1@example.com", "c-1@example.com"),
        },
        unmatched_at=NOW,
        unmatched_by="user:dana",
    )
    apart = firm.client_row("c-1", "Fiona Gallagher", reason=Reason.UNMATCHED, former=former)
    edited = firm.customer_row("58", "Fiona Gallagher", email="new@example.com")
    await gateway.log.decide(firm.connected(), apart, firm.client_row("c-2", "Debbie"))
    at = await gateway.log.decide(edited)

    _, told = await gateway.ask("GET", f"{firm.api}/clients/c-1/restore-preview", Sync_Position=at)
    _, refused = await gateway.ask("GET", f"{firm.api}/clients/c-2/restore-preview")
    unknown, _ = await gateway.ask("GET", f"{firm.api}/clients/c-1/restore-preview?version=9")
    nobody, _ = await gateway.ask("GET", f"{firm.api}/clients/c-3/restore-preview")

    assert (told["outcome"], told["code"], told["customer_id"]) == ("restored", "restored", "58")
    assert (told["link_version"], told["customer_sync_token"], told["client_version"]) == (1, 3, 1)
    assert told["text"].endswith("Email is written to Canopy.")
    by_field = {each["field"]: each for each in told["fields"]}
    assert by_field["display_name"]["fate"] == "same"
    assert by_field["email"] == {
        "field": "email",
        "canopy": {"now": "c-1@example.com", "after": "new@example.com"},
        "quickbooks": {"now": "new@example.com", "after": "new@example.com"},
        "fate": "to_canopy",
    }
    assert (refused["outcome"], refused["code"], refused["fields"]) == ("blocked", "nothing_to_restore", [])
    assert refused["text"] == "There is no unmatch to undo."
    assert (unknown.status, nobody.status) == (404, 404)


async def test_a_client_is_shown_as_it_stood_and_what_is_different_since(
    gateway: Running, firm: Firm
) -> None:
    """At a version, a position or a moment; of one client and of the firm, by pages. Nobody knew it before."""
    first = await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
    await gateway.log.decide(firm.synced_row("c-2", "Debbie", "59"))
    at = await gateway.log.decide(firm.synced_row("c-1", "Fiona Grace", "58"))
    here = f"{firm.api}/clients/c-1/state"

    _, now = await gateway.ask("GET", f"{here}?as_of={at}&since={first}", Sync_Position=at)
    _, then = await gateway.ask("GET", f"{here}?as_of={before(first)}")
    _, listed = await gateway.ask("GET", f"{firm.api}/state?as_of={at}&limit=1")
    _, rest = await gateway.ask("GET", f"{firm.api}/state?as_of={at}&limit=1&cursor={listed['cursor']}")
    _, changed = await gateway.ask("GET", f"{firm.api}/state?as_of={at}&since={before(first)}")
    unknown, _ = await gateway.ask("GET", f"{firm.api}/clients/c-2/state?as_of={before(first)}")
    too_early, said = await gateway.ask("GET", f"{here}?as_of=2020-01-01T00:00:00Z")
    wrong, _ = await gateway.ask("GET", f"{here}?as_of=tomorrow")

    assert (then["client"]["status"], then["client"]["canopy"]["display_name"]) == (
        "not_synced",
        "Fiona Gallagher",
    )
    assert (now["client"]["status"], now["client"]["customer_id"]) == ("synced", "58")
    told = {each["what"]: (each["before"], each["after"]) for each in now["client"]["difference"]["link"]}
    assert told["status"] == ("not_synced", "synced")
    (name,) = now["client"]["difference"]["values"]
    assert (name["field"], name["before"], name["after"]) == (
        "display_name",
        "Fiona Gallagher",
        "Fiona Grace",
    )
    assert [each["client_id"] for each in (*listed["clients"], *rest["clients"])] == ["c-1", "c-2"]
    assert rest["cursor"] is None
    assert [each["client_id"] for each in changed["clients"]] == ["c-1", "c-2"]
    assert (unknown.status, too_early.status, said["code"], wrong.status) == (404, 404, "no_such_point", 422)


def before(position: str) -> str:
    """Name the record that a position, the next one to be shown, lies behind."""
    partition, _, offset = position.partition(":")
    return f"{partition}:{int(offset) - 1}"
