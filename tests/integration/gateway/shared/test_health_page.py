"""The page of figures: each opens the list that it counts, and the API says the same."""

from dataclasses import replace
from datetime import timedelta

from domain.effects import UpdateCustomer
from domain.fields import Field
from domain.firm_rows import Paused
from domain.ids import CustomerId, EffectId
from domain.remembered import Heard
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.log_writer import NOW
from tests.integration.gateway.shared.test_activity_page import page
from tests.integration.gateway.shared.test_attention_page import asking


async def test_each_figure_is_as_long_as_the_list_that_it_opens(gateway: Running, firm: Firm) -> None:
    """Questions by kind, clients that are not synced by why, what waits, and webhooks against sweeps."""
    update = UpdateCustomer(
        id=EffectId("e-1"),
        customer_id=CustomerId("59"),
        sync_token=1,
        values={Field.EMAIL: "new@example.com"},
        asked_by="rule",
        planned_at=NOW - timedelta(minutes=5),
    )
    await gateway.log.decide(replace(firm.connected(), heard=Heard(told=8, untold=2, late=1)), code="listed")
    question = asking(firm, "c-4", "Dee", hours=1)
    assert question.problem is not None
    for row in (
        firm.synced_row("c-1", "Ada", "58"),
        firm.synced_row("c-2", "Bo", "59", pending=(update,)),
        firm.client_row("c-3", "Cy"),
        question,
    ):
        await gateway.log.decide(row)
    other = replace(
        asking(firm, "c-5", "Eli", hours=2), problem=replace(question.problem, code="loop", id="q-5")
    )
    at = await gateway.log.decide(other)
    _, told = await gateway.ask("GET", f"{firm.api}/health", Sync_Position=at)

    html = " ".join((await page(gateway, firm, "health")).split())

    home = f"/firms/{firm.id}"
    assert f'<a href="{home}/clients?status=in_step">25 %</a>' in html
    assert "1 of 4 synced clients have the same values" in html
    assert (
        f'<a href="{home}/attention?kind=both_changed">Both sides changed a value <b class="number">1</b>'
        in html
    )
    assert f'<a href="{home}/clients?status=not_synced&amp;why=never_matched">Never matched' in html
    assert f'<a href="{home}/due">' in html
    assert f'<a href="{home}/connection">9 of 10</a>' in html
    assert "Dead letters" not in html
    assert (told["in_step"], told["meant"], told["share"]) == (1, 4, 25.0)
    assert told["questions"] == {"both_changed": 1, "loop": 1}
    assert told["not_synced"] == {"never_matched": 1}
    assert told["oldest_wait"] == "2026-11-24T08:55:00Z"
    assert len(told["hours"]) == 24

    of_a_kind = await page(gateway, firm, "attention?kind=loop", token="dev-manager")
    assert "Only: Both sides keep overwriting each other" in of_a_kind
    assert ">Dee<" not in of_a_kind
    assert "1 of 1" in of_a_kind
    apart = await page(gateway, firm, "clients?status=not_synced&why=never_matched")
    assert "Only: Never matched" in apart
    assert ">Cy<" in apart
    assert "Only" not in await page(gateway, firm, "clients?status=not_synced&why=%00")
    assert "Dead letters" in await page(gateway, firm, "health", token="dev-operator")


async def test_a_pause_changes_no_value_and_who_is_shut_out_knows_none(gateway: Running, firm: Firm) -> None:
    """Paused, the share is that of before; not let in, there is none."""
    await gateway.log.decide(firm.synced_row("c-1", "Ada", "58"))
    paused = replace(firm.connected(), paused=Paused(since=NOW, by="user:lee"))
    at = await gateway.log.decide(paused, code="pause")
    _, told = await gateway.ask("GET", f"{firm.api}/health", Sync_Position=at)
    html = await page(gateway, firm, "health")

    assert (told["share"], told["counts"]) == (100.0, {"paused": 1})
    assert "100 %" in html
    assert "?status=in_step" not in html
    assert "?status=paused" in html

    connection = firm.connected().connection
    assert connection is not None
    at = await gateway.log.decide(
        replace(firm.connected(), connection=replace(connection, reauthorise_since=NOW)), code="failed"
    )
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    html = await page(gateway, firm, "health")
    assert "lets us in no longer, so nobody knows." in html
    assert " %</" not in html


async def test_a_firm_that_never_connected_has_figures_that_say_so(gateway: Running, firm: Firm) -> None:
    """Nothing is made up: no share, no wait, no line that goes up."""
    html = await page(gateway, firm, "health")
    _, told = await gateway.ask("GET", f"{firm.api}/health")

    assert "QuickBooks is not connected, so nobody knows." in html
    assert "No client is known yet." in html
    assert "none in 24 hours" in html
    assert (told["share"], told["oldest_wait"], told["answers"]) == (None, None, 0)
