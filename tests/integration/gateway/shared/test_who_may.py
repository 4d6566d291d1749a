"""Every route and everybody: what is not theirs is refused, and a new route can't forget to ask."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from adapters.web.app import create_app
from adapters.web.auth.people import Person, Role, SandboxSignIn
from adapters.web.console import add_console
from adapters.web.meters import add_metrics
from domain.ids import ALL_FIRMS, FirmId
from streams.kafka.acknowledged_producer import AcknowledgedProducer
from streams.kafka.dead_letters import DeadLetterWriter
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm
from tests.integration.gateway.letters import parked

OPEN_TO_ALL = {
    ("GET", "/"),  # leads to the sign-in
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/begin"),  # leads to the issuer
    ("GET", "/sign-in/callback"),  # by its state and the browser's cookie
    ("POST", "/sign-out"),
    ("GET", "/static"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/openapi.json"),
    ("POST", "/webhooks/quickbooks"),  # signed
    ("GET", "/quickbooks/callback"),  # by its state and the browser's cookie
    ("GET", "/quickbooks/launch"),  # lead to pages that ask
    ("GET", "/quickbooks/reconnect"),
    ("GET", "/quickbooks/disconnected"),  # leads there too; asks Intuit for those only who may see the firm
}
FOR_ALL_FIRMS = {
    ("POST", "/api/v1/firms/{firm}/pause"): 202,
    ("POST", "/api/v1/firms/{firm}/resume"): 202,
    ("GET", "/api/v1/firms/{firm}/decisions"): 422,  # no key is named
}
"""What may be about all firms together, and what an operator of all is answered."""

UNENDING = ("GET", "/api/v1/firms/{firm}/events")
"""What a stream tells is tested where streams are."""

STATUS = ("GET", "/api/v1/status")
"""Without a firm it tells of partitions alone, and takes its time where nobody decides."""

WITHOUT_A_FIRM = {
    ("GET", "/api/v1/dead-letters"),
    ("GET", "/api/v1/dead-letters/{letter}"),
    ("POST", "/api/v1/dead-letters/{letter}/discard"),
    ("POST", "/api/v1/dead-letters/{letter}/edit"),
    ("POST", "/api/v1/dead-letters/{letter}/redrive"),
    ("GET", "/api/v1/firms"),
    ("GET", "/api/v1/replays"),
    ("GET", "/api/v1/replays/{replay}"),
    ("POST", "/api/v1/replays"),
    ("POST", "/api/v1/replays/{replay}/apply"),
    ("POST", "/api/v1/replays/{replay}/cancel"),
    STATUS,
}
"""Whose answer no address bounds to one firm: each has to look whose the asker may see."""

SHOW_ALL_FIRMS = {
    ("GET", "/api/v1/dead-letters"),
    ("GET", "/api/v1/dead-letters/{letter}"),
    ("GET", "/api/v1/firms"),
    ("GET", "/api/v1/replays"),
    ("GET", "/api/v1/replays/{replay}"),
    ("GET", "/firms/{firm}/dead-letters"),
    ("GET", "/firms/{firm}/dead-letters/{letter}"),
    ("GET", "/firms/{firm}/fleet"),
    ("GET", "/firms/{firm}/replays"),
}
"""Where an operator of all firms finds another firm than the address names."""

EVERY_ROLE = [role.name.lower() for role in Role]


def routes() -> Iterator[tuple[str, str]]:
    """List each method at each path."""
    app = create_app(cast("Any", None))
    add_console(app)
    add_metrics(app)
    for route in app.router.routes():
        assert route.resource is not None
        if route.method != "HEAD":  # aiohttp adds it to each GET
            yield route.method, route.resource.canonical


GUARDED = sorted(set(routes()) - OPEN_TO_ALL)
OF_A_FIRM = [(method, path) for method, path in GUARDED if "{firm}" in path]
LOOKS = [each for each in OF_A_FIRM if each[0] == "GET" and each != UNENDING]


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the sandbox's three, who see all firms: those of one other firm, and one whose list names all."""
    bound = {
        f"{role.name.lower()}-{name}": Person(id=name, name=name, role=role, firms=frozenset({FirmId(firm)}))
        for role in Role
        for name, firm in (("of-f-2", "f-2"), ("of-a-star", ALL_FIRMS))
    }
    monkeypatch.setattr(SandboxSignIn, "PEOPLE", {**SandboxSignIn.PEOPLE, **bound})


def filled(path: str, firm: str) -> str:
    """Give an address for a path; what it names else is of no firm, or of each."""
    names = {"firm": firm, "client": "c-1", "customer": "58", "replay": "r-1", "batch": "b-1"}
    for name, what in {**names, "letter": "0-1", "sign_in": "s-1", "elsewhere": "x"}.items():
        path = path.replace(f"{{{name}}}", what)
    return path


async def answered(gateway: Running, method: str, path: str, token: str) -> str:
    """Ask as somebody of the firm f-2, or of all firms; gives all that is said."""
    headers = {"Authorization": f"Bearer {token}"}
    async with gateway.http.request(
        method, filled(path, "f-2"), json={}, headers=headers, allow_redirects=False
    ) as answer:
        return f"{answer.headers.get('Location')} {await answer.text()}"


