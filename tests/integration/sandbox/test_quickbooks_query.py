"""The query language of the QuickBooks stand-in."""

import pytest

from tests.integration.sandbox.caller import PEOPLE, REALM, Caller

SELECT = "SELECT * FROM Customer "
QUERY = f"/v3/company/{REALM}/query"


@pytest.fixture
async def books(quickbooks: Caller) -> Caller:
    """Four customers, one of them inactive."""
    for name, email in [
        ("O'Neil", "o@example.com"),
        ("Back\\slash", None),
        ("Núñez", "n@example.com"),
        ("Gone", None),
    ]:
        body = {"DisplayName": name} | ({"PrimaryEmailAddr": {"Address": email}} if email else {})
        made = await quickbooks.customer(body)
    await quickbooks.call("PATCH", f"{PEOPLE}/customers/{made['Id']}", {"Active": False})
    return quickbooks


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("", ["O'Neil", "Back\\slash", "Núñez"]),
        ("WHERE Active IN (true, false)", ["O'Neil", "Back\\slash", "Núñez", "Gone (deleted)"]),
        ("where Active = False", ["Gone (deleted)"]),
        (r"WHERE DisplayName = 'O\'Neil'", ["O'Neil"]),
        (r"WHERE DisplayName = 'o\'neil' AND PrimaryEmailAddr = 'o@example.com'", ["O'Neil"]),
        (r"WHERE DisplayName = 'Back\\slash'", ["Back\\slash"]),
        (r"WHERE DisplayName in ('O\'Neil', 'Nobody', 'Núñez')", ["O'Neil", "Núñez"]),
        ("WHERE DisplayName LIKE '%a%s%'", ["Back\\slash"]),
        ("WHERE Id IN ('1', '3', '99')", ["O'Neil", "Núñez"]),
        ("WHERE Id > '1' ORDERBY Id DESC", ["Núñez", "Back\\slash"]),
        ("ORDER BY DisplayName ASC", ["Back\\slash", "Núñez", "O'Neil"]),
        ("ORDERBY Id STARTPOSITION 2 MAXRESULTS 1", ["Back\\slash"]),
        ("WHERE MetaData.LastUpdatedTime >= '2020-01-01T00:00:00-08:00' MAXRESULTS 1", ["O'Neil"]),
        ("WHERE MetaData.CreateTime < '2020-01-01T00:00:00Z'", []),
        ("WHERE PrimaryEmailAddr = ' '", ["Back\\slash"]),
    ],
)
async def test_a_statement_finds_what_it_says(books: Caller, where: str, names: list[str]) -> None:
    """Operators, escapes, order and pages; without `Active` only active customers come back."""
    assert await books.query(SELECT + where) == names


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT * FROM Customer WHERE DisplayName = 'O'Neil'", "4000"),
        ("SELECT * FROM Customer WHERE DisplayName = 'O\u2019Neil'", "4000"),
        ("SELECT * FROM Customer WHERE DisplayName = 'Ends with \\'", "4000"),
        ("SELECT * FROM Customer WHERE Id = '1' OR Id = '2'", "4000"),
        ("SELECT Id FROM Customer", "4000"),
        ("SELECT * FROM Customer STARTPOSITION 0", "4001"),
        ("SELECT * FROM Customer MAXRESULTS 1001", "4001"),
        ("SELECT * FROM Customer WHERE Notes = 'x'", "4001"),
        ("SELECT * FROM Unicorn", "4001"),
        ("", "4000"),
    ],
)
async def test_a_statement_that_intuit_can_not_read_is_refused(
    books: Caller, statement: str, code: str
) -> None:
    """4000 if it can't be read, 4001 if it asks for what can't be asked."""
    reply = await books.call("GET", QUERY, params={"query": statement})

    assert (reply.status, reply.code) == (400, code)


async def test_a_statement_may_be_posted_and_counted(books: Caller) -> None:
    """POST takes the bare statement; COUNT answers only a total; nothing found answers no key."""
    counted = await books.call("POST", QUERY, "select count(*) from customer where Active in (true, false)")
    found = await books.call(
        "POST", QUERY, "SELECT * FROM Customer MAXRESULTS 2", headers={"Content-Type": "application/text"}
    )
    nothing = await books.call("POST", QUERY, "SELECT * FROM Vendor")

    assert counted.body["QueryResponse"] == {"totalCount": 4}
    assert (found.body["QueryResponse"]["startPosition"], found.body["QueryResponse"]["maxResults"]) == (1, 2)
    assert nothing.body["QueryResponse"] == {}


async def test_vendors_and_employees_can_be_asked_for(books: Caller) -> None:
    """Who holds a name may be none of the customers."""
    await books.post(f"{PEOPLE}/vendors", {"DisplayName": "Acme"})
    found = await books.get(QUERY, params={"query": "SELECT * FROM Vendor WHERE DisplayName = 'Acme'"})

    assert [each["DisplayName"] for each in found["QueryResponse"]["Vendor"]] == ["Acme"]


async def test_a_page_has_100_records_unless_asked_otherwise(quickbooks: Caller) -> None:
    """The default page is 100."""
    for number in range(101):
        await quickbooks.customer({"DisplayName": f"C{number}"})

    assert len(await quickbooks.query("SELECT * FROM Customer")) == 100
    assert len(await quickbooks.query("SELECT * FROM Customer MAXRESULTS 1000")) == 101
