"""Runs the demo. Exit code 0: everything was as it says; 1: something differed, or the system did not start."""

import asyncio
import sys
import time

from rich.console import Console

from deploy.demo.article import STORY
from deploy.demo.firm import Firm
from deploy.demo.stack import NotUpError, Stack, running_stack
from deploy.demo.telling import tell


def main() -> int:
    """Start a system, tell the story, and stop it again."""
    console = Console(highlight=False)
    begun = time.monotonic()
    try:
        with (
            console.status("Starting Kafka, both stand-ins, a worker and a gateway …"),
            running_stack() as stack,
        ):
            console.print(f"[dim]Everything is up after {time.monotonic() - begun:.1f} s.[/]")
            return asyncio.run(_tell(stack, console))
    except NotUpError as wrong:
        console.print(f"[bold red]Not started.[/] {wrong}")
        return 1


async def _tell(stack: Stack, console: Console) -> int:
    async with Firm.open(stack) as firm:
        return 0 if await tell(STORY, firm, console) else 1


if __name__ == "__main__":
    sys.exit(main())
