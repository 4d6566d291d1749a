"""node-quickbooks, as it comes from the npm registry, takes the stand-in for Intuit."""

import asyncio
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from tests.forked import ROOT
from tests.integration.sandbox.caller import APP, REALM, Caller
from tests.integration.sandbox.test_quickbooks_sign_in import exchanged
from tests.patience import PATIENCE_SECONDS

SCRIPT = Path(__file__).with_name("node_quickbooks.js")
PACKAGES = ROOT / ".local" / "npm" / "node_modules"
INSTALL = "bash tests/tools.sh installs it"


async def test_node_quickbooks_works_in_the_company(quickbooks: Caller) -> None:
    """Refresh, company, create, both ways to update, what is refused, a batch of 3, queries by pages, changes, and revoke."""
    node = shutil.which("node")
    assert node is not None, f"Node is not there: {INSTALL}"
    assert (PACKAGES / "node-quickbooks").is_dir(), f"node-quickbooks is not there: {INSTALL}"
    given = {
        "url": quickbooks.url,
        "app": APP.client_id,
        "secret": APP.client_secret,
        "realm": REALM,
        "refresh": (await exchanged(quickbooks))["refresh_token"],
        "since": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
    }
    script = await asyncio.create_subprocess_exec(
        *(node, str(SCRIPT), orjson.dumps(given).decode()),
        # Its dates have an offset, whose + it sends as it is, which is a space.
        env={"PATH": os.environ["PATH"], "NODE_PATH": str(PACKAGES), "TZ": "UTC"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        output, errors = await script.communicate()

    assert script.returncode == 0, errors.decode()
    assert orjson.loads(output) == {
        "company": "Test Books",
        "asked_twice": True,
        "sparse": ["1", "first", "O'Neil & Sons"],
        "full": ["2", None, "O'Neil & Sons"],
        "stale": [400, "5010"],
        "duplicate": [400, "6240"],
        "unknown": [400, "610"],
        "batch": [["1", "Ana"], ["2", "6240"], ["3", "100% Bea + Co #1"]],
        "by_name": ["Zoë O'Neil"],
        "like": ["100% Bea + Co #1"],
        "all": ["100% Bea + Co #1", "Ana", "Zoë O'Neil"],
        "count": 3,
        "inactive": ["Zoë O'Neil (deleted)"],
        "changed": 3,
        "ended": [400, "invalid_grant"],
    }
