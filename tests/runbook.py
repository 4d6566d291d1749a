"""The commands of docs/operations.md, by section, and walks that type them on a running system.

A walk types the lines of its section in the page's order, in the situation that the section is about, and leaves none out:
what an operator reads at night is what was run.
"""

import asyncio
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests import commands
from tests.forked import ROOT
from tests.patience import PATIENCE_SECONDS

PAGE = ROOT / "docs" / "operations.md"
INDENT = "    "
HEADING = re.compile(r"#{2,3} (.+)")
SETTING = re.compile(r"CLIENT_SYNC_[A-Z_]+=")
PROGRAMS = frozenset(
    {"client-sync", "cp", "curl", "df", "du", "export", "kcat", "pg_dump", "pg_restore", "rm", "sqlite3"}
)
"""What an operator types begins with one of these."""
LOOK_SECONDS = 0.2
QUERIES = "Metrics"
"""In this section lines are questions to Prometheus."""


def typed_lines(page: str) -> Mapping[str, tuple[str, ...]]:
    """Give the lines of each section that has some, as one would type them: without comments, a line that goes on whole.

    Settings stand among them: some are typed before a command.
    """
    found: dict[str, list[str]] = {}
    title, goes_on = "", False
    for line in page.splitlines():
        heading = HEADING.fullmatch(line)
        if heading is not None:
            title = heading[1].replace("`", "")
        if not line.startswith(INDENT) or not line.strip():
            continue
        text = line.removeprefix(INDENT)
        if goes_on:
            found[title][-1] += f"\n{text.strip()}"
        elif not text.startswith("#"):
            found.setdefault(title, []).append(text)
        goes_on = text.endswith("\\")
    return {title: tuple(lines) for title, lines in found.items()}


def is_command(line: str) -> bool:
    """Say whether a line is typed at a terminal."""
    return line.split(maxsplit=1)[0] in PROGRAMS


def _is_for_the_shell(word: str) -> bool:
    return word.strip() == "|" or word.startswith(">")  # where a line goes on, its end stands before it


@dataclass(slots=True)
class Walk:
    """One section, walked in the page's order. `names`: what the page calls things, and what they are called here.

    `settings`: the environment, as it is by then. `folder`: where it is typed.
    """

    section: str
    names: dict[str, str]
    settings: Mapping[str, str]
    folder: Path
    _left: list[str] = field(default_factory=list)
    _exported: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._left = [line for line in typed_lines(PAGE.read_text())[self.section] if is_command(line)]
        self._programs.mkdir(exist_ok=True)
        program = self._programs / "client-sync"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -m deploy "$@"\n')
        program.chmod(0o700)
        return self

    def __exit__(self, raised: type[BaseException] | None, *_: object) -> None:
        assert raised is not None or not self._left, f"{self.section}: nobody has typed {self._left}"

    async def types(self, begins: str, code: int = 0) -> str:
        """Type the next line, which must begin so, and end with this exit code; gives what it says."""
        line = self._next(begins)
        if line.startswith("export "):
            self._exported.append(self._named(line))
            return ""
        done = await self._run(line)
        assert done.returncode == code, (line, done.returncode, done.stdout, done.stderr)
        return done.stdout

    async def until(self, begins: str, code: int = 0) -> None:
        """Type the next line again and again, until it ends with this exit code."""
        line, ended = self._next(begins), asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while (done := await self._run(line)).returncode != code:
            assert asyncio.get_running_loop().time() < ended, (line, done.returncode, done.stdout)
            await asyncio.sleep(LOOK_SECONDS)

    @contextmanager
    def runs(self, begins: str) -> Iterator[None]:
        """Type the next line, which runs until somebody ends it, and end it."""
        process = subprocess.Popen(self._shell(self._next(begins)), cwd=self.folder, env=self._environment)
        try:
            yield
            assert process.poll() is None, f"{begins} has ended by itself"
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)

    def _next(self, begins: str) -> str:
        line = self._left.pop(0)
        assert line.startswith(begins), f"{self.section}: the next line is {line!r}, not {begins!r}"
        return line

    async def _run(self, line: str) -> subprocess.CompletedProcess[str]:
        words = shlex.split(self._named(line), comments=True)
        if words[0] == "client-sync" and not self._exported and not any(map(_is_for_the_shell, words)):
            done = await asyncio.to_thread(commands.run, words[1:], self.settings, self.folder)
            said = (done.stdout.decode(), done.stderr.decode())
            return subprocess.CompletedProcess(words, done.returncode, *said)
        return await asyncio.to_thread(
            subprocess.run,
            self._shell(line),
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def _shell(self, line: str) -> list[str]:
        return ["bash", "-o", "pipefail", "-c", "\n".join([*self._exported, self._named(line)])]

    def _named(self, line: str) -> str:
        """Write a line with the names that things have here."""
        if not self.names:
            return line
        longest_first = sorted(self.names, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first))
        return re.sub(rf"(?<![\w-])(?:{either})(?!\w)", lambda found: self.names[found[0]], line)

    @property
    def _programs(self) -> Path:
        return self.folder / "programs"

    @property
    def _environment(self) -> dict[str, str]:
        path = f"{self._programs}:{self.settings['PATH']}"
        return {**self.settings, "PATH": path, "PYTHONPATH": str(ROOT)}
