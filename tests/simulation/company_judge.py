"""Watches in which QuickBooks company each link was made: the same id is somebody else in another one."""

from domain.ids import CustomerId, RealmId, RowKey
from domain.rows import FirmRow, LinkRow


class CompanyJudge:
    """Knows for each client and customer in which company they were linked last."""

    def __init__(self) -> None:
        self._made_in: dict[tuple[RowKey, CustomerId], RealmId] = {}

    def take(self, firm: FirmRow | None, before: LinkRow | None, link: LinkRow, code: str) -> None:
        """Look at a link as a decision of this code left it."""
        former, known = link.former, before.former if before is not None else None
        if former is not None and former.realm_id is not None and former != known:
            made_in = self._made_in.get((link.key, former.customer_id))
            assert made_in in (None, former.realm_id), (
                f"{link.key} was linked with {former.customer_id} in {made_in}, and is said to have been so in "
                f"{former.realm_id}"
            )
        customer = link.customer_id
        if customer is None or (before is not None and before.customer_id == customer):
            return
        # While the links with a company before are let go, a client that we made for one of its customers may turn up.
        company = firm.company_of_links if firm is not None else None
        assert company is not None, f"{link.key} has a customer, and its firm no company"
        if code == "restore":
            made_in = self._made_in.get((link.key, customer), company)
            assert made_in == company, f"{link.key} is put back with a stranger of the same id"
        self._made_in[link.key, customer] = company
