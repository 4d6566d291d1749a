"""Whatever Canopy answers, and whether its answer comes, becomes one of few outcomes: the table of `docs/canopy.md`, row by row."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, assert_never

import pytest

from adapters.canopy.api import CanopyApi
from domain.effects import CreateClient, UpdateClient
from domain.fields import Field
from domain.ids import CustomerId, EffectId, RealmId
from domain.outcomes import ClientGone, ClientMoved, ClientSaved, ClientsListed, Rejected, Unconfirmed
from domain.ports import TryLater
from domain.snapshots import Client
from streams.worker.attempts import Attempts
from tests.integration.adapters.conftest import CANOPY_TOKEN, FIRM
from tests.integration.adapters.stand_in import StandIn

PAGE = Path(__file__).parents[3] / "docs" / "canopy.md"
FAULTS: dict[str, dict[str, object]] = {
    **{
        str(status): {"do": "status", "value": status}
        for status in (400, 401, 403, 404, 409, 412, 422, 429, 500, 502, 503)
    },
    # Twice: a read that no answer came to is asked for once more by the HTTP client itself.
    "no answer, not done": {"do": "timeout_before", "times": 2},
    "no answer, but done": {"do": "timeout_after", "times": 2},
}
EXPECTED = {
    # answer: to a change, to a new client, to a read, to a page of the list
    "400": ("refused", "refused", "refused, asked again", "refused, asked again"),
    "401": ("not authorized, not done",) * 4,
    "403": ("not authorized, not done",) * 4,
    "404": ("gone", "refused", "gone", "refused, asked again"),
    "409": ("refused", "refused", "refused, asked again", "refused, asked again"),
    "412": ("changed meanwhile", "refused", "refused, asked again", "refused, asked again"),
    "422": ("refused", "refused", "refused, asked again", "refused, asked again"),
    "429": ("throttled, not done",) * 4,
    "500": ("unavailable, perhaps done",) * 4,
    "502": ("unavailable, perhaps done",) * 4,
    "503": ("unavailable, perhaps done",) * 4,
    "no answer, not done": ("no answer, perhaps done",) * 4,
    "no answer, but done": ("no answer, perhaps done",) * 4,
}
WITHOUT_KEYS = {
    **dict.fromkeys(("400", "404", "409", "412", "422"), "refused"),
    **dict.fromkeys(("401", "403", "429"), "asked again, added once"),
    **dict.fromkeys(("500", "502", "503", "no answer, not done", "no answer, but done"), "a person looks"),
}
"""What comes in the end of a new client, where Canopy keeps no keys and we have been told so."""
Answer = ClientSaved | Client | ClientsListed | ClientMoved | ClientGone | Rejected | TryLater


def said(answer: Answer) -> str:
    """Say it in the words of the page."""
    match answer:
        case ClientSaved() | Client() | ClientsListed():
            return "done"
        case ClientMoved():
            return "changed meanwhile"
        case ClientGone():
            return "gone"
        case Rejected():
            return "refused"
        case TryLater(why="refused"):
            return "refused, asked again"
        case TryLater(why=why, may_have_happened=perhaps):
            obstacle = why.replace("_", " ").replace("authorised", "authorized")
            return f"{obstacle}, {'perhaps done' if perhaps else 'not done'}"
        case never:
            assert_never(never)


@pytest.fixture
def api(canopy: StandIn) -> CanopyApi:
    """The adapter, with the right token."""
    return CanopyApi(canopy.session, canopy.url, CANOPY_TOKEN, timeout_seconds=5)


@pytest.fixture
async def fiona(api: CanopyApi) -> Client:
    """A client that a person has added."""
    body = {"type": "individual", "display_name": "Fiona Gallagher", "sync_client": False}
    client = await api.create_client(FIRM, body, "user:dana", "add-fiona")
    assert isinstance(client, Client)
    return client


def change(of: Client) -> UpdateClient:
    """Plan a change."""
    return UpdateClient(
        id=EffectId("update-1"),
        client_id=of.client_id,
        client_version=of.version,
        values={Field.PHONE: "(312) 555-0177"},
        asked_by="rule",
        planned_at=datetime.now(UTC),
    )


NEW = CreateClient(
    id=EffectId("create-1"),
    customer_id=CustomerId("58"),
    client_type="business",
    values={Field.DISPLAY_NAME: "Kit Catchpole"},
    asked_by="rule",
    planned_at=datetime(2026, 11, 29, tzinfo=UTC),
)


@pytest.mark.parametrize("name", EXPECTED)
async def test_each_answer_becomes_its_outcome(
    name: str, canopy: StandIn, api: CanopyApi, fiona: Client
) -> None:
    """To each of the four things that are asked."""
    asks: tuple[Callable[[], Awaitable[Answer]], ...] = (
        lambda: api.update_client(FIRM, change(fiona)),
        lambda: api.add_client(FIRM, NEW),
        lambda: api.read_client(FIRM, fiona.client_id),
        lambda: api.list_clients(FIRM, None),
    )
    outcomes = []
    for ask in asks:
        await canopy.control("POST", "faults", FAULTS[name])
        outcomes.append(said(await ask()))
        await canopy.control("DELETE", "faults")

    assert tuple(outcomes) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
async def test_asked_again_each_is_done_once(
    name: str, canopy: StandIn, api: CanopyApi, fiona: Client
) -> None:
    """Whatever became of the first try: the same effect, which is the same bytes under the same key."""
    asks: tuple[Callable[[], Awaitable[Answer]], ...] = (
        lambda: api.update_client(FIRM, change(fiona)),
        lambda: api.add_client(FIRM, NEW),
    )
    for ask in asks:
        before = len(await canopy.committed())
        await canopy.control("POST", "faults", FAULTS[name])
        await ask()
        await canopy.control("DELETE", "faults")
        assert said(await ask()) == "done"
        assert len(await canopy.committed()) - before == 1
    events = (await canopy.control("GET", "outbox"))["events"]
    assert [event.get("cause") for event in events] == ["add-fiona", "update-1", "create-1"]


@pytest.mark.parametrize("name", EXPECTED)
async def test_without_keys_a_new_client_is_never_added_twice(
    name: str, canopy: StandIn, api: CanopyApi
) -> None:
    """It is asked for again where it is certain that nothing was done."""
    await canopy.control("POST", "abilities", {"idempotency": False})
    before = len(await canopy.committed())
    nobody: Any = None
    attempts = Attempts(
        FIRM, RealmId("91"), quickbooks=nobody, canopy=api, since=NEW.planned_at, canopy_keeps_keys=False
    )
    await canopy.control("POST", "faults", FAULTS[name])
    answers = [await attempts.send(NEW)]
    await canopy.control("DELETE", "faults")
    while isinstance(answers[-1], TryLater):
        answers.append(await attempts.send(NEW))

    ends = {ClientSaved: "asked again, added once", Rejected: "refused", Unconfirmed: "a person looks"}
    assert ends[type(answers[-1])] == WITHOUT_KEYS[name]
    added = len(await canopy.committed()) - before
    assert added == (name == "no answer, but done" or isinstance(answers[-1], ClientSaved))
    assert await canopy.control("POST", "abilities", {}) == await canopy.control("GET", "abilities")


def test_the_page_has_the_same_table() -> None:
    """All of it, and nothing else."""
    _, _, below = PAGE.read_text().partition("|---|---|---|---|---|---|\n")
    table, _, _ = below.partition("\n\n")

    assert table.splitlines() == [
        f"| `{name}` | {' | '.join((*told, WITHOUT_KEYS[name]))} |" for name, told in EXPECTED.items()
    ]
