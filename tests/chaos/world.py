"""The firms of a run, and what is in them before it begins: clients and customers with every mapped field filled.

Half of the firms let Canopy win where both sides changed a field, and there people edit all fields on both sides.
In the other half each side has fields of its own. So in both, the two sides can be equal in the end.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

Edits = Literal["canopy_wins", "own_fields"]

# Canopy's name of a field, and the way to it in a QuickBooks customer.
_TEXTS = {
    "display_name": ("DisplayName", None),
    "first_name": ("GivenName", None),
    "middle_name": ("MiddleName", None),
    "last_name": ("FamilyName", None),
    "company_name": ("CompanyName", None),
    "email": ("PrimaryEmailAddr", "Address"),
    "phone": ("PrimaryPhone", "FreeFormNumber"),
    "mobile": ("Mobile", "FreeFormNumber"),
    "fax": ("Fax", "FreeFormNumber"),
}
_ALL = (*_TEXTS, "address")
_OWN = {"canopy": ("first_name", "phone"), "quickbooks": ("email", "mobile")}


@dataclass(slots=True)
class Pair:
    """A client and the customer that it belongs to. `linked`: as the load last asked for."""

    client: str
    customer: str
    linked: bool = True


@dataclass(slots=True)
class Contest:
    """One customer that two clients are matched with in turn. `holder`: as the load last asked for."""

    clients: tuple[str, str]
    customer: str
    holder: int = 0


@dataclass(slots=True)
class Firm:
    """One firm and its realm."""

    id: str
    realm: str
    edits: Edits
    pairs: list[Pair] = field(default_factory=list)
    contests: list[Contest] = field(default_factory=list)


def firms(count: int) -> list[Firm]:
    """Name the firms of a run."""
    return [
        Firm(f"f-{n}", f"91300000000{n:05d}", "canopy_wins" if n % 2 else "own_fields")
        for n in range(1, count + 1)
    ]


def value(name: str, n: int, who: str) -> Any:
    """Make up what stands in a field; `n` makes it unlike any other, `who` keeps names apart."""
    match name:
        case "display_name":
            return f"{who} {n}"
        case "email":
            return f"p{n}@example.com"
        case "phone" | "mobile" | "fax":
            return f"(312) {n // 10000 % 1000:03d}-{n % 10000:04d}"
        case "address":
            return {
                "line1": f"{n} S Wallace St",
                "line2": f"Apt {n % 90 + 1}",
                "city": "Chicago",
                "region": "IL",
                "postal_code": f"{60000 + n % 700}",
                "country": "US",
            }
        case _:
            return f"{name.partition('_')[0].title()}{n}"


def whole(n: int, who: str) -> dict[str, Any]:
    """All mapped fields, none of them empty."""
    return {name: value(name, n, who) for name in _ALL}


def some_fields(firm: Firm, side: Literal["canopy", "quickbooks"], dice: Random) -> list[str]:
    """Choose what a person edits on one side of this firm."""
    names = _ALL if firm.edits == "canopy_wins" else _OWN[side]
    return dice.sample(names, dice.choice((1, 1, 2)))


def as_customer(values: dict[str, Any]) -> dict[str, Any]:
    """Say the same in QuickBooks' words."""
    customer: dict[str, Any] = {}
    for name, given in values.items():
        if name == "address":
            customer["BillAddr"] = {
                "Line1": given["line1"],
                "Line2": given["line2"],
                "City": given["city"],
                "CountrySubDivisionCode": given["region"],
                "PostalCode": given["postal_code"],
                "Country": given["country"],
            }
        else:
            outer, inner = _TEXTS[name]
            customer[outer] = {inner: given} if inner else given
    return customer
