"""The page of what happened in a firm: found by person, kind, day and batch, and taken along as CSV."""

import csv
from io import StringIO
from urllib.parse import quote

import pytest

from adapters.web.console import activity_page
from domain.decision import Change
from domain.fields import Field
from domain.ids import ClientId, link_key
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm


async def happened(gateway: Running, firm: Firm) -> None:
    """Dana matches a client, which sends its email; a message comes; a batch takes another apart."""
    await gateway.log.decide(firm.connected(), code="connect")
    sent = Change(
        key=link_key(firm.id, ClientId("c-1")),
        what="sent",
        side="quickbooks",
        field=Field.EMAIL,
        after="fiona@example.com",
    )
    await gateway.log.answer_intent(
        "i-1", firm.synced_row("c-1", "=Fiona", "58"), code="match", changes=(sent,)
    )
    await gateway.log.decide(firm.customer_row("58", "Fiona"), code="customer_noticed")
    at = await gateway.log.answer_intent("i-2", firm.client_row("c-2", "Ada"), code="unmatch", batch="b-1")
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)


async def page(gateway: Running, firm: Firm, path: str, *, token: str = "dev-viewer") -> str:
    """Open it."""
    headers = {"Authorization": f"Bearer {token}"}
    async with gateway.http.get(f"/firms/{firm.id}/{path}", headers=headers) as answer:
        assert answer.status == 200, path
        return await answer.text()


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ("", ["=Fiona", "Ada", "Sends email to QuickBooks", "batch b-1"], ["QuickBooks told of a change"]),
        ("?kind=all", ["QuickBooks told of a change of"], []),
        ("?kind=match&actor=dana&day=2026-11-24", ["=Fiona"], ["Ada"]),
        ("?batch=b-1", ["Ada"], ["=Fiona"]),
        ("?client=c-2", ["Ada", "Of client"], ["=Fiona"]),
        ("?actor=user:lee", ["Nothing like that has happened"], ["Ada"]),
        ("?day=2026-11-25", ["Nothing like that has happened"], ["Ada"]),
        ("?day=9999-12-31&kind=%00&actor=%00&batch=%25&client=%00", ["=Fiona"], []),
    ],
)
async def test_what_happened_is_found_by_all_that_is_named(
    gateway: Running, firm: Firm, asked: str, there: list[str], not_there: list[str]
) -> None:
    """What people did, unless somebody asks for all; what nobody can be called is as if it was not said."""
    await happened(gateway, firm)

    text = await page(gateway, firm, f"activity{asked}")

    assert [each for each in there if each not in text] == []
    assert [each for each in not_there if each in text] == []


async def test_only_operators_are_led_to_a_plan(gateway: Running, firm: Firm) -> None:
    """With what was looked for."""
    await happened(gateway, firm)
    asked = "activity?kind=unmatch&actor=dana&day=2026-11-24&batch=b-1"

    dana = await page(gateway, firm, asked, token="dev-manager")
    lee = await page(gateway, firm, asked, token="dev-operator")

    led = f"/firms/{firm.id}/replays?kind=unmatch&amp;actor=user%3Adana&amp;batch=b-1&amp;since={quote('2026-11-24T00:00:00Z')}"
    assert led in lee
    assert "Plan to take these back" not in dana


async def test_all_of_it_is_taken_along(
    gateway: Running, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many pages it takes; nothing in it is computed by a spreadsheet."""
    monkeypatch.setattr(activity_page, "EXPORTED_AT_ONCE", 1)
    await happened(gateway, firm)

    lines = list(csv.DictReader(StringIO(await page(gateway, firm, "activity.csv?kind=all"))))

    assert [line["what"] for line in lines] == ["unmatch", "customer_noticed", "match", "connect"]
    assert (lines[2]["name"], lines[2]["sent"], lines[2]["actor"]) == (
        "'=Fiona",
        "email to QuickBooks",
        "user:dana",
    )
    assert lines[0]["batch"] == "b-1"
    monkeypatch.setattr(activity_page, "EXPORTED", 2)
    cut = (await page(gateway, firm, "activity.csv?kind=all")).splitlines()
    assert (len(cut), cut[-1]) == (4, f'"{activity_page.CUT}"')


async def test_what_can_not_be_undone_is_said_where_it_would_be_looked_at(
    gateway: Running, firm: Firm
) -> None:
    """Whatever is asked for by its address: a page with a sentence, and never a fault of ours."""
    await happened(gateway, firm)
    headers = {"Authorization": "Bearer dev-manager"}
    for client, asked, status in (
        ("c-1", "unmatch=", 200),
        ("c-2", "unmatch=", 409),
        ("c-1", 'put_back={"field":"email","value":"a@example.com"}', 200),
        ("c-2", 'put_back={"field":"email","value":"a@example.com"}', 409),
        ("c-1", 'put_back={"field":"address","value":"text"}', 422),
        ("c-1", 'put_back={"field":"no"}', 400),
        ("c-1", "put_back=[[[", 400),
        ("c-1", "restore=7", 404),
        ("c-1", "restore=x", 404),
        ("c-1", "restore=9999999999999999999", 404),
        ("c-none", "unmatch=", 404),
    ):
        name, _, value = asked.partition("=")
        url = f"/firms/{firm.id}/clients/{client}/review"
        async with gateway.http.get(url, params={name: value}, headers=headers) as answer:
            assert answer.status == status, (client, asked, await answer.text())
    far, _ = await gateway.ask("GET", f"{firm.api}/clients/c-1/restore-preview?version=9999999999")
    assert far.status == 404
