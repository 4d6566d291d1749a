"""What the issuer says of somebody makes them a person of ours by the rules, and by nothing else."""

from typing import Any

import pytest

from adapters.oidc.claims import ClaimRules, NotAdmitted, person_in
from adapters.web.auth.people import Person, Role
from domain.ids import FirmId

SAID = {"sub": "ana", "name": "Ana Lima", "role": "manager", "firms": ["f-1", "f-2"]}
GROUPS = ClaimRules(
    person="preferred_username",
    role="realm_access.roles",
    firms="https://canopy.example/offices",
    roles={"sync-look": Role.VIEWER, "sync-edit": Role.MANAGER},
    named_firms={"chicago": FirmId("f-1"), "everywhere": FirmId("*")},
)


def test_a_person_is_who_the_claims_say() -> None:
    """By the names that we propose."""
    firms = frozenset({FirmId("f-1"), FirmId("f-2")})

    assert person_in(SAID, ClaimRules()) == Person(id="ana", name="Ana Lima", role=Role.MANAGER, firms=firms)
    assert person_in(SAID | {"firms": "f-1", "name": " "}, ClaimRules()) == Person(
        id="ana", name="ana", role=Role.MANAGER, firms=frozenset({FirmId("f-1")})
    )


@pytest.mark.parametrize(
    "odd", ["Ana\0Lima", "Ana\ud800Lima", "Ana\r\nLima", "\u202eAna Lima", "Ana\x1bLima"]
)
def test_a_name_is_one_line_that_can_be_shown_and_kept(odd: str) -> None:
    """PostgreSQL takes no NUL, no page half of a character, and a person would be shown a fault of ours at each."""
    found = person_in(SAID | {"name": odd}, ClaimRules())

    assert isinstance(found, Person)
    assert found.name == "Ana Lima"


def test_all_firms_are_theirs_whose_claim_says_so() -> None:
    """And of nobody else: where no firms are named, there are none."""
    found = person_in(SAID | {"firms": ["f-1", "*"]}, ClaimRules())

    assert isinstance(found, Person)
    assert found.firms is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"sub": 7}, NotAdmitted.NO_ID),
        ({"sub": "a\nb"}, NotAdmitted.NO_ID),
        ({"sub": "x" * 300}, NotAdmitted.NO_ID),
        ({"role": "owner"}, NotAdmitted.NO_ROLE),
        ({"role": "Manager"}, NotAdmitted.NO_ROLE),
        ({"role": {"manager": True}}, NotAdmitted.NO_ROLE),
        ({"role": None}, NotAdmitted.NO_ROLE),
        ({"firms": []}, NotAdmitted.NO_FIRM),
        ({"firms": None}, NotAdmitted.NO_FIRM),
        ({"firms": ["a firm", 1, ""]}, NotAdmitted.NO_FIRM),
    ],
)
def test_whom_no_rule_names_is_nobody(changed: dict[str, Any], why: NotAdmitted) -> None:
    """The issuer knows many more people than those who work here."""
    assert person_in(SAID | changed, ClaimRules()) is why


def test_groups_of_an_issuer_become_roles_and_firms() -> None:
    """By their own names, wherever they stand in the token; of several roles the highest counts."""
    said: dict[str, Any] = {
        "sub": "0b5f",
        "preferred_username": "ana",
        "realm_access": {"roles": ["offline_access", "sync-edit", "sync-look"]},
        "https://canopy.example/offices": ["chicago", "boston"],
    }
    assert person_in(said, GROUPS) == Person(
        id="ana", name="ana", role=Role.MANAGER, firms=frozenset({FirmId("f-1")})
    )
    everywhere = person_in(said | {"https://canopy.example/offices": ["everywhere"]}, GROUPS)
    assert isinstance(everywhere, Person)
    assert everywhere.firms is None
    # A firm's id, or a role's name, is no value of theirs.
    assert person_in(said | {"https://canopy.example/offices": ["f-1", "*"]}, GROUPS) is NotAdmitted.NO_FIRM
    assert person_in(said | {"realm_access": {"roles": ["operator"]}}, GROUPS) is NotAdmitted.NO_ROLE
    assert person_in(said | {"realm_access": "operator"}, GROUPS) is NotAdmitted.NO_ROLE
