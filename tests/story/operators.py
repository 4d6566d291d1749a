"""What an operator types at a terminal of this system."""

import asyncio
import subprocess
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import orjson

from tests import commands
from tests.story.company import Company

Json = dict[str, Any]


async def types(
    company: Company, *words: str, code: int | None = 0, settings: Mapping[str, str] = MappingProxyType({})
) -> list[Json]:
    """Type a command with `--json`; gives its lines. It must end with this exit code; None: done, or something found. `settings`: other than the system's."""
    done = await _run(company, *words, "--json", settings=settings)
    assert done.returncode in ((0, 1) if code is None else (code,)), (
        words,
        done.returncode,
        done.stdout,
        done.stderr,
    )
    return [orjson.loads(line) for line in done.stdout.splitlines()]


async def says(company: Company, *words: str) -> str:
    """Type a command for a person; gives what it says."""
    done = await _run(company, *words)
    assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout.decode()


async def refused(company: Company, *words: str) -> str:
    """Type a command that ends with 1; gives what it says about that."""
    done = await _run(company, *words)
    assert done.returncode == 1, (words, done.returncode, done.stdout, done.stderr)
    return done.stderr.decode()


async def _run(
    company: Company, *words: str, settings: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[bytes]:
    environment = {**company.stack.settings, **settings}
    return await asyncio.to_thread(commands.run, words, environment, company.stack.folder)
