"""A second Fiona Gallagher: her name is taken in QuickBooks, and her middle name makes it another one."""

from deploy.demo.firm import Firm
from deploy.demo.telling import Step

TAKEN, CHOSEN = "Fiona Gallagher", "Fiona Grace Gallagher"


async def _add(firm: Firm) -> None:
    await firm.add_client(
        "Grace",
        display_name=TAKEN,
        first_name="Fiona",
        middle_name="Grace",
        last_name="Gallagher",
        email="grace@example.com",
        sync_client=True,
    )
    await firm.knows_the_holder("Grace")
    names = await firm.api("GET", f"/clients/{firm.clients['Grace']}/free-names")
    firm.seen["first free name"] = names["names"][0]


async def _choose(firm: Firm) -> None:
    await firm.answer("Grace", "name", field="display_name", value=CHOSEN)
    await firm.has_customer("Grace")


STEPS = (
    Step(
        says="Another Fiona Gallagher is added: QuickBooks has that name already, so a person is asked.",
        does=_add,
        who="Grace",
        canopy={"name": TAKEN},
        quickbooks={"name": None},
        link={"status": "needs_attention", "question": "display_name_taken", "customer_id": None},
        shown={"first free name": CHOSEN},
    ),
    Step(
        says="Dana chooses the one with the middle name: it changes in Canopy, and QuickBooks gets a customer.",
        does=_choose,
        who="Grace",
        canopy={"name": CHOSEN},
        quickbooks={"name": CHOSEN, "email": "grace@example.com"},
        link={"status": "synced", "question": None, "in_step": True},
    ),
)