async def asked(gateway: Running, method: str, path: str, firm: str, token: str | None) -> int:
    """Ask; gives the status."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with gateway.http.request(
        method, filled(path, firm), json={}, headers=headers, allow_redirects=False
    ) as answer:
        return answer.status


def test_all_that_is_open_is_named_here() -> None:
    """And it is all there, so that none of these names is left over."""
    assert set(routes()) >= OPEN_TO_ALL
    assert len(GUARDED) > 40


async def test_nobody_gets_in_without_signing_in(gateway: Running) -> None:
    """The API refuses; a page leads to the sign-in."""
    for method, path in GUARDED:
        for token in (None, "dev-nobody"):
            status = await asked(gateway, method, path, "f-1", token)
            assert status == (401 if path.startswith("/api/") else 303), (method, path)


async def test_a_firm_is_closed_to_those_of_another(gateway: Running) -> None:
    """Whatever their role; neither does a list that names all firms open one."""
    for method, path in OF_A_FIRM:
        for role in EVERY_ROLE:
            for whose in ("of-f-2", "of-a-star"):
                status = await asked(gateway, method, path, "f-1", f"{role}-{whose}")
                assert status == 403, (method, path, role, whose)


async def test_only_operators_of_all_firms_act_for_all_of_them(gateway: Running) -> None:
    """And for nothing but a pause; everybody else is refused, by whatever route."""
    others = [
        "dev-viewer",
        "dev-manager",
        *(f"{role}-{whose}" for role in EVERY_ROLE for whose in ("of-f-2", "of-a-star")),
    ]
    for method, path in OF_A_FIRM:
        for token in others:
            assert await asked(gateway, method, path, "%2A", token) == 403, (method, path, token)
        if (method, path) not in FOR_ALL_FIRMS:
            assert await asked(gateway, method, path, "%2A", "dev-operator") == 404, (method, path)


@pytest.mark.parametrize(("method", "path"), sorted(FOR_ALL_FIRMS))
async def test_an_operator_of_all_firms_names_them_together(gateway: Running, method: str, path: str) -> None:
    """It is taken in, or read as far as the key goes."""
    assert await asked(gateway, method, path, "%2A", "dev-operator") == FOR_ALL_FIRMS[method, path]


async def test_who_only_looks_changes_nothing(gateway: Running) -> None:
    """A viewer is refused wherever something would be asked for; remarks on a form ask for nothing."""
    for method, path in OF_A_FIRM:
        if method != "GET" and path != "/firms/{firm}/remarks":
            assert await asked(gateway, method, path, "f-1", "dev-viewer") == 403, (method, path)


def test_what_no_address_bounds_is_named_here() -> None:
    """So that whoever adds a route without a firm comes by the next test."""
    assert {(method, path) for method, path in GUARDED if "{firm}" not in path} == WITHOUT_A_FIRM


async def test_nobody_is_told_what_another_firm_has(gateway: Running, firm: Firm) -> None:
    """By no route that looks, and by none without a firm in its address; who may see all firms finds it there."""
    name = "Known To Another Firm"
    await gateway.log.decide(firm.connected())
    at = await gateway.log.decide(firm.client_row("c-1", name))
    _, plan = await gateway.ask(
        "POST", "/api/v1/replays", token="dev-operator", body={"firm": firm.id}, Sync_Position=at
    )
    named = {
        "{letter}": await parked(gateway, b"{", "not_json", key=firm.id.encode()),
        "{replay}": plan["replay"]["plan"],
    }

    async def tells(method: str, path: str, token: str) -> bool:
        for place, what in named.items():
            path = path.replace(place, what)
        said = await answered(gateway, method, path, token)
        return any(each in said for each in (firm.id, firm.realm, name))

    async def told_to(token: str) -> set[tuple[str, str]]:
        asked = (*LOOKS, *sorted(WITHOUT_A_FIRM - {STATUS}))
        return {route for route in asked if await tells(*route, token)}

    # Who may do most of those of a firm: what an operator is not told, nobody is.
    assert await told_to("operator-of-f-2") == set()
    assert await told_to("dev-operator") >= SHOW_ALL_FIRMS
    of_one, _ = await gateway.ask("GET", f"{STATUS[1]}?firm={firm.id}", token="operator-of-f-2")
    assert of_one.status == 403


async def test_an_operator_sees_the_dead_letters_of_their_own_firms(gateway: Running) -> None:
    """In the API and the console; what names no firm is seen only by operators of all."""
    producer = AcknowledgedProducer(gateway.settings.bootstrap, 10)
    letters = DeadLetterWriter(producer, gateway.prefix)
    for key, detail in ((b"f-1", "is of f-1"), (b"f-2", "is of f-2"), (None, "is of nobody")):
        await letters.park(b"{", key=key, reason="not_json", detail=detail, source="/")
    await producer.stop()

    assert await details(gateway, "dev-operator", 3) == {"is of f-1", "is of f-2", "is of nobody"}
    assert await details(gateway, "operator-of-f-2", 1) == {"is of f-2"}
    assert await details(gateway, "operator-of-a-star", 0) == set()
    page = "/firms/f-2/dead-letters"
    shown = {token: await text(gateway, page, token) for token in ("dev-operator", "operator-of-f-2")}
    assert all("is of f-2" in each for each in shown.values())
    assert "is of nobody" in shown["dev-operator"]
    assert "is of nobody" not in shown["operator-of-f-2"]
    assert "is of f-1" not in shown["operator-of-f-2"]


async def details(gateway: Running, token: str, count: int) -> set[str]:
    """Give what is said of the letters that somebody is shown, once there are so many."""
    return {letter["detail"] for letter in await gateway.dead_letters(count, token=token)}


async def text(gateway: Running, page: str, token: str) -> str:
    """Give a page as somebody sees it."""
    async with gateway.http.get(page, headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 200
        return await answer.text()
