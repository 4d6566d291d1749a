"""Who somebody is to us, by what the issuer says of them and the rules of the settings. Nothing is given that no rule gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from adapters.web.auth.people import Person, Role
from domain.bounds import FIRM, MOST_IN_A_TEXT, PERSON
from domain.ids import ALL_FIRMS, FirmId
from domain.reasons import cleaned


class NotAdmitted(StrEnum):
    """Why somebody whom the issuer knows is nobody here."""

    NO_ID = "no_id"
    NO_ROLE = "no_role"
    NO_FIRM = "no_firm"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRules:
    """Which claims say it, and what their values mean.

    `person`, `role`, `firms`: a claim's name, or the way to it through others, with dots. `roles`: by value. `named_firms`: by
    value; empty where the values are firms' ids themselves. `*` is all firms.
    """

    person: str = "sub"
    role: str = "role"
    firms: str = "firms"
    roles: Mapping[str, Role] = field(default_factory=lambda: {role.name.lower(): role for role in Role})
    named_firms: Mapping[str, FirmId] = field(default_factory=dict)


def person_in(claims: Mapping[str, object], rules: ClaimRules) -> Person | NotAdmitted:
    """Name the person. Of several roles they have the highest; values that no rule names give nothing."""
    match _claim(claims, rules.person):
        case str(found) if PERSON.holds(f"user:{found}"):
            person_id = found
        case _:
            return NotAdmitted.NO_ID
    roles = [rules.roles[value] for value in _values(claims, rules.role) if value in rules.roles]
    if not roles:
        return NotAdmitted.NO_ROLE
    firms = frozenset(_firms(claims, rules))
    if not firms:
        return NotAdmitted.NO_FIRM
    said = claims.get("name")
    # Pages show it and databases keep it, and neither takes every character.
    name = cleaned(said[:MOST_IN_A_TEXT]) if isinstance(said, str) else None
    return Person(
        id=person_id,
        name=name or person_id,
        role=max(roles),
        firms=None if ALL_FIRMS in firms else firms,
    )


def _firms(claims: Mapping[str, object], rules: ClaimRules) -> list[FirmId]:
    values = _values(claims, rules.firms)
    if rules.named_firms:
        return [rules.named_firms[value] for value in values if value in rules.named_firms]
    return [FirmId(value) for value in values if FIRM.holds(value) or value == ALL_FIRMS]


def _values(claims: Mapping[str, object], name: str) -> list[str]:
    found = _claim(claims, name)
    if isinstance(found, str):
        return [found]
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []


def _claim(claims: Mapping[str, object], name: str) -> object:
    """Give a claim by its whole name, which may be an address with dots, or else by the way to it."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
