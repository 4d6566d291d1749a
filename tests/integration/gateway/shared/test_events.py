"""An open page hears what changes, misses nothing, and hears no values."""

from dataclasses import replace

import pytest

from adapters.web.api import event_stream
from deploy.kafka.ports import free_port
from domain.ids import FirmId
from tests.integration.gateway.conftest import Running, gateway_on
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.hearing import events_of, hearing
from tests.integration.gateway.sessions import signed_in


async def test_a_change_is_told_as_it_happens_by_id_and_word(gateway: Running, firm: Firm) -> None:
    """With the version and the position at which it can be read; no name and no email."""
    async with hearing(gateway.http, firm.id) as stream:
        await stream.next("ready")
        at = await gateway.log.decide(firm.synced_row("c-1", "Fiona Gallagher", "58"))
        told = await stream.next("link")
    _, read = await gateway.ask("GET", f"{firm.api}/clients/c-1", Sync_Position=told.data["position"])

    assert told.data == {"client_id": "c-1", "status": "synced", "version": 2, "position": at}
    assert told.id == at
    assert read["link"]["version"] == 2


async def test_customers_and_the_firm_itself_are_told_too(gateway: Running, firm: Firm) -> None:
    """A page that shows them knows when to look."""
    async with hearing(gateway.http, firm.id) as stream:
        await stream.next("ready")
        await gateway.log.decide(firm.connected())
        await gateway.log.decide(firm.customer_row("58", "Fiona Gallagher"))

        assert (await stream.next("firm")).data["version"] == 1
        assert (await stream.next("customer")).data["customer_id"] == "58"


async def test_who_comes_again_hears_what_was_missed(gateway: Running, firm: Firm) -> None:
    """Of each client the newest, once; then it goes on."""
    async with hearing(gateway.http, firm.id) as stream:
        await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
        await stream.next("link")
    left_at = stream.id
    await gateway.log.decide(firm.client_row("c-1", "Fiona G.", version=2))
    await gateway.log.decide(firm.synced_row("c-1", "Fiona G.", "58", version=3))
    at = await gateway.log.decide(firm.client_row("c-2", "Lip Gallagher"))
    await gateway.ask("GET", f"{firm.api}/clients", Sync_Position=at)

    async with hearing(gateway.http, firm.id, since=left_at) as stream:
        told = [await stream.next("link"), await stream.next("link")]
        await stream.next("ready")
        assert stream.id == at
        await gateway.log.decide(firm.client_row("c-3", "Debbie Gallagher"))
        last = await stream.next("link")

    assert [(each.data["client_id"], each.data["version"]) for each in told] == [("c-1", 3), ("c-2", 1)]
    assert last.data["client_id"] == "c-3"


async def test_who_missed_too_much_is_told_to_look_at_everything(
    gateway: Running, monkeypatch: pytest.MonkeyPatch, firm: Firm
) -> None:
    """So is who names a position that can't be one of ours."""
    monkeypatch.setattr(event_stream, "MOST_REPLAYED", 1)
    for number in range(3):
        at = await gateway.log.decide(firm.client_row(f"c-{number}", "Fiona Gallagher"))
    await gateway.ask("GET", f"{firm.api}/clients/c-2", Sync_Position=at)
    partition = at.partition(":")[0]

    for since in (f"{partition}:0", "p999:4", "nonsense"):
        async with hearing(gateway.http, firm.id, since=since) as stream:
            assert (await stream.next()).name == "reload", since


async def test_another_gateway_tells_it_too(gateway: Running, firm: Firm) -> None:
    """Each follows the log itself; where one was left, the other goes on."""
    beside = gateway.settings.model_copy(update={"http_port": free_port()})
    async with gateway_on(beside, gateway.prefix) as other:
        async with hearing(other, firm.id) as stream:
            await stream.next("ready")
            await gateway.log.decide(firm.client_row("c-1", "Fiona Gallagher"))
            await stream.next("link")
            left_at = stream.id
        await gateway.log.decide(firm.synced_row("c-1", "Fiona Gallagher", "58"))
        async with hearing(gateway.http, firm.id, since=left_at) as stream:
            assert (await stream.next("link")).data["status"] == "synced"


async def test_a_quiet_stream_shows_that_it_is_there(
    gateway: Running, monkeypatch: pytest.MonkeyPatch, firm: Firm
) -> None:
    """And moves its hearer's position on, past what others did."""
    monkeypatch.setattr(event_stream, "BEAT_SECONDS", 0.2)
    async with hearing(gateway.http, firm.id) as stream:
        await stream.next("ready")
        other = replace(firm.client_row("c-1", "Fiona Gallagher"), firm_id=FirmId(f"{firm.id}-neighbour"))
        await gateway.log.decide(other)

        assert (await stream.next("beat")).id is not None


async def test_signing_out_ends_the_sessions_streams(gateway: Running, firm: Firm) -> None:
    """At once; a stream without a session is refused."""
    cookie = await signed_in(gateway, "dana")
    async with hearing(gateway.http, firm.id, **cookie) as stream:
        await stream.next("ready")
        ours = cookie | {"Origin": f"http://127.0.0.1:{gateway.settings.http_port}"}
        async with gateway.http.post("/sign-out", headers=ours, allow_redirects=False) as answer:
            assert answer.status == 303
        await stream.next("ended")
        assert await stream.is_over()
    async with gateway.http.get(events_of(firm.id)) as answer:
        assert answer.status == 401


async def test_a_stream_ends_after_a_while_so_that_its_session_is_looked_at(
    gateway: Running, monkeypatch: pytest.MonkeyPatch, firm: Firm
) -> None:
    """Who comes again with the last id has missed nothing."""
    monkeypatch.setattr(event_stream, "LONGEST_SECONDS", 0.3)
    async with hearing(gateway.http, firm.id) as stream:
        await stream.next("ready")
        assert await stream.is_over()
