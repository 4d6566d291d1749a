"""No text that comes from outside steers a terminal, in a log or in a command's answer."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.safe_text import safe
from deploy.operators.remote.firms import RemoteFirms
from deploy.terminal import complain, say
from deploy.up.process import Kept
from domain.ids import FirmId
from tests.unit.deploy.test_logs import _written

STEERING = "c-1\x1b[2J\r\x07\x7f\x9b31m\u202e\u2028\nforged=line"


def test_what_steers_is_shown() -> None:
    """As JSON would write it, so that it can still be told what it was; all else stays as it is."""
    assert safe("\x1b[31m") == "\\u001b[31m"
    assert safe("Zoë Ångström, 山田 (312) 555-0100 😀") == "Zoë Ångström, 山田 (312) 555-0100 😀"
    assert not any(mark in safe(STEERING) for mark in "\x1b\r\x07\x7f\x9b\u202e\u2028\n")
    assert safe("\ud800").encode() == b"\\ud800"


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_a_log_line_is_one_line_of_text(form: str) -> None:
    """Ours and those of libraries."""
    code = f"log.info('decided', key={STEERING!r})\nlogging.getLogger('aiokafka').error('about %s', {STEERING!r})"

    written = _written(form, code)

    assert len(written.splitlines()) == 2
    assert all(character.isprintable() for line in written.splitlines() for character in line)
    if form == "json":
        assert json.loads(written.splitlines()[0])["key"] == STEERING


def test_a_command_answers_in_lines_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    """What is said, what is complained about, and what is for jq."""
    say({"id": STEERING}, False, f"client {STEERING}", "second")
    say({"id": STEERING}, True)
    complain(f"No client {STEERING}")

    said, complained = capsys.readouterr()
    assert len(said.splitlines()) == 3
    assert all(character.isprintable() for line in (said + complained).splitlines() for character in line)


def test_the_end_of_a_log_that_is_shown_is_text(tmp_path: Path) -> None:
    """What a process has written there may be anything, also what no process of ours wrote."""
    log = tmp_path / "worker.log"
    log.write_bytes(STEERING.encode() + b"\xff\n")

    shown = Kept("worker", (), log, {}, print).last_lines()

    assert "forged=line" in shown
    assert all(character.isprintable() for line in shown.splitlines() for character in line)


async def test_what_a_gateway_answers_is_text() -> None:
    """Line by line as it comes: whose gateway it is, is for the address to say."""
    gateway: Any = SimpleNamespace(lines=lambda *_: [STEERING])

    told = [line async for line in RemoteFirms(gateway).audit(FirmId("f-1"), None)]

    assert len(told) == 1
    assert all(character.isprintable() for character in told[0])
