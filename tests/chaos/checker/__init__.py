"""Judges a run by what is left of it: the log, the inputs, the stand-ins' ledgers and contents.

It shares no code with what it judges, so that a mistake of ours is not made twice; a test reads the imports of
every file here. It looks at contracts only: topics, CloudEvents, the shape of log records, the ledgers.
"""

from collections.abc import Callable

from . import (
    arrivals,
    both_sides_equal,
    done_once,
    everything_came_in,
    inputs_decided,
    log_in_line,
    nothing_left,
    one_link,
    unmatched_stays,
)
from .history import Finding, History, Violation
from .log import Log, read_log

_RULES: tuple[Callable[[History, Log], Finding], ...] = (
    log_in_line.judge,
    inputs_decided.judge,
    done_once.judge,
    one_link.judge,
    unmatched_stays.judge,
    both_sides_equal.judge,
    nothing_left.judge,
    everything_came_in.judge,
    arrivals.judge,
)

__all__ = ["Finding", "History", "Log", "Violation", "check", "read_log"]


def check(history: History) -> Finding:
    """Judge a history by all rules; it is good if the finding has no violations."""
    log = read_log(history.log)
    found = Finding()
    for judge in _RULES:
        found += judge(history, log)
    return found
