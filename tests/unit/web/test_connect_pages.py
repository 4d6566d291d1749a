"""The yes to a company: said once or twice by the same click, its person is told what came of it."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters.vault.connect_desk import NotConnected
from adapters.web.console import connect_pages
from adapters.web.console.connect_pages import decide_on_company
from adapters.web.console.visit import Visit
from adapters.web.problems import Problem
from domain.firm_rows import Connection
from domain.ids import RealmId
from domain.ports import KafkaAwayError

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
CONNECTED = Connection(realm_id=RealmId("913"), connected_at=NOW)
DISCONNECTED = replace(CONNECTED, asleep_since=NOW)


def second_click(connection: Connection | None, do: str = "connect") -> Visit:
    """Press the button when the sign-in is over already, as the first click leaves it."""

    async def nothing(*_: object) -> None:
        return None

    async def row(_: object) -> Any:
        return SimpleNamespace(connection=connection)

    async def read() -> bytes:
        return f"do={do}".encode()

    parts = SimpleNamespace(
        companies=SimpleNamespace(unconfirmed=nothing),
        read_model=SimpleNamespace(firms=SimpleNamespace(row=row)),
        now=lambda: NOW,
    )
    request = SimpleNamespace(match_info={"sign_in": "s-1"}, read=read)
    person = SimpleNamespace(id="dana")
    visit: Any = SimpleNamespace(parts=parts, request=request, person=person, firm="f-1", home="/firms/f-1")
    return cast(Visit, visit)


class Companies:
    """One whose person has signed in, and that waits for the yes. `done`: what was done with it, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def unconfirmed(self, *_: object) -> Any:
        """Give it."""
        return SimpleNamespace(id="s-1", realm=RealmId("913"), firm="f-1")

    async def belongs_to_another(self, *_: object) -> bool:
        """It is nobody's."""
        return False

    async def take(self, *_: object) -> None:
        """Keep it for the firm."""
        self.done.append("kept")

    async def taken_back(self, _: object) -> None:
        """Let it go."""
        self.done.append("let go")


@pytest.mark.parametrize(
    "wrong",
    [Problem(409, "realm_taken", "No."), KafkaAwayError("sync.intents")],
    ids=["refused", "Kafka away"],
)
async def test_a_company_that_could_not_be_asked_for_is_free_again(
    wrong: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept for a firm that gets it from nobody, its webhooks would be held back, and no other firm could have it."""
    companies, visit = Companies(), cast(Any, second_click(None))
    visit.parts.companies, visit.person.actor = companies, "user:dana"

    async def ask(*_: object) -> None:
        raise wrong

    monkeypatch.setattr(connect_pages, "ask", ask)
    with pytest.raises(type(wrong)):
        await decide_on_company(visit)

    assert companies.done == ["kept", "let go"]


async def test_a_double_click_leads_to_what_the_first_one_did() -> None:
    """It was told that nothing was connected, and the company was."""
    answer = await decide_on_company(second_click(CONNECTED))

    assert (answer.status, answer.headers["Location"]) == (303, "/firms/f-1/settings")


@pytest.mark.parametrize(
    ("connection", "do"),
    [(None, "connect"), (DISCONNECTED, "connect"), (CONNECTED, "cancel")],
    ids=["never connected", "disconnected", "a no"],
)
async def test_an_old_sign_in_is_said_to_be_old(connection: Connection | None, do: str) -> None:
    """Where nothing shows that its yes was carried out."""
    with pytest.raises(Problem) as refused:
        await decide_on_company(second_click(connection, do))
    assert refused.value.code == NotConnected.NOT_THE_SAME
