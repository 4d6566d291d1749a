"""The sandbox's tokens open doors on this machine only, and a role opens no more than it says."""

import pytest
from aiohttp.test_utils import make_mocked_request

from adapters.web.people import NobodySignsIn, OpenDoorError, Person, Role, SandboxSignIn
from adapters.web.session_cookie import comes_from_us
from domain.ids import FirmId


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.com"])
def test_the_sandbox_does_not_start_where_others_reach_it(host: str) -> None:
    """The refusal says what to do instead."""
    with pytest.raises(OpenDoorError, match=r"127\.0\.0\.1"):
        SandboxSignIn(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_each_token_has_its_person(host: str) -> None:
    """And an unknown token has none."""
    people = SandboxSignIn(host)
    dana = people.person("dev-manager")

    assert dana is not None
    assert (dana.actor, dana.role) == ("user:dana", Role.MANAGER)
    assert people.person("dev-nobody") is None
    assert people.person("") is None
    assert NobodySignsIn().person("dev-manager") is None


def test_a_person_sees_their_own_firms() -> None:
    """None named means all."""
    ana = Person(id="ana", name="Ana", role=Role.VIEWER, firms=frozenset({FirmId("f-1")}))

    assert ana.may_see(FirmId("f-1"))
    assert not ana.may_see(FirmId("f-2"))


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8080"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://127.0.0.1:8080"}, True),
        ({"Origin": "http://127.0.0.1:9999"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_session_acts_only_from_our_own_pages(headers: dict[str, str], ours: bool) -> None:
    """A cookie goes along with requests that other pages send, so where from must be said, and be us."""
    request = make_mocked_request("POST", "/", headers={"Host": "127.0.0.1:8080"} | headers)

    assert comes_from_us(request) is ours
