"""The real browser that tests use."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

PLACE = "/usr/bin/chromium-headless-shell"
"""Debian's Chromium without what draws windows: it costs half as much, and pages can't tell."""

QUIETLY = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run it until the end of the block."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=PLACE, args=list(QUIETLY))
        yield started
        await started.close()
