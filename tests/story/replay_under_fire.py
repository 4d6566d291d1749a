"""Applies a replay at a terminal, and kills what carries it out: the command too."""

import asyncio
from collections.abc import Sequence

from tests.forked import Forked
from tests.story.company import Company
from tests.story.under_fire import UnderFire


class ReplayUnderFire(UnderFire):
    """One apply."""

    def __init__(self, company: Company, plan: str, words: Sequence[str]) -> None:
        super().__init__(company, {"restore": "link"})
        self._plan = plan
        self._words = words
        self._command: Forked | None = None

    @property
    def targets(self) -> Sequence[str]:
        """Name what can be killed."""
        return (*super().targets, "command")

    async def begin(self) -> str:
        """Type the command."""
        stack = self._company.stack
        self._command = Forked(("deploy", *self._words), stack.settings, stack.folder / "apply.log")
        return self._plan

    async def end(self) -> None:
        """Kill the command, if it has not ended."""
        if self._command is not None:
            self._command.kill()
            await asyncio.to_thread(self._command.wait)

    async def kill(self, target: str) -> None:
        """Kill it, and start it again."""
        if target != "command":
            await super().kill(target)
            return
        await self.end()
        await self.begin()
