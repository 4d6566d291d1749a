"""Which tests share a process when several processes run tests side by side, and which of them begin first.

Most of the time of these tests is waiting: for a process to start, for Kafka, for a page. So more processes than cores
pay, and what decides is that the longest groups begin first and that no system is started twice without need.
"""

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests import in_short

TESTS = Path(__file__).parent

LONGEST_FIRST = (
    "chaos",
    "browser",
    "story",
    "integration/moving",
    "integration/up/test_up.py",
    "integration/gateways",
    "integration/engine/test_one_worker.py",
    "integration/test_local_kafka.py",
    "integration/observed",
    "integration/demo/test_demo.py",
    "integration/gateway/test_outage.py",
    "integration/engine/test_faust_shell.py",
    "integration/engine/test_bad_input.py",
    "integration/up/test_wrong_settings.py",
    "integration/gateway",
    "integration",
    "simulation",
)
"""Groups, or the folders that they lie in. What is not named comes last: it is quick."""

HALVED = ("browser", "story")
"""Long: their files are dealt out to two groups, and so to two systems. In short one system does for each."""

TOGETHER = ("chaos", "integration/gateways", "integration/observed")
"""These share a system, or are quick. Of the others each file is a group."""


class Groups(LoadScopeScheduling):
    """Hands out whole groups, in the order in which their tests were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(_file_of(nodeid), in_short.is_asked_for(self.config))


@cache
def group_of(file: str, short: bool) -> str:
    """Name the group of a file below `tests/`."""
    for folder in HALVED:
        if file.startswith(f"{folder}/"):
            if short:
                return folder
            dealt = sorted(path.relative_to(TESTS).as_posix() for path in (TESTS / folder).rglob("test_*.py"))
            return f"{folder} {dealt.index(file) % 2 + 1}"
    for folder in TOGETHER:
        if file.startswith(f"{folder}/"):
            return folder
    return file


def place_of(group: str) -> int:
    """Say when a group's turn comes: the lower the earlier."""
    for place, named in enumerate(LONGEST_FIRST):
        if group == named or group.startswith((f"{named}/", f"{named} ")):
            return place
    return len(LONGEST_FIRST)


def begin_at_its_own_share(config: pytest.Config, process: int, of: int) -> None:
    """Let each process read the files of tests from another one on, if it is to read all of them.

    Pytest compiles a file of tests anew to tell more of its asserts, and keeps what came of it for the next one who needs
    it. Processes that read the same files in the same order all do the same at once: 14 seconds of CPU each, in a fresh clone.
    """
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    files = sorted(str(path) for path in TESTS.rglob("test_*.py"))
    first = len(files) * process // of
    config.args = files[first:] + files[:first]


def arrange(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the groups in order, and the files of a group: in whichever a process has read them. A file's tests keep theirs."""
    short = in_short.is_asked_for(config)
    items.sort(key=lambda item: _order(item, short))


def _file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0].removeprefix("tests/")


def _order(item: pytest.Item, short: bool) -> tuple[int, str, bool, str]:
    file = _file_of(item.nodeid)
    group = group_of(file, short)
    # A process is given its next group when two tests of the last one are left. So the kill test, which takes minutes,
    # stands before the quick ones of its group: nothing else shall wait behind it.
    return place_of(group), group, item.path.name != "test_kill.py", file
