"""What a process writes to its log: one line an event, in two forms, and of a stranger's exception only kind and place."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE_SECONDS

CANARY = "canary@example.com"
ROOT = Path(__file__).parents[3]
BEGIN = """
import asyncio, logging, sys, threading
import structlog
from deploy.logs import set_up_logs
set_up_logs("worker", sys.argv[1])
CANARY = sys.argv[2]
log = structlog.get_logger()
def broken():
    raise ValueError(f"can't take {CANARY}")
"""
WAYS = {
    "a line with an exception": """
try:
    broken()
except ValueError:
    log.exception("it_broke")
""",
    "a library's line with an exception": """
try:
    broken()
except ValueError as wrong:
    logging.getLogger("aiohttp.server").exception("Error handling request: %r", wrong)
""",
    "a task that nobody awaited": """
async def main():
    async def task():
        broken()
    asyncio.create_task(task())
    await asyncio.sleep(0.01)
asyncio.run(main())
""",
    "a thread": "threading.Thread(target=broken).start()",
    "the end of the process": "broken()",
}


def _written(form: str, code: str) -> str:
    command = [sys.executable, "-c", BEGIN + code, form, CANARY]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    ).stderr


@pytest.mark.parametrize("form", ["logfmt", "json"])
@pytest.mark.parametrize("way", WAYS)
def test_the_text_of_an_exception_never_reaches_the_log(form: str, way: str) -> None:
    """It may quote a client's values; the kind, and where it was raised, are there all the same."""
    written = _written(form, WAYS[way])

    assert "ValueError" in written or "never retrieved" in written
    assert "level" in written
    assert CANARY not in written


def test_lines_are_json_where_that_is_asked_for() -> None:
    """Each line by itself, ours and those of libraries, with the same names."""
    lines = _written(
        "json", 'log.info("decided", key="link/f-1/c-1")\nlogging.getLogger("aiokafka").error("away")'
    )

    ours, theirs = (json.loads(line) for line in lines.splitlines())
    assert (ours["event"], ours["key"], ours["process"], ours["level"]) == (
        "decided",
        "link/f-1/c-1",
        "worker",
        "info",
    )
    assert (theirs["event"], theirs["logger"], theirs["process"], theirs["level"]) == (
        "away",
        "aiokafka",
        "worker",
        "error",
    )


def test_debug_lines_of_libraries_are_off() -> None:
    """They hold whole records and bodies."""
    names = ("aiokafka.producer", "faust.agents", "mode", "aiohttp.client", "sqlalchemy.engine", "urllib3")
    code = (
        f"for name in {names!r}: logging.getLogger(name).debug(CANARY); logging.getLogger(name).info(CANARY)"
    )

    assert _written("logfmt", code) == ""


def test_what_ends_for_want_of_kafka_says_so() -> None:
    """The texts of Kafka's errors and the system's name hosts and codes, which help whoever has to mend it."""
    assert "Connection refused" in _written(
        "logfmt", 'raise ConnectionError("Connection refused by kafka-1:9092")'
    )
