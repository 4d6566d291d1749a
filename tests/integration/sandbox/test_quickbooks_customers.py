"""Customers of the QuickBooks stand-in: create, update, names, checks."""

import pytest

from tests.integration.sandbox.caller import CUSTOMER, PEOPLE, REALM, Caller


async def test_a_new_customer_reads_back_whole_and_without_empty_fields(quickbooks: Caller) -> None:
    """The server adds id, token, times and defaults; what is empty is absent, also what was sent as empty text."""
    sent = {
        "GivenName": "Ana",
        "FamilyName": "Diaz",
        "Notes": "",
        "SyncToken": 0,
        "BillAddr": {"City": "Chicago"},
    }
    made = await quickbooks.customer(sent)

    assert (made["DisplayName"], made["SyncToken"], made["Active"]) == ("Ana Diaz", "0", True)
    assert "Notes" not in made
    assert made["BillAddr"]["Id"]
    assert made["MetaData"]["CreateTime"][-6:] in {"-08:00", "-07:00"}
    assert "." not in made["MetaData"]["CreateTime"]
    reply = await quickbooks.call("GET", f"{CUSTOMER}/{made['Id']}", params={"minorversion": "75"})
    assert reply.body["Customer"] == made
    assert reply.headers["intuit_tid"].startswith("1-")


async def test_a_sparse_update_keeps_what_was_not_sent(quickbooks: Caller) -> None:
    """Other fields stay, an address is replaced whole under its id, empty text clears, the token grows."""
    address = {"Line1": "1 Elm St", "Line2": "Rear", "City": "Chicago"}
    made = await quickbooks.customer(
        {"DisplayName": "Ana", "Notes": "VIP", "Title": "Dr", "BillAddr": address}
    )
    change = {
        "Id": made["Id"],
        "SyncToken": "0",
        "sparse": True,
        "Title": "",
        "BillAddr": {"City": "Evanston"},
    }
    changed = await quickbooks.customer(change)

    assert (changed["Notes"], changed["SyncToken"]) == ("VIP", "1")
    assert "Title" not in changed
    assert changed["BillAddr"] == {"Id": made["BillAddr"]["Id"], "City": "Evanston"}


async def test_a_full_update_empties_what_was_not_sent(quickbooks: Caller) -> None:
    """Forgetting `sparse` wipes fields, as it does at Intuit."""
    made = await quickbooks.customer({"DisplayName": "Ana", "Notes": "VIP"})
    changed = await quickbooks.customer({"Id": made["Id"], "SyncToken": "0", "DisplayName": "Ana"})

    assert "Notes" not in changed


async def test_an_old_sync_token_is_refused(quickbooks: Caller) -> None:
    """5010 for a token that is not the current one, 2020 for none; nothing changes."""
    made = await quickbooks.customer({"DisplayName": "Ana"})
    change = {"Id": made["Id"], "sparse": True, "Notes": "x"}
    await quickbooks.customer({**change, "SyncToken": "0"})

    stale = await quickbooks.call("POST", CUSTOMER, {**change, "SyncToken": "0", "Notes": "y"})
    missing = await quickbooks.call("POST", CUSTOMER, change)

    assert (stale.status, stale.code, missing.code) == (400, "5010", "2020")
    assert (await quickbooks.get(f"{CUSTOMER}/{made['Id']}"))["Customer"]["Notes"] == "x"


@pytest.mark.parametrize("kind", ["customers", "vendors", "employees"])
async def test_a_display_name_belongs_to_one_record(quickbooks: Caller, kind: str) -> None:
    """A customer, vendor or employee holds a name, without regard to case and outer spaces."""
    await quickbooks.post(f"{PEOPLE}/{kind}", {"DisplayName": "Lakeview Plumbing"})
    reply = await quickbooks.call("POST", CUSTOMER, {"DisplayName": " lakeview plumbing "})

    assert (reply.status, reply.code) == (400, "6240")


