"""Load the sample firm's company, the first time only. It is older than any connection, so no webhook tells of it."""

from importlib.resources import files

import orjson

from deploy.sandbox.quickbooks import records
from deploy.sandbox.quickbooks.books import Books, Kind
from deploy.sandbox.quickbooks.fields import read
from deploy.sandbox.state import State

FIRST_FREE_NUMBER = 1000
"""New records are numbered from here, apart from the sample's own."""


def load_sample(books: Books, state: State) -> None:
    """Make the sample's realm with its customers, vendors and employees, unless it exists."""
    sample = orjson.loads((files("deploy.sandbox.sample") / "quickbooks.json").read_bytes())
    with state.transaction():
        if not books.open_company(sample["realm_id"], sample["company_name"]):
            return
        company = books.companies[sample["realm_id"]]
        for kind in Kind:
            for row in sample[kind.value]:
                values = read(row, by_person=True)
                records.create(
                    company, kind, values, record_id=row["Id"], created=row["MetaData"]["CreateTime"]
                )
        company.next_number("names", at_least=FIRST_FREE_NUMBER)
