"""What can't be used is parked, whole, with a reason that a person understands; nothing behind it is held up."""

from typing import Any

import orjson
import pytest

from tests.story.company import Company
from tests.story.events import client_event

WITHOUT_ID = {"version": 1, "type": "individual", "display_name": "No Id"}
BAD: dict[str, tuple[dict[str, Any] | bytes | None, str, str]] = {
    "not JSON": (b"{broken", "not_json", "JSON"),
    "not a CloudEvent": ({"specversion": None}, "not_a_cloudevent", "specversion"),
    "unknown type": ({"type": "canopy.client.painted.v1"}, "unknown_type", "type"),
    "newer schema": ({"type": "canopy.client.created.v2"}, "newer_schema", "update the workers"),
    "client without id": ({"data": WITHOUT_ID}, "bad_client", "client_id"),
    "no time": ({"time": "yesterday"}, "bad_time", "time"),
    "no value": (None, "null_value", "without a value"),
}
"""What is wrong (as bytes, or as changes to a right event), the reason, and a word of the sentence."""


def _record(firm: str, wrong: dict[str, Any] | bytes | None) -> bytes | None:
    if not isinstance(wrong, dict):
        return wrong
    event = orjson.loads(client_event(firm, "created", "c-bad", 1, "Bad Input"))
    return orjson.dumps({name: value for name, value in {**event, **wrong}.items() if value is not None})


@pytest.mark.parametrize("kind", BAD)
async def test_what_cannot_be_read_is_parked_and_what_comes_after_is_not_held_up(
    company: Company, kind: str
) -> None:
    """The reason is in the list of dead letters, and the next client is created as ever."""
    wrong, reason, word = BAD[kind]

    await company.tell(
        _record(company.firm, wrong), client_event(company.firm, "created", "c-good", 1, "Good Input")
    )

    await company.until_synced("c-good")

    async def parked() -> bool:
        return bool(await company.dead_letters())

    await company.until(parked, "it is among the dead letters")
    (letter,) = await company.dead_letters()
    assert letter["reason"] == reason
    assert word in letter["detail"]
    assert letter["source"].startswith("canopy.client-events/")


async def test_a_client_of_nearly_a_megabyte_holds_nothing_up(company: Company) -> None:
    """Fields that Canopy adds and we don't know may be large: they are let be."""
    large = client_event(company.firm, "created", "c-large", 1, "Large Input", notes="x" * 900_000)

    await company.tell(large, client_event(company.firm, "created", "c-good", 1, "Good Input"))

    await company.until_synced("c-large")
    await company.until_synced("c-good")


async def test_a_field_of_nearly_a_megabyte_is_shown_to_a_person(company: Company) -> None:
    """What QuickBooks would never take is refused with the field's name, and nothing behind it waits."""
    large = client_event(company.firm, "created", "c-large", 1, "L" * 900_000)

    await company.tell(large, client_event(company.firm, "created", "c-good", 1, "Good Input"))

    await company.until_synced("c-good")

    async def told() -> bool:
        link = await company.link("c-large")
        return link.get("status") == "needs_attention" or bool(await company.dead_letters())

    await company.until(told, "a person sees why")