async def test_an_inactive_customer_has_the_deleted_suffix_and_frees_its_name(quickbooks: Caller) -> None:
    """Both names carry the suffix until it is active again, which needs the name to be free."""
    made = await quickbooks.customer({"DisplayName": "Ana", "CompanyName": "Ana"})
    off = await quickbooks.customer({"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False})

    assert (off["DisplayName"], off["FullyQualifiedName"], off["CompanyName"]) == ("Ana (deleted)",) * 2 + (
        "Ana",
    )
    second = await quickbooks.customer({"DisplayName": "Ana"})
    back = {"Id": made["Id"], "SyncToken": "1", "sparse": True, "Active": True}
    assert (await quickbooks.call("POST", CUSTOMER, back)).code == "6240"
    await quickbooks.customer({"Id": second["Id"], "SyncToken": "0", "sparse": True, "DisplayName": "Ana B"})
    assert (await quickbooks.customer(back))["DisplayName"] == "Ana"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "2010"),
        (b'{"DisplayName":"\xff"}', "2010"),
        ({"DisplayName": "Ana", "Colour": "red"}, "2010"),
        ({"DisplayName": "A:B"}, "6000"),
        ({"DisplayName": "x" * 501}, "2050"),
        ({"DisplayName": "Ana", "PrimaryPhone": {"FreeFormNumber": "5" * 31}}, "2050"),
        ({"DisplayName": "Ana", "PrimaryEmailAddr": {"Address": "a@example.com,"}}, "2210"),
        ({"DisplayName": "Ana", "PreferredDeliveryMethod": "Pigeon"}, "2170"),
        ({"DisplayName": "Ana", "Job": True, "ParentRef": {"value": "99"}}, "2500"),
        ({"Notes": "nameless"}, "6080"),
        ({"Id": "99", "SyncToken": "0"}, "610"),
        ({"Id": "nine", "SyncToken": "0"}, "2030"),
    ],
)
async def test_what_intuit_refuses_is_refused_with_its_code(
    quickbooks: Caller, body: object, code: str
) -> None:
    """Each check answers 400 with Intuit's code, and leaves no trace in the books."""
    reply = await quickbooks.call("POST", CUSTOMER, body)

    assert (reply.status, reply.code) == (400, code)
    assert (await quickbooks.get(f"{PEOPLE}/customers"))["customers"] == []


async def test_a_merged_customer_is_gone_if_that_is_asked_for(quickbooks: Caller) -> None:
    """Unknown to reads and queries, and its name is free; what it would be in QuickBooks is not documented."""
    loser = await quickbooks.customer({"DisplayName": "Loser"})
    survivor = await quickbooks.customer({"DisplayName": "Survivor"})

    await quickbooks.post(
        f"{PEOPLE}/customers/{loser['Id']}/merge", {"into": survivor["Id"], "loser": "gone"}
    )

    assert (await quickbooks.call("GET", f"{CUSTOMER}/{loser['Id']}")).code == "610"
    everybody = "SELECT * FROM Customer WHERE Active IN (true, false)"
    assert await quickbooks.query(everybody) == ["Survivor"]
    assert (await quickbooks.customer({"DisplayName": "Loser"}))["Id"] != loser["Id"]


async def test_a_sub_customer_is_named_after_its_line(quickbooks: Caller) -> None:
    """Renaming a parent renames the full names below it."""
    top = await quickbooks.customer({"DisplayName": "Top"})
    sub = await quickbooks.customer({"DisplayName": "Sub", "Job": True, "ParentRef": {"value": top["Id"]}})
    assert (sub["FullyQualifiedName"], sub["Level"]) == ("Top:Sub", 1)

    await quickbooks.customer({"Id": top["Id"], "SyncToken": "0", "sparse": True, "DisplayName": "Peak"})
    assert (await quickbooks.get(f"{CUSTOMER}/{sub['Id']}"))["Customer"]["FullyQualifiedName"] == "Peak:Sub"


async def test_the_gateway_refuses_in_lower_case(quickbooks: Caller) -> None:
    """A wrong token is 401 / 3200, a realm that does not exist 403 / 3100."""
    wrong = await quickbooks.call("GET", f"{CUSTOMER}/1", headers={"Authorization": "Bearer other"})
    elsewhere = await quickbooks.call("GET", "/v3/company/1/customer/1")

    assert (wrong.status, wrong.body["fault"]["error"][0]["code"]) == (401, "3200")
    assert "invalid_token" in wrong.headers["www-authenticate"]
    assert (elsewhere.status, elsewhere.body["fault"]["error"][0]["code"]) == (403, "3100")


async def test_limits_are_counted_for_each_realm(quickbooks: Caller) -> None:
    """One request too many is 429 / 3001; another realm is not held up by it."""
    await quickbooks.post("/_control/realms", {"realm_id": "2"})
    await quickbooks.post("/_control/throttle", {"per_minute": 2})
    replies = [await quickbooks.call("GET", f"{CUSTOMER}/1") for _ in range(3)]
    other = await quickbooks.call("GET", "/v3/company/2/customer/1")

    assert [reply.status for reply in replies] == [400, 400, 429]
    assert (replies[2].code, other.code) == ("3001", "610")


async def test_a_path_or_operation_of_no_use_is_said_so(quickbooks: Caller) -> None:
    """Customers can't be deleted, other entities are not there."""
    delete = await quickbooks.call("POST", f"{CUSTOMER}?operation=delete", {"Id": "1"})
    bill = await quickbooks.call("POST", f"/v3/company/{REALM}/bill", {})

    assert (delete.code, bill.code) == ("500", "500")
