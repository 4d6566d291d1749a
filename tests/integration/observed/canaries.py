"""Values that must never be seen outside topics, databases and the two sides, and the places where they are looked for."""

import json
import subprocess
from typing import Any

from streams.wire.topics import CLIENT_EVENTS, DEAD_LETTERS, INTENTS, LOG, NOTIFICATIONS, OUTCOMES
from tests.chaos.processes import CANOPY_TOKEN, QUICKBOOKS_TOKEN, VERIFIER
from tests.integration.observed.conftest import EXPIRED_TOKEN
from tests.patience import PATIENCE_SECONDS

Record = dict[str, Any]
"""As kcat writes it: `topic`, `key`, `payload`, `headers`, …"""

TOPICS = (CLIENT_EVENTS, NOTIFICATIONS, INTENTS, OUTCOMES, LOG, DEAD_LETTERS)

PERSON: dict[str, Any] = {
    "display_name": "Canarius Featherstonehaugh",
    "first_name": "Canarius",
    "last_name": "Featherstonehaugh",
    "company_name": "Yellowfeather Holdings",
    "email": "canarius@yellowfeather.example",
    "phone": "(415) 739-2846",
    "address": {"line1": "17 Birdcage Mews", "city": "Twitterford", "region": "CA", "postal_code": "94199"},
}
REASON = "because Canarius said so"

VALUES = ("canarius", "featherstonehaugh", "yellowfeather", "739-2846", "birdcage mews", "twitterford")
"""In lower case, as all that is searched."""
TOKENS = (EXPIRED_TOKEN, QUICKBOOKS_TOKEN, CANOPY_TOKEN, VERIFIER, "dev-manager", "dev-operator")


def found_in(text: str | bytes) -> list[str]:
    """Name the canaries that a text holds."""
    lowered = (text if isinstance(text, str) else text.decode(errors="replace")).lower()
    return [canary for canary in (*VALUES, *TOKENS) if canary in lowered]


def records(bootstrap: str, *topics: str) -> list[Record]:
    """Read all that lies in our topics, with a reader that isn't ours."""
    found: list[Record] = []
    for topic in topics or TOPICS:
        command = ["kcat", "-C", "-b", bootstrap, "-t", topic, "-o", "beginning", "-e", "-q", "-J"]
        read = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True)
        found += [json.loads(line) for line in read.stdout.splitlines()]
    return found
