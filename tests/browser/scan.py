"""What is wrong with a page for somebody who can't see it well, can't point, or has a small screen."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page, ViewportSize

DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 360, "height": 740}
ZOOMED: ViewportSize = {"width": 640, "height": 400}
"""As many pixels as a page has at 200 % on a screen of 1280 by 800."""

WHOLE: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
COLORS: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
SAYS = """options => axe.run(options).then(({ violations }) => violations.flatMap(each => each.nodes.map(
    node => `${each.id}: ${node.target.join(" ")} (${[...node.any, ...node.all, ...node.none].map(one => one.message)[0]})`)))"""
WIDER = """() => [document.documentElement, ...document.querySelectorAll("dialog[open]")]
    .filter(each => each.scrollWidth > each.clientWidth).map(each => each.tagName).join(" ")"""

Scheme = Literal["light", "dark"]

PICTURES = "PICTURES"
"""The environment names a folder: each look leaves a picture there (`make pictures`)."""


@dataclass
class Scan:
    """Looks at one page after another, and gathers what is wrong with each."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    async def of(self, name: str) -> None:
        """Look at what the page shows now: by all rules at a desk in light and on a phone in dark, by those of colors at a desk in dark.

        Then whether it fits: nothing may be wider than a phone, or than a desk at 200 %.
        """
        await self._axe(name, DESK, "light", WHOLE)
        await self._axe(name, DESK, "dark", COLORS)
        await self._axe(name, PHONE, "dark", WHOLE)
        for size in (PHONE, ZOOMED):
            await self.page.set_viewport_size(size)
            if wide := await self.page.evaluate(WIDER):
                self.wrong.append(f"{name}, {size['width']} pixels: wider than the screen: {wide}")
        await self.page.set_viewport_size(DESK)

    async def _axe(self, name: str, size: ViewportSize, scheme: Scheme, options: dict[str, Any]) -> None:
        await self.page.set_viewport_size(size)
        await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE_SCRIPT)
        found = await self.page.evaluate(SAYS, options)
        self.wrong += [f"{name}, {size['width']} pixels, {scheme}: {each}" for each in found]
        if folder := os.environ.get(PICTURES):
            await self._draw(Path(folder), f"{name} {size['width']} {scheme}")

    async def _draw(self, folder: Path, name: str) -> None:
        """Keep what is shown: a page down to its end, a window as it stands before its page."""
        a_window = await self.page.locator("dialog[open]").count() > 0
        place = folder / (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") + ".png")
        await self.page.screenshot(path=place, full_page=not a_window)
