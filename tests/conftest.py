"""What holds for all tests."""

import os
from typing import Any

import pytest
from hypothesis import settings

from deploy.kafka.java import die_with_parent
from tests import in_short
from tests.collector import look_for_no_garbage, look_rarely_for_garbage
from tests.shared_servers import SharedServers
from tests.side_by_side import Groups, arrange, begin_at_its_own_share

# How long one example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("client-sync", deadline=None)
settings.load_profile("client-sync")

# A broker of a test lives for a minute or so: Java's second compiler would cost it more than it gains.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")

SHARED = pytest.StashKey[SharedServers]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests be run in short."""
    in_short.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Let a process that runs tests for another one end with it, so that nothing is left if that one is killed."""
    if hasattr(config, "workerinput"):
        die_with_parent(os.getppid())
        look_for_no_garbage()
        process = int(config.workerinput["workerid"].removeprefix("gw"))
        begin_at_its_own_share(config, process, config.workerinput["workercount"])


def pytest_collection_finish() -> None:
    """Leave the tests themselves to no collector."""
    look_rarely_for_garbage()


# First, so that what a folder's own hook does to the order within a group stays.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not asked for, and let the longest begin."""
    in_short.leave_out_the_rest(config, items)
    arrange(config, items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups:
    """Keep together what belongs together."""
    return Groups(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process that will run tests where to ask for the servers that all share."""
    stash = node.config.stash
    if SHARED not in stash:
        stash[SHARED] = SharedServers()
    node.workerinput["servers"] = stash[SHARED].address


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what all have shared."""
    if SHARED in config.stash:
        config.stash[SHARED].close()
        del config.stash[SHARED]
