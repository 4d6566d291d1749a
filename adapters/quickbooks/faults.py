"""What QuickBooks says went wrong, in any of the shapes that it comes in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.quickbooks.spelling import ADDRESS_PARTS, MORE_LINES, PATHS
from domain.bounds import CODE
from domain.fields import Field

# 2210 is about an email address (Intuit, error codes), and we send one only.
_EMAIL_IS_WRONG = "2210"

MOST_FAULTS = 20

_FIELDS = {path[0].lower(): field for field, path in PATHS.items()} | dict.fromkeys(
    (key.lower() for key in (*ADDRESS_PARTS.values(), *MORE_LINES)), Field.ADDRESS
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One error of an answer. Its texts are left behind: they quote tokens, names and emails."""

    code: str
    field: Field | None


def faults_in(body: object) -> tuple[Fault, ...]:
    """Name all faults of a parsed body; none if it holds none, or is no JSON object.

    The service says `Fault`, `Error`, `code`; the gateway before it `fault`, `error` (with 401 and 403), and
    writes null where there is none. Codes come with and without leading zeros.
    """
    fault = _under(body, "fault")
    errors = _under(fault, "error")
    if not isinstance(errors, list):
        return ()
    return tuple(_fault_of(error) for error in errors[:MOST_FAULTS])


def _fault_of(error: object) -> Fault:
    said = str(_under(error, "code") or "")
    # It becomes part of rows, logs and metrics.
    code = (said.lstrip("0") or "0") if CODE.holds(said) else "unknown"
    return Fault(code, Field.EMAIL if code == _EMAIL_IS_WRONG else _field_of(_under(error, "element")))


def _field_of(element: object) -> Field | None:
    """Find our field in an element: `GivenName`, `BillAddr.City`, `Customer.PrimaryEmailAddr`."""
    words = re.findall(r"\w+", element.lower()) if isinstance(element, str) else []
    return next((_FIELDS[word] for word in words if word in _FIELDS), None)


def _under(body: object, key: str) -> object:
    if not isinstance(body, Mapping):
        return None
    return next(
        (value for name, value in body.items() if str(name).lower() == key and value is not None), None
    )
