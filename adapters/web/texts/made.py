"""What stays on a side when a link is taken apart that one of the two was made for."""

from typing import assert_never

from domain.creates import Made
from domain.ids import CustomerId


def what_stays(made: Made, customer: CustomerId) -> str:
    """Say what was made and stays, and what a person can do about it."""
    match made:
        case "customer":
            return (
                f"Customer {customer} was created in QuickBooks for this client, and stays there, since QuickBooks can't delete a "
                "customer. It is not created a second time by itself. If nobody needs it, make it inactive in QuickBooks."
            )
        case "client":
            return (
                f"This client was added to Canopy for QuickBooks customer {customer}, and stays there, since others may have work on "
                "it by now. It is not added a second time by itself. If nobody needs it, archive it in Canopy."
            )
        case _:
            assert_never(made)
