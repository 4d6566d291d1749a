"""What a match is said to do is what it does, and 'empty in Canopy' is said of what is empty there."""

from hypothesis import given

from domain.fields import Field, Value
from domain.limits import in_step
from domain.match_review import reviewed
from domain.plan import overwriting
from tests.unit.domain.test_limits import client_with, customer_with, values


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


@given(values, values)
def test_of_whatever_both_sides_hold_it_is_said_what_becomes_of_it(
    in_canopy: dict[Field, Value], in_quickbooks: dict[Field, Value]
) -> None:
    """A value is said to be empty in Canopy only where it is, overwritten where it is written, and else to mean the same."""
    ours, theirs = (
        {field: value for field, value in side.items() if value is not None}
        for side in (in_canopy, in_quickbooks)
    )
    written = overwriting(client_with(ours), customer_with(theirs))

    lines = reviewed(client_with(ours), customer_with(theirs))

    assert [line.field for line in lines] == [field for field in Field if field in ours or field in theirs]
    for line in lines:
        assert (line.fate == "kept") == (line.field not in ours)
        assert (line.fate == "overwritten") == (line.field in written)
        assert (line.client, line.now) == (ours.get(line.field), theirs.get(line.field))
        assert line.after == (written[line.field] if line.fate == "overwritten" else line.now)
        if line.fate in ("same", "spelled_differently"):
            assert in_step(line.field, line.client, line.now)
