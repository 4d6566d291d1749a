"""C5 and C6, red by each planted fault and green without it: both sides equal, and nothing left to do."""

import pytest

from tests.chaos.checker.history import CLIENT_EVENTS, INTENTS
from tests.chaos.written_history import a_synced_client, broken, sentences
from tests.chaos.written_rows import FIRM, REALM, UNMATCHED, link, pending


@pytest.mark.parametrize(
    "other",
    [
        {"DisplayName": "Fiona G."},
        {"GivenName": None},
        {"MiddleName": "G."},
        {"FamilyName": "G."},
        {"CompanyName": "Gallagher"},
        {"PrimaryEmailAddr": {"Address": "fiona@example.org"}},
        {"PrimaryPhone": None},
        {"Mobile": {"FreeFormNumber": "1"}},
        {"Fax": {"FreeFormNumber": "1"}},
        {"BillAddr": {"Line1": "2119 S Wallace St"}},
    ],
    ids=lambda other: next(iter(other)),
)
def test_two_sides_that_differ_in_one_field_are_seen(other: dict[str, object]) -> None:
    """C5: in each of the mapped fields."""
    story = a_synced_client()
    story.hold("c-1", "58", **other)

    assert sentences(story.told()) == ["the two sides of a synced link differ"]


@pytest.mark.parametrize(
    "spelled",
    [
        {"DisplayName": " Fiona  Gallagher "},
        {"PrimaryEmailAddr": {"Address": "FIONA@example.com; office@example.com"}},
        {"PrimaryPhone": {"FreeFormNumber": "+1 312-555-0100"}},
        {
            "BillAddr": {
                "Line1": "2119 S Wallace St",
                "Line2": "Apt 2",
                "City": "Chicago",
                "CountrySubDivisionCode": "IL",
                "PostalCode": "60616",
                "Country": "USA",
            }
        },
    ],
    ids=lambda spelled: next(iter(spelled)),
)
def test_another_spelling_of_the_same_is_no_difference(spelled: dict[str, object]) -> None:
    """C5: each side keeps its own, and the product says that they are in step."""
    story = a_synced_client()
    story.hold("c-1", "58", **spelled)

    assert broken(story.told()) == set()


@pytest.mark.parametrize("agreed", [None, "another", "left alone"])
def test_what_only_quickbooks_holds_is_in_step_if_a_match_left_it_there(agreed: str | None) -> None:
    """C5: the row says so, of just that value."""
    story = a_synced_client()
    story.clients[FIRM, "c-1"]["fax"] = None
    story.customers[REALM, "58"]["Fax"] = {"FreeFormNumber": "left alone"}
    pair = {"fax": {"client": None, "customer": agreed}} if agreed is not None else {}
    story.decided(story.arrives(INTENTS), link("c-1", "synced", "58", agreed=pair))

    assert broken(story.told()) == (set() if agreed == "left alone" else {"C5"})


def test_a_synced_link_without_its_customer_is_seen() -> None:
    """C5: the log says so, the other side does not."""
    story = a_synced_client()
    story.customers.clear()

    assert sentences(story.told()) == ["a synced link's customer does not exist"]


def test_sides_may_differ_where_nobody_says_they_are_in_step() -> None:
    """C5: unmatched, in question, or held until a person says so."""
    for row in (
        link("c-1", "not_synced", **UNMATCHED),
        link("c-1", "synced", "58", problem={"code": "both_changed"}),
        link("c-1", "synced", "58", held={"to_quickbooks": ["phone"], "to_canopy": []}),
    ):
        story = a_synced_client()
        story.hold("c-1", "58", PrimaryPhone={"FreeFormNumber": "1"})
        story.decided(story.arrives(INTENTS), row)

        assert broken(story.told()) == set()


def test_pending_work_at_the_end_is_seen() -> None:
    """C6: in a link's row, and in a firm's."""
    story = a_synced_client()
    write = pending("u-1", customer="58")
    story.decided(story.arrives(CLIENT_EVENTS), link("c-1", "synced", "58", pending=write))
    assert sentences(story.told()) == ["work is still pending"]

    firm = {"kind": "firm", "firm_id": FIRM, "connection": {"realm_id": REALM}}
    story = a_synced_client()
    story.decided(story.arrives(INTENTS), firm | {"pending": [{"id": "l", "kind": "list_clients"}]})
    assert sentences(story.told()) == ["work is still pending"]


def test_the_next_sweep_is_no_work_that_is_left() -> None:
    """C6: a firm always has one before it, on either side."""
    sweeps = [
        {"id": "s-1", "kind": "list_clients", "sweep": True, "since": None},
        {"id": "s-2", "kind": "list_customers", "since": "2026-11-24T09:00:00Z"},
    ]
    firm = {"kind": "firm", "firm_id": FIRM, "connection": {"realm_id": REALM}, "pending": sweeps}
    story = a_synced_client()
    story.decided(story.arrives(INTENTS), firm)

    assert broken(story.told()) == set()


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (link("c-1", "unmatching", "58"), "a link is still under way"),
        (link("c-1", "synced", "58", waiting={"why": "throttled"}), "a link is still waiting"),
        (link("c-1", "needs_attention", "58"), "a link does not say why it is not in step"),
        (link("c-1", "not_synced"), "a link does not say why it is not in step"),
    ],
    ids=["under way", "waiting", "no problem", "no reason"],
)
def test_a_link_that_ends_under_way_or_without_a_reason_is_seen(
    row: dict[str, object], sentence: str
) -> None:
    """C6: in the end a link is in step, or it says why it is not."""
    story = a_synced_client()
    story.decided(story.arrives(INTENTS), row)

    assert sentence in sentences(story.told())


def test_a_link_that_says_what_it_needs_is_right() -> None:
    """C6: a question with its reason is an end too."""
    story = a_synced_client()
    problem = {"code": "display_name_taken"}
    story.decided(story.arrives(INTENTS), link("c-1", "needs_attention", None, problem=problem))

    assert broken(story.told()) == set()
