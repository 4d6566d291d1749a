"""What a rule may ask about rows: answered by a decision in the making, and by the rows that a page is made of."""

from typing import Protocol

from domain.ids import CustomerId, FirmId
from domain.rows import CustomerRow, FirmRow, LinkRow


class Known(Protocol):
    """A `Draft` or a `Table`."""

    def firm(self, firm: FirmId) -> FirmRow | None:
        """Give a firm's row."""
        ...

    def customer(self, firm: FirmId, customer: CustomerId) -> CustomerRow | None:
        """Give a customer's row."""
        ...

    def link_of(self, firm: FirmId, customer: CustomerId) -> LinkRow | None:
        """Give the link that has this customer."""
        ...
