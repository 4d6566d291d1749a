"""Fiona Gallagher is created, unmatched, put back, and matched again after a search."""

from deploy.demo.firm import Firm
from deploy.demo.telling import Step

NAME = "Fiona Gallagher"
FIRST, SECOND = "fiona@example.com", "gallagher@example.com"
PHONE = "(312) 555-0100"


async def _add(firm: Firm) -> None:
    await firm.add_client(
        "Fiona", display_name=NAME, first_name="Fiona", last_name="Gallagher", email=FIRST, sync_client=True
    )
    await firm.has_customer("Fiona")


async def _unmatch(firm: Firm) -> None:
    await firm.act("Fiona", "unmatch")


async def _undo(firm: Firm) -> None:
    await firm.act("Fiona", "restore")


async def _unmatch_and_edit(firm: Firm) -> None:
    await firm.act("Fiona", "unmatch")
    await firm.edit_client("Fiona", email=SECOND)


async def _work_in_quickbooks(firm: Firm) -> None:
    await firm.edit_in_quickbooks(
        "Fiona", Notes="Pays by cheque", Mobile={"FreeFormNumber": "(312) 555-0199"}
    )
    await firm.knows_of("Fiona", mobile="(312) 555-0199")


async def _search(firm: Firm) -> None:
    by_name = await firm.api("GET", "/customers?by=display_name&q=gallagher")
    by_email = await firm.api("GET", f"/customers?by=email&q={FIRST}")
    firm.seen["by display name"] = [each["display_name"] for each in by_name["customers"]]
    firm.seen["by email"] = [each["display_name"] for each in by_email["customers"]]
    firm.seen["matched with"] = by_name["customers"][0]["linked_to"]


async def _preview(firm: Firm) -> None:
    preview = await firm.preview("Fiona", "Fiona")
    fields = preview["fields"]
    firm.seen["would change"] = [each["field"] for each in fields if each["changes"]]
    firm.seen["would be kept"] = [each["field"] for each in fields if each["kept"]]


async def _match(firm: Firm) -> None:
    seen = await firm.preview("Fiona", "Fiona")
    versions = {name: seen[name] for name in ("link_version", "customer_sync_token")}
    await firm.act("Fiona", "match", customer_id=firm.customers["Fiona"], **versions)


STEPS = (
    Step(
        says="Dana adds Fiona Gallagher in Canopy, with “Sync client” on: QuickBooks gets a customer.",
        does=_add,
        who="Fiona",
        canopy={"name": NAME, "email": FIRST},
        quickbooks={"name": NAME, "email": FIRST},
        link={"status": "synced", "in_step": True},
    ),
    Step(
        says="She unmatches her: the link is gone, and nothing is deleted.",
        does=_unmatch,
        who="Fiona",
        canopy={"name": NAME},
        quickbooks={"name": NAME, "email": FIRST},
        link={"status": "not_synced", "reason": "unmatched", "customer_id": None},
    ),
    Step(
        says="Undo puts the link back as it was. It would do so in a year, too.",
        does=_undo,
        who="Fiona",
        quickbooks={"name": NAME, "email": FIRST},
        link={"status": "synced", "in_step": True},
    ),
    Step(
        says="Unmatched again, she is edited in Canopy: the edit stays there.",
        does=_unmatch_and_edit,
        who="Fiona",
        canopy={"email": SECOND},
        quickbooks={"email": FIRST},
        link={"status": "not_synced", "reason": "unmatched"},
    ),
    Step(
        says="Somebody works on the customer in QuickBooks: that stays there, too.",
        does=_work_in_quickbooks,
        who="Fiona",
        canopy={"mobile": None},
        quickbooks={"notes": "Pays by cheque", "mobile": "(312) 555-0199"},
        link={"status": "not_synced"},
    ),
    Step(
        says="Search existing finds the customer, by display name and by email; nobody has it.",
        does=_search,
        who="Fiona",
        shown={"by display name": [NAME], "by email": [NAME], "matched with": None},
    ),
    Step(
        says="The confirmation shows what a match would overwrite, and what it keeps. Nothing is written yet.",
        does=_preview,
        who="Fiona",
        quickbooks={"email": FIRST},
        link={"status": "not_synced"},
        shown={"would change": ["email"], "would be kept": ["mobile"]},
    ),
    Step(
        says="Sync: Canopy's values overwrite; what only QuickBooks has, or Canopy has empty, stays as it was.",
        does=_match,
        who="Fiona",
        canopy={"email": SECOND, "mobile": None},
        quickbooks={"email": SECOND, "mobile": "(312) 555-0199", "notes": "Pays by cheque"},
        link={"status": "synced", "in_step": True},
    ),
)
