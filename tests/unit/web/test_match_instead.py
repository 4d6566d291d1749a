"""Who is offered in place of a new customer: nobody for a value that half of the list has."""

from adapters.store.suggested import Suggested
from adapters.store.views import CustomerView
from adapters.web.console.match_window import instead_of_creating
from domain.matching.lists import Lists
from domain.matching.reasons import Bar
from domain.matching.suggestions import suggest
from tests.integration.gateway.firm import customer_row
from tests.matching.labelled import who


def _offered(*emails: str, holder: bool = False) -> str | None:
    """Give the id of who is offered for Fiona, among customers of other names with these addresses.

    `holder`: each is matched with a client that has its address.
    """
    bar = Bar.ALREADY_MATCHED if holder else None
    customers = [who(f"{n}", f"Customer{n} Nowak{n}", email=email, bar=bar) for n, email in enumerate(emails)]
    holders = [who(f"h-{n}", f"Client{n} Nowak{n}", email=each, bar=bar) for n, each in enumerate(emails)]
    clients = [who("c", "Fiona Gallagher", email="desk@example.com"), *(holders if holder else ())]
    found = suggest(Lists(clients, customers), "c")
    shown = [
        Suggested(
            suggestion=each,
            customer=CustomerView(row=customer_row(each.customer_id, "x"), linked_to=None),
            holder=None,
        )
        for each in found
    ]
    offered = instead_of_creating(shown, matched=holder)
    return offered.named.customer_id if offered is not None else None


def test_an_email_of_its_own_is_a_reason_and_a_bookkeepers_is_none() -> None:
    assert _offered("desk@example.com", "else@example.com") == "0"
    assert _offered("desk@example.com", holder=True) == "0"
    assert _offered(*["desk@example.com"] * 5) is None
    assert _offered(*["desk@example.com"] * 5, holder=True) is None
