"""What a rule may ask about rows: answered by a decision in the making, and by the rows that a page is made of."""

from collections.abc import Collection
from typing import Protocol

from domain.firm_rows import FirmRow
from domain.ids import ClientId, CustomerId, FirmId
from domain.rows import CustomerRow, LinkRow


class Known(Protocol):
    """A `Draft` or a `Table`."""

    def firm(self, firm: FirmId) -> FirmRow | None:
        """Give a firm's row."""
        ...

    def customer(self, firm: FirmId, customer: CustomerId) -> CustomerRow | None:
        """Give a customer's row."""
        ...

    def customers_named(self, firm: FirmId, name: str) -> Collection[CustomerId]:
        """Name the active customers whose display name counts as this one."""
        ...

    def formerly_linked(self, firm: FirmId, customer: CustomerId) -> Collection[ClientId]:
        """Name the clients that were linked with this customer last."""
        ...

    def link_of(self, firm: FirmId, customer: CustomerId) -> LinkRow | None:
        """Give the link that has this customer."""
        ...


MOST_MERGES = 10
"""How many merges in a row are followed to the customer that is left."""


def survivor_of(known: Known, firm_id: FirmId, customer: CustomerId) -> CustomerId:
    """Follow merges to the customer that is left."""
    for _ in range(MOST_MERGES):
        row = known.customer(firm_id, customer)
        if row is None or row.merged_into is None:
            break
        customer = row.merged_into
    return customer
