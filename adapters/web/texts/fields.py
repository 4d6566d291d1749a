"""The product's words for the fields of a client."""

from collections.abc import Iterable, Mapping

from domain.fields import Field


def field_label(field: Field) -> str:
    """Name a field as it stands beside its value."""
    match field:
        case Field.DISPLAY_NAME:
            return "Display name"
        case Field.FIRST_NAME:
            return "First name"
        case Field.MIDDLE_NAME:
            return "Middle name"
        case Field.LAST_NAME:
            return "Last name"
        case Field.COMPANY_NAME:
            return "Company"
        case Field.EMAIL:
            return "Email"
        case Field.PHONE:
            return "Phone"
        case Field.MOBILE:
            return "Mobile"
        case Field.FAX:
            return "Fax"
        case Field.ADDRESS:
            return "Address"


FIELD_LABELS: Mapping[Field, str] = {field: field_label(field) for field in Field}
"""In the order in which they are shown."""


ADDRESS_LABELS: Mapping[str, str] = {
    "line1": "Street",
    "line2": "Apartment, suite",
    "city": "City",
    "region": "State",
    "postal_code": "ZIP",
    "country": "Country",
}
"""The parts of an address, in the order in which they are typed."""


def field_names(fields: Iterable[Field]) -> str:
    """Name fields within a sentence: display name, email and phone."""
    *first, last = [field_label(field).lower() for field in fields] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def sentence_case(text: str) -> str:
    """Let a sentence begin with a capital."""
    return text[:1].upper() + text[1:]
