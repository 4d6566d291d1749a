"""The Sync client toggle, and the switches of *Manage QBO Integration*."""

from deploy.demo.firm import Firm
from deploy.demo.telling import Step

OLD, NEW = "(312) 555-0100", "(312) 555-0101"


async def _add_left_out(firm: Firm) -> None:
    await firm.add_client("Mark", display_name="Mark Grady", email="mark@example.com", sync_client=False)


async def _edit_left_out(firm: Firm) -> None:
    await firm.edit_client("Mark", email="grady@example.com", phone=OLD)


async def _phone(firm: Firm) -> None:
    await firm.edit_client("Fiona", phone=OLD)


async def _off_and_edit(firm: Firm) -> None:
    await firm.switch(canopy_editing=True)
    await firm.edit_client("Fiona", phone=NEW)


async def _send_and_on(firm: Firm) -> None:
    await firm.act("Fiona", "push")
    await firm.switch()


STEPS = (
    Step(
        says="Mark Grady is added with “Sync client” off: he stays out of QuickBooks.",
        does=_add_left_out,
        who="Mark",
        canopy={"name": "Mark Grady"},
        quickbooks={"name": None},
        link={"status": "not_synced", "reason": "left_out"},
    ),
    Step(
        says="Later edits don't link him.",
        does=_edit_left_out,
        who="Mark",
        canopy={"email": "grady@example.com"},
        quickbooks={"name": None},
        link={"status": "not_synced", "reason": "left_out"},
    ),
    Step(
        says="An edit of Fiona in Canopy goes to QuickBooks.",
        does=_phone,
        who="Fiona",
        canopy={"phone": OLD},
        quickbooks={"phone": OLD},
        link={"status": "synced", "in_step": True},
    ),
    Step(
        says="With “Editing clients in Canopy” off, the next edit is held, and shown to be.",
        does=_off_and_edit,
        who="Fiona",
        canopy={"phone": NEW},
        quickbooks={"phone": OLD},
        link={"status": "synced", "held": {"to_quickbooks": ["phone"], "to_canopy": []}},
    ),
    Step(
        says="Dana sends it, and switches editing on again.",
        does=_send_and_on,
        who="Fiona",
        quickbooks={"phone": NEW},
        link={"status": "synced", "in_step": True, "held": {"to_quickbooks": [], "to_canopy": []}},
    ),
)
