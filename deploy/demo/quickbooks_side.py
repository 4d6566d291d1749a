"""Edits on both sides, and a customer that QuickBooks tells of first."""

from deploy.demo.firm import Firm
from deploy.demo.telling import Step

OURS, THEIRS = "fiona.ours@example.com", "fiona.theirs@example.com"
MOBILE = "(312) 555-0177"


async def _edit_there(firm: Firm) -> None:
    await firm.edit_in_quickbooks("Fiona", Mobile={"FreeFormNumber": MOBILE})


async def _edit_both(firm: Firm) -> None:
    # Held up for a moment, so that neither edit reaches the other side before the other one is made.
    await firm.api("POST", "/pause", {"reason": "two people edit at once"})
    await firm.edit_client("Fiona", email=OURS)
    await firm.edit_in_quickbooks("Fiona", PrimaryEmailAddr={"Address": THEIRS})
    await firm.api("POST", "/resume", {})


async def _answer(firm: Firm) -> None:
    await firm.answer("Fiona", "canopy")


async def _add_there(firm: Firm) -> None:
    await firm.add_in_quickbooks(
        "Nora", DisplayName="Nora Lynch", GivenName="Nora", PrimaryEmailAddr={"Address": "nora@example.com"}
    )
    await firm.has_client("Nora")


async def _count(firm: Firm) -> None:
    names = sorted(each["DisplayName"] for each in await firm.all_customers())
    firm.seen["customers"] = names


STEPS = (
    Step(
        says="An edit in QuickBooks comes to Canopy.",
        does=_edit_there,
        who="Fiona",
        canopy={"mobile": MOBILE},
        quickbooks={"mobile": MOBILE},
        link={"status": "synced", "in_step": True},
    ),
    Step(
        says="Both sides change her email at once: nothing is overwritten, a person is asked.",
        does=_edit_both,
        who="Fiona",
        canopy={"email": OURS},
        quickbooks={"email": THEIRS},
        link={"status": "needs_attention", "question": "both_changed"},
    ),
    Step(
        says="Dana keeps Canopy's.",
        does=_answer,
        who="Fiona",
        canopy={"email": OURS},
        quickbooks={"email": OURS},
        link={"status": "synced", "question": None, "in_step": True},
    ),
    Step(
        says="A new customer in QuickBooks becomes a client in Canopy.",
        does=_add_there,
        who="Nora",
        canopy={"name": "Nora Lynch", "email": "nora@example.com"},
        quickbooks={"name": "Nora Lynch"},
        link={"status": "synced", "in_step": True},
    ),
    Step(
        says="In the end QuickBooks has these customers, each once.",
        does=_count,
        who="Nora",
        shown={"customers": ["Fiona Gallagher", "Fiona Grace Gallagher", "Nora Lynch"]},
    ),
)
