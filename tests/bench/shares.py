"""Says where a worker's time goes, by looking at its two busy threads every few milliseconds.

By a signal, not by a thread of its own: that one would only get its turn when the others wait, and see them wait.
"""

import signal
import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType

import orjson

EVERY_SECONDS = 0.003
WRITE_EVERY = 300
TURN_OF_THE_LOOP = "_run_once"

# Going outwards from the innermost frame, the first that is found here names the share.
_PLACES = (
    ("selectors.py", "waiting for the broker"),
    ("streams/wire/records.py", "encode"),
    ("domain/", "decide"),
    ("streams/wire/inputs.py", "read the input"),
    ("adapters/", "read the input"),
    ("structlog/", "log lines"),
    ("logging/", "log lines"),
    ("site-packages/aiokafka/", "aiokafka"),
    ("faust/", "Faust"),
    ("mode/", "Faust"),
    ("streams/", "engine, log table, gate"),
)


class Shares:
    """Writes to `to` how often each thread was found where: `{"engine": {share: count}, "consumer": {…}}`."""

    def __init__(self, to: Path) -> None:
        self._to = to
        self._looks = 0
        self._engine: Counter[str] = Counter()
        self._consumer: Counter[str] = Counter()

    def start(self) -> None:
        """Look from here on, until the process ends. To be called in the main thread."""
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, EVERY_SECONDS, EVERY_SECONDS)

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        self._looks += 1
        self._engine[_share(frame)] += 1
        main = threading.main_thread().ident
        for ident, other in sys._current_frames().items():
            if ident != main and _is_faust_consumer(other):
                self._consumer[_share(other)] += 1
        if self._looks % WRITE_EVERY == 0:
            counts = {"engine": dict(self._engine), "consumer": dict(self._consumer)}
            self._to.write_bytes(orjson.dumps(counts))


def _share(frame: FrameType | None) -> str:
    while frame is not None and frame.f_code.co_name != TURN_OF_THE_LOOP:
        for part, share in _PLACES:
            if part in frame.f_code.co_filename:
                return share
        frame = frame.f_back
    return "asyncio"


def _is_faust_consumer(frame: FrameType | None) -> bool:
    while frame is not None:
        if "mode/threads" in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False
