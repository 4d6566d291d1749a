"""Pages and lists that are asked for with what nobody means: a page or a sentence, and never a fault of ours."""

import base64

import orjson

from adapters.web.console.visit import ZONE_COOKIE
from tests.integration.gateway.conftest import Running
from tests.integration.gateway.firm import Firm

LISTS = {
    "activity": ("actor", "kind", "day", "batch", "client"),
    "activity.csv": ("day",),
    "matching": ("show",),
    "matching/commit": (),
    "batches": (),
    "batches/b-none": ("from", "state"),
    "batches/b-none/revert": ("from", "seen"),
    "fleet": (),
    "replays": ("of", "since", "kind", "ids"),
    "dead-letters": (),
    "replays/r-none": ("from", "end"),
    "clients": ("q", "sort", "status", "rows"),
    "clients/c-1": ("list", "lines", "show", "sort"),
    "attention": ("client", "list"),
    "clients/c-1/found": ("q", "by"),
    "customers": ("q",),
}


def _cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


ODD = (
    *(
        "\x00",
        "%",
        "9" * 40,
        "9" * 5_000,
        "\u202e",
        "x" * 3_000,
        "0001-01-01T00:00:00Z",
        "9999-12-31",
        "2026-02-30",
    ),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
)
ODD_CURSORS = (
    *("", "\x00", "[]", _cursor(2**62), _cursor(-1), _cursor("a", "\x00"), _cursor(2**62, 2**62)),
    *(_cursor([], {}), _cursor(None), _cursor("2026-11-24T00:00:00", "x")),
)


async def test_whatever_stands_in_an_address_is_answered(gateway: Running, firm: Firm) -> None:
    """By cursors that we never gave out, and times at the ends of the calendar, for who lives far from Greenwich."""
    await gateway.log.decide(firm.connected(), code="connect")
    at = await gateway.log.decide(firm.client_row("c-1", "Fiona"), code="client_created")
    await gateway.ask("GET", f"{firm.api}/connection", Sync_Position=at)
    headers = {"Authorization": "Bearer dev-operator", "Cookie": f"{ZONE_COOKIE}=America/Chicago"}
    faults = []
    for path, names in LISTS.items():
        asked = [("cursor", odd) for odd in ODD_CURSORS] + [(name, odd) for name in names for odd in ODD]
        for name, odd in asked:
            address = f"/firms/{firm.id}/{path}"
            async with gateway.http.get(address, params={name: odd}, headers=headers) as answer:
                if answer.status >= 500:
                    faults.append((path, name, odd[:40], answer.status))
    assert faults == []
