"""What `topics acls` prints is what the table says, for each principal, and nobody gets more."""

import json
import shlex
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.kafka_access import IN_GROUP, TOPICS, Operation, Role
from streams.wire.topics import CLIENT_EVENTS, LOG, topic_specs


def typed(*words: str) -> Any:
    """Type the command."""
    return CliRunner().invoke(app, ["topics", "acls", *words], env={"CLIENT_SYNC_GROUP": "our-group"})


def test_what_is_printed_is_what_the_table_says() -> None:
    """Each right once."""
    grants = [json.loads(line) for line in typed("--json").stdout.splitlines()]
    said = sorted(
        (grant["role"], name, operation)
        for grant in grants
        for name in (*grant["topics"], *filter(None, (grant["group"],)))
        for operation in grant["operations"]
    )
    table = sorted(
        (role, name, operation)
        for role in Role
        for name, operations in (*TOPICS[role].items(), ("our-group", IN_GROUP[role]))
        for operation in operations
    )

    assert said == table


def test_the_log_is_written_by_workers_alone_and_events_by_canopy() -> None:
    """Each topic of the table exists, and each of ours is somebody's."""
    writers = {
        name: {role for role in Role if Operation.WRITE in TOPICS[role].get(name, ())}
        for name in (LOG, CLIENT_EVENTS)
    }

    assert writers[LOG] == {Role.WORKER}
    assert Role.PRODUCER in writers[CLIENT_EVENTS]
    assert {name for rights in TOPICS.values() for name in rights} == {spec.name for spec in topic_specs(1)}


def test_a_principal_is_quoted_for_the_shell() -> None:
    """As a certificate names it; and the cluster's address and the administrator's file are those that were given."""
    lines = typed("--worker", "User:CN=sync worker,O=Firm", "--command-config", "a file").stdout.splitlines()
    words = [shlex.split(line) for line in lines]

    assert all(each[:5] == words[0][:5] and each[4] == "a file" for each in words)
    assert "User:CN=sync worker,O=Firm" in words[0]


@pytest.mark.parametrize("principal", ["sync", "User:*", "User:", "User:a\nb"])
def test_a_principal_that_is_none_is_refused(principal: str) -> None:
    """Above all the one that means everybody."""
    ended = typed("--gateway", principal)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "--gateway: expected TYPE:NAME" in ended.stderr
