"""One command, typed where Kafka and the database are reached, and where only a gateway is: what both say."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

from tests import commands
from tests.story.company import Company

NOWHERE = "127.0.0.1:1"

# What is of one moment, or of who asks, and so is never the same twice.
_OF_A_MOMENT = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00)?"), "TIME"),
    (re.compile(r"^\d\d:\d\d:\d\d  ", re.MULTILINE), "TIME  "),
    (re.compile(r"\bp(\d+):\d+"), r"p\1:OFFSET"),
    (re.compile(r"\br-[0-9a-f]{16}\b"), "PLAN"),
    (re.compile(rf"\b(user:)?({re.escape(getuser())}|lee)\b", re.IGNORECASE), "WHO"),
    (re.compile(r"oldest +\d+ (s|min|h|d)"), "oldest AGE"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said; without what is of one moment."""

    code: int
    output: str
    errors: str

    def of(self, firm: str) -> "Said":
        """Give the lines about a firm alone: others go on meanwhile."""
        return Said(
            self.code, "".join(line for line in self.output.splitlines(True) if firm in line), self.errors
        )


class BothWays:
    """Types commands of a firm's operator on either way. `nothing`: a folder that the remote way may not touch."""

    def __init__(self, company: Company, nothing: Path) -> None:
        self._direct = company.stack.settings
        self._remote = {
            "CLIENT_SYNC_API": f"http://127.0.0.1:{company.stack.http_port}",
            "CLIENT_SYNC_TOKEN": "dev-operator",
            "CLIENT_SYNC_KAFKA_BOOTSTRAP": NOWHERE,
            "CLIENT_SYNC_DATABASE_URL": "",
            "CLIENT_SYNC_DATA_FOLDER": str(nothing / "data"),
        }
        self._folder = company.stack.folder
        self._nothing = nothing

    async def direct(self, *words: str) -> Said:
        """Type it where Kafka and the database are reached."""
        done = await asyncio.to_thread(commands.run, words, self._direct, self._folder)
        return _said(done.returncode, done.stdout, done.stderr)

    async def remote(self, *words: str, token: str = "dev-operator") -> Said:
        """Type it where only the gateway is, with neither a Kafka nor a database to find."""
        settings = self._remote | {"CLIENT_SYNC_TOKEN": token}
        done = await asyncio.to_thread(commands.run, words, settings, self._nothing)
        assert not (self._nothing / "data").exists(), f"{words} made something on this machine"
        return _said(done.returncode, done.stdout, done.stderr)

    async def both(self, words: Sequence[str]) -> tuple[Said, Said]:
        """Type it on both."""
        direct, remote = await asyncio.gather(self.direct(*words), self.remote(*words))
        return direct, remote


def _said(code: int, output: bytes, errors: bytes) -> Said:
    return Said(code, _timeless(output.decode()), _timeless(errors.decode()))


def _timeless(text: str) -> str:
    for pattern, word in _OF_A_MOMENT:
        text = pattern.sub(word, text)
    return text
