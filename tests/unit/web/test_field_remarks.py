"""What is said of a value as somebody types it."""

from adapters.web.texts.remarks import Remark, remarks


def test_what_canopy_keeps_and_quickbooks_takes_needs_no_word() -> None:
    """Also an emoji, another alphabet, and what looks like a script."""
    fine = {"display_name": "<script>alert(1)</script> 🦊 שלום", "email": "fiona@example.com", "fax": None}

    assert remarks(fine, connected=True) == {}


def test_what_canopy_would_not_keep_stops() -> None:
    """Nothing that can be seen, or no name at all."""
    said = remarks({"display_name": "", "first_name": "\u200f \t"}, connected=True)

    assert said["display_name"] == Remark("Enter a display name.", stops=True)
    assert said["first_name"].stops
    assert said["first_name"].text.startswith("This field contains only invisible characters.")


def test_what_quickbooks_would_not_take_is_said_and_kept() -> None:
    """With how much too long it is."""
    said = remarks({"display_name": "x" * 501, "email": "fiona@"}, connected=True)

    assert said["display_name"].text.startswith("QuickBooks takes at most 500 characters here; this has 501.")
    assert said["email"].text.startswith("QuickBooks won't accept this email address. Canopy keeps it")
    assert not any(remark.stops for remark in said.values())


def test_what_is_written_otherwise_is_shown_as_it_will_be() -> None:
    """A colon and a tab in a name."""
    said = remarks({"display_name": "Smith:\tSons"}, connected=True)

    assert said["display_name"].text == "QuickBooks gets it as “Smith- Sons”."


def test_a_part_of_an_address_is_named() -> None:
    """So that the remark can stand below it."""
    said = remarks({"address": {"line1": "1 Main St", "postal_code": "6" * 31}}, connected=True)

    assert list(said) == ["address.postal_code"]
    assert remarks({"address": {"line1": "", "city": None}}, connected=True) == {}


def test_quickbooks_is_nobodys_business_where_it_is_not_connected() -> None:
    """Canopy's own limits still hold."""
    assert remarks({"email": "fiona@"}, connected=False) == {}
    assert remarks({"email": "x" * 1001}, connected=False)["email"].stops
