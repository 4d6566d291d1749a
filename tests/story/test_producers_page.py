"""What the page for producers tells one to type: lint an event, write it, see the customer."""

import asyncio
import re
from pathlib import Path

from tests.story.company import Company
from tests.story.readme import PRODUCERS, ROOT, command, typed


async def test_the_event_of_the_page_is_right_and_makes_a_customer(company: Company, tmp_path: Path) -> None:
    """The event as it stands there, linted and written by the two commands that follow it."""
    shown = re.search(r"```json\n(.*?)```", PRODUCERS.read_text(), re.DOTALL)
    assert shown is not None
    event = tmp_path / "event.json"
    event.write_text(shown[1].replace('"f-1"', f'"{company.firm}"'))

    lint = command(".venv/bin/client-sync lint-event", PRODUCERS).replace("event.json", str(event))
    said = await asyncio.to_thread(typed, f"cd {ROOT} && {lint}")
    write = (
        command("(printf", PRODUCERS).replace("event.json", str(event)).replace("f-1|", f"{company.firm}|")
    )
    await asyncio.to_thread(typed, write.replace("127.0.0.1:19092", company.stack.bootstrap))

    assert said.strip().endswith(": right")
    customer = await company.until_synced("c-7001")
    (made,) = await company.customers()
    assert (made["Id"], made["DisplayName"]) == (customer, "Noor Haddad")
    assert made["BillAddr"]["Line1"] == "12 Elm St"
