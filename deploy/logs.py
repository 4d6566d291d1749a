"""How processes log: one line an event, a constant name, ids and names of fields, never a client's values.

What libraries log goes through the same two rules: one line, and of an exception no text that we don't know.
"""

import logging
import sys
import threading
import time
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

import structlog
from aiokafka.errors import KafkaError
from structlog.typing import EventDict, Processor

from adapters.safe_text import safe
from streams.wire.mishap import place_of

Format = Literal["logfmt", "json"]

# aiokafka writes some 85 errors a second while a broker is away, and a debug record for each send.
QUIET = {
    "aiokafka": logging.ERROR,
    "faust": logging.WARNING,
    "mode": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "opentelemetry": logging.ERROR,
}
SAME_LINE_SECONDS = 10.0

KNOWN_TEXTS = (KafkaError, OSError)
"""Exceptions whose text names hosts, topics and codes. Any other may quote a client's values."""

FIRST = ["timestamp", "level", "process", "event"]


class _Sparse(logging.Filter):
    """Lets a line through once in a while: what repeats says nothing new."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        place = (record.pathname, record.lineno)
        now = time.monotonic()
        if now - self._last.get(place, -SAME_LINE_SECONDS) < SAME_LINE_SECONDS:
            return False
        self._last[place] = now
        return True


class _OurLines(logging.Formatter):
    """Writes what a library logs as a line like ours."""

    def __init__(self, process: str, render: Processor) -> None:
        super().__init__()
        self._process = process
        self._render = render

    def format(self, record: logging.LogRecord) -> str:
        line: EventDict = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "process": self._process,
            "event": _said(record),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[1] is not None:
            line.update(_what_was_raised(record.exc_info[1]))
        return str(self._render(None, "", line))


def set_up_logs(process: str, form: Format = "logfmt") -> None:
    """Log to standard error, each line with the name of the process."""
    render = _renderer(form)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Sparse())
    handler.setFormatter(_OurLines(process, render))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _named(process),
            _without_texts,
            render,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _say_of_crashes_only_where(process, render)


def _renderer(form: Format) -> Processor:
    render: Processor = structlog.processors.LogfmtRenderer(key_order=FIRST)
    if form == "json":
        render = structlog.processors.JSONRenderer(sort_keys=False)

    def one_safe_line(logger: object, method: str, event: EventDict) -> str:
        return safe(str(render(logger, method, event)))

    return one_safe_line


def _named(process: str) -> Processor:
    def add(_logger: object, _method: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return add


def _without_texts(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Say of an exception that is logged with a line only its kind and its place."""
    given = event.pop("exc_info", None)
    wrong = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if wrong is not None:
        event.update(_what_was_raised(wrong))
    return event


def _said(record: logging.LogRecord) -> str:
    """Give the first line of a library's message; asyncio, for one, prints exceptions whole from the second on."""
    if isinstance(record.args, tuple):
        record.args = tuple(_harmless(each) for each in record.args)
    return record.getMessage().partition("\n")[0]


def _harmless(argument: object) -> object:
    stranger = isinstance(argument, BaseException) and not isinstance(argument, KNOWN_TEXTS)
    return type(argument).__name__ if stranger else argument


def _what_was_raised(wrong: BaseException) -> dict[str, str]:
    said = {"error": type(wrong).__name__, "where": place_of(wrong)}
    return said | {"reason": str(wrong)} if isinstance(wrong, KNOWN_TEXTS) else said


def _say_of_crashes_only_where(process: str, render: Processor) -> None:
    """Python would print the text of what ends a process or a thread."""

    def ended(_kind: type[BaseException], wrong: BaseException, _trace: TracebackType | None) -> None:
        _write(wrong, "process_ended")

    def thread_ended(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            _write(args.exc_value, "thread_ended")

    def _write(wrong: BaseException, event: str) -> None:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        line: EventDict = {"timestamp": now, "level": "critical", "process": process, "event": event}
        line.update(_what_was_raised(wrong))
        sys.stderr.write(f"{render(None, '', line)!s}\n")

    sys.excepthook = ended
    threading.excepthook = thread_ended
