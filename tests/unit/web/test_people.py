"""The sandbox's tokens open doors on this machine only, and a role opens no more than it says."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from adapters.store.sessions import SessionOf
from adapters.web.auth.people import Person, Role, SandboxSignIn, Sender
from adapters.web.auth.session_cookie import comes_from_us
from adapters.web.parts import PARTS, Parts
from domain.ids import ALL_FIRMS, FirmId

PORT = 8080
HERE = Sender(peer="127.0.0.1", host=f"127.0.0.1:{PORT}", forwarded=False)


async def test_each_token_has_its_person() -> None:
    """And an unknown token has none, and neither has a session that an issuer's word began."""
    people = SandboxSignIn(PORT)
    dana = await people.person("dev-manager")

    assert dana is not None
    assert (dana.actor, dana.role) == ("user:dana", Role.MANAGER)
    assert people.of_session(SessionOf("dana", None)) == dana
    assert await people.person("dev-nobody") is None
    assert await people.person("") is None
    assert people.of_session(SessionOf("dev-manager", None)) is None
    assert people.of_session(SessionOf("dana", {"name": "Dana", "role": "operator", "firms": None})) is None


@pytest.mark.parametrize(
    ("sender", "taken"),
    [
        (HERE, True),
        (replace(HERE, peer="::1", host=f"[::1]:{PORT}"), True),
        (replace(HERE, peer="::ffff:127.0.0.1", host=f"LOCALHOST:{PORT}"), True),
        (replace(HERE, peer="192.168.1.7"), False),
        (replace(HERE, peer="::ffff:192.168.1.7"), False),
        (replace(HERE, peer=""), False),
        (replace(HERE, forwarded=True), False),
        (replace(HERE, host=f"evil.example:{PORT}"), False),
        (replace(HERE, host=f"127.0.0.1.evil.example:{PORT}"), False),
        (replace(HERE, host=f"evil.example@127.0.0.1:{PORT}"), False),
        (replace(HERE, host=f"localhost.:{PORT}"), False),
        (replace(HERE, host="127.0.0.1:9999"), False),
        (replace(HERE, host="127.0.0.1:port"), False),
        (replace(HERE, host="127.0.0.1"), False),
        (replace(HERE, host=""), False),
    ],
)
def test_the_sandbox_takes_from_this_machine_alone(sender: Sender, taken: bool) -> None:
    """By the connection's own other end, by no proxy, and by one of this machine's names with our port."""
    assert SandboxSignIn(PORT).takes_from(sender) is taken


def test_a_person_sees_their_own_firms() -> None:
    """None named means all."""
    ana = Person(id="ana", name="Ana", role=Role.VIEWER, firms=frozenset({FirmId("f-1")}))

    assert ana.may_see(FirmId("f-1"))
    assert not ana.may_see(FirmId("f-2"))
    assert not ana.may_see(ALL_FIRMS)


def test_a_list_of_firms_is_never_all_of_them() -> None:
    """Not even one in which the name of all of them stands."""
    assert not Person(id="lee", name="Lee", role=Role.OPERATOR, firms=frozenset({ALL_FIRMS})).may_see(
        ALL_FIRMS
    )


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8080"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://127.0.0.1:8080"}, True),
        ({"Origin": "https://sync.example"}, True),
        ({"Origin": "https://sync.example.evil.example"}, False),
        ({"Origin": "http://127.0.0.1:9999"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_session_acts_only_from_our_own_pages(headers: dict[str, str], ours: bool) -> None:
    """A cookie goes along with requests that other pages send, so where from must be said, and be us."""
    app = web.Application()
    app[PARTS] = cast("Parts", SimpleNamespace(public_url="https://sync.example"))
    request = make_mocked_request("POST", "/", headers={"Host": "127.0.0.1:8080"} | headers, app=app)

    assert comes_from_us(request) is ours
