"""The table of metrics in docs/operations.md names each of them, and none that is gone."""

import re
from pathlib import Path

from prometheus_client import REGISTRY

import adapters.canopy.meters
import adapters.quickbooks.meters
import adapters.vault.keeper
import adapters.web.meters
import streams.wire.meters

PAGE = Path(__file__).parents[3] / "docs" / "operations.md"
PREFIX = "client_sync_"
DECLARED_IN = (
    streams.wire.meters,
    adapters.canopy.meters,
    adapters.quickbooks.meters,
    adapters.vault.keeper,
    adapters.web.meters,
)


def test_the_page_names_what_is_shown() -> None:
    """Counters end in `_total` there as they do at `/metrics`."""
    assert all(DECLARED_IN)
    shown = {
        family.name.removeprefix(PREFIX) + ("_total" if family.type == "counter" else "")
        for family in REGISTRY.collect()
        if family.name.startswith(PREFIX)
    }
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| (?:worker|gateway|both) ", PAGE.read_text(), re.MULTILINE)

    assert {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)} == shown
