"""What a match is said to do is what it does, and 'empty in Canopy' is said of what is empty there."""

from domain.fields import Field
from domain.match_review import reviewed
from domain.plan import overwriting
from tests.unit.domain.test_limits import client_with, customer_with


def test_each_field_is_said_to_fare_as_it_does() -> None:
    """Overwritten, the same, the same in another spelling, or kept since Canopy has none."""
    client = client_with(
        {
            Field.DISPLAY_NAME: "Veronica: Fisher",
            Field.PHONE: "(312) 555-0100",
            Field.EMAIL: "v@x.example",
            Field.LAST_NAME: "Fisher",
        }
    )
    customer = customer_with(
        {
            Field.DISPLAY_NAME: "Veronica- Fisher",
            Field.PHONE: "312-555-0100",
            Field.EMAIL: "old@x.example",
            Field.LAST_NAME: "Fisher",
            Field.FAX: "1",
        }
    )

    lines = reviewed(client, customer)

    assert {line.field: line.fate for line in lines} == {
        Field.DISPLAY_NAME: "spelled_differently",
        Field.LAST_NAME: "same",
        Field.EMAIL: "overwritten",
        Field.PHONE: "spelled_differently",
        Field.FAX: "kept",
    }
    assert {line.field: line.after for line in lines if line.fate == "overwritten"} == overwriting(
        client, customer
    )
