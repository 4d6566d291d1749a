"""What is suggested for a client, or for values that are not saved yet, out of the rows near it."""

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.store.near_rows import NearRows
from adapters.store.views import CustomerView
from domain.ids import CustomerId, FirmId
from domain.matching.of_rows import party_of_client, party_of_holder
from domain.matching.party import Party
from domain.matching.suggestions import Suggestion, suggest
from domain.outcomes import Holder
from domain.rows import LinkRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A proposal with the one who is proposed: a customer, or a vendor or employee, with whom no match can be made."""

    suggestion: Suggestion
    customer: CustomerView | None
    holder: Holder | None


async def suggested_for(near: NearRows, row: LinkRow) -> list[Suggested]:
    """Propose customers for a client that is known, the best first."""
    holders = row.problem.holders or () if row.problem is not None else ()
    return await suggested_for_party(near, row.firm_id, party_of_client(row), holders)


async def suggested_for_party(
    near: NearRows, firm: FirmId, client: Party, holders: Iterable[Holder] = ()
) -> list[Suggested]:
    """Propose customers for a client, known or not. `holders`: who has its name in QuickBooks, as far as that was asked."""
    rows = await near.to_client(firm, client)
    barred = {each.id: (each, holder) for holder in holders if (each := party_of_holder(holder)) is not None}
    found = suggest(rows.lists(client, [each for each, _ in barred.values()]), client.id)
    return [
        Suggested(
            suggestion=each,
            customer=rows.views.get(CustomerId(each.customer_id)),
            holder=barred[each.customer_id][1] if each.customer_id in barred else None,
        )
        for each in found
    ]
