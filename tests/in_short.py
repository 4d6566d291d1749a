"""What `make test` takes of the tests that are long by nature: of most files the first, and one of two databases. `make stories` takes all.

What a whole system does, or a page, has a test for each thing that may go wrong in it, and each waits for processes, Kafka
and a browser. The first test of a file is what the file is about, so it is what a change is most likely to break. Files whose
first test alone takes long are left to `make stories`. What a gateway answers is asked of one on SQLite; that PostgreSQL holds and finds
the same is what tests/integration/store is about. CI runs both.
"""

import sys

import pytest

LONG = (
    "tests/story",
    "tests/browser",
    "tests/integration/demo",
    "tests/integration/gateways",
    "tests/integration/moving",
    "tests/integration/secured",
    "tests/integration/up",
)
"""Folders in which tests run whole systems. `python -m tests.in_short` names them, and the one below, for `make stories`."""
AT_LENGTH_ONLY = (
    "tests/browser/test_accessible.py",
    "tests/integration/demo/test_demo.py",
    "tests/integration/gateways/test_rebuild.py",
    "tests/integration/gateways/test_two_gateways.py",
    "tests/integration/moving/test_full_disk_runbook.py",
    "tests/integration/moving/test_runbook.py",
    "tests/integration/secured/test_access.py",
    "tests/integration/secured/test_in_earnest.py",
    "tests/integration/secured/test_secured_kafka.py",
    "tests/story/test_asked_twice.py",
    "tests/story/test_batch_killed.py",
    "tests/story/test_batches.py",
    "tests/story/test_busy_firm.py",
    "tests/story/test_lost_webhooks.py",
    "tests/story/test_replay_killed.py",
    "tests/story/test_runbook.py",
    "tests/story/test_unreliable_firm.py",
)
"""Files below those folders of which `make test` takes nothing: the longest, and what they are about is begun elsewhere, without the fire,
the load, the shell or the look at every page."""
ON_BOTH_DATABASES = "tests/integration/gateway"
"""A folder whose tests begin a gateway for each database."""
OPTION = "--in-short"


def add_option(parser: pytest.Parser) -> None:
    """Let pytest know it."""
    parser.addoption(OPTION, action="store_true", help="of tests of whole systems, the first of most files")


def is_asked_for(config: pytest.Config) -> bool:
    """Say whether it is given."""
    return bool(config.getoption(OPTION))


def leave_out_the_rest(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep, of each long file, the first test that stands in it, if any."""
    if not is_asked_for(config):
        return
    begun: set[str] = set(AT_LENGTH_ONLY)
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        file = item.nodeid.partition("::")[0]
        is_left_out = (file in begun and file.rpartition("/")[0] in LONG) or _is_on_the_other_database(item)
        (left_out if is_left_out else kept).append(item)
        begun.add(file)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def _is_on_the_other_database(item: pytest.Item) -> bool:
    """Say whether the same is asked on SQLite too."""
    case = item.nodeid.partition("[")[2]
    return item.nodeid.startswith(f"{ON_BOTH_DATABASES}/") and "postgresql" in case


if __name__ == "__main__":
    sys.stdout.write(" ".join((*LONG, ON_BOTH_DATABASES)))
