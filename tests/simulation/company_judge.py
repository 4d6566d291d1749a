"""Watches in which QuickBooks company each link was made: the same id is somebody else in another one."""

from collections import defaultdict

from domain.firm_rows import FirmRow
from domain.ids import CustomerId, RealmId, RowKey
from domain.rows import LinkRow


class CompanyJudge:
    """Knows for each client and customer's id in which companies they were linked: perhaps in several."""

    def __init__(self) -> None:
        self._made_in: defaultdict[tuple[RowKey, CustomerId], set[RealmId]] = defaultdict(set)

    def take(self, firm: FirmRow | None, before: LinkRow | None, link: LinkRow, code: str) -> None:
        """Look at a link as a decision of this code left it."""
        former, known = link.former, before.former if before is not None else None
        if former is not None and former.realm_id is not None and former != known:
            made_in = self._made_in[link.key, former.customer_id]
            assert not made_in or former.realm_id in made_in, (
                f"{link.key} was linked with {former.customer_id} in {sorted(made_in)}, and is said to have been so in "
                f"{former.realm_id}"
            )
        customer = link.customer_id
        if customer is None or (before is not None and before.customer_id == customer):
            return
        # While the links with a company before are let go, a client that we made for one of its customers may turn up.
        company = firm.company_of_links if firm is not None else None
        assert company is not None, f"{link.key} has a customer, and its firm no company"
        if code == "restore":
            made_in = self._made_in[link.key, customer]
            assert not made_in or company in made_in, f"{link.key} is put back with a stranger of the same id"
        self._made_in[link.key, customer].add(company)
