"""Who may do what with our topics: the one source of `client-sync topics acls`, and of the table in `docs/kafka-access.md`.

Kafka lets who may read or write a topic describe it too, and who may read in a group describe that, so neither is named twice.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from streams.wire.topics import CLIENT_EVENTS, DEAD_LETTERS, INPUTS, INTENTS, LOG, NOTIFICATIONS, OUTCOMES


class Role(StrEnum):
    """Who comes to Kafka; each is a principal of its own, or several of them are one."""

    WORKER = "worker"
    GATEWAY = "gateway"
    PRODUCER = "producer"  # Canopy's
    OPERATOR = "operator"  # who types commands


class Operation(StrEnum):
    """Kafka's own names of what may be allowed."""

    READ = "Read"
    WRITE = "Write"
    DESCRIBE = "Describe"
    DESCRIBE_CONFIGS = "DescribeConfigs"
    CREATE = "Create"


Rights = Mapping[str, tuple[Operation, ...]]

_READ, _WRITE, _BOTH = (Operation.READ,), (Operation.WRITE,), (Operation.READ, Operation.WRITE)
_CHECK, _MAKE = (Operation.DESCRIBE_CONFIGS,), (Operation.DESCRIBE_CONFIGS, Operation.CREATE)

TOPICS: Mapping[Role, Rights] = {
    Role.WORKER: {
        CLIENT_EVENTS: _READ + _CHECK,
        NOTIFICATIONS: _READ + _CHECK,
        INTENTS: _READ + _CHECK,
        OUTCOMES: _BOTH + _CHECK,
        LOG: _BOTH + _CHECK,
        DEAD_LETTERS: _WRITE + _CHECK,
    },
    Role.GATEWAY: {
        CLIENT_EVENTS: _BOTH,
        NOTIFICATIONS: _BOTH,
        INTENTS: _BOTH,
        OUTCOMES: _BOTH,
        LOG: _READ,
        DEAD_LETTERS: _BOTH,
    },
    Role.PRODUCER: {CLIENT_EVENTS: _WRITE},
    Role.OPERATOR: {
        **dict.fromkeys(INPUTS, _BOTH + _MAKE),
        LOG: _READ + _MAKE,
        DEAD_LETTERS: _BOTH + _MAKE,
    },
}

IN_GROUP: Mapping[Role, tuple[Operation, ...]] = {
    Role.WORKER: _READ,
    Role.GATEWAY: (Operation.DESCRIBE,),
    Role.PRODUCER: (),
    Role.OPERATOR: (Operation.DESCRIBE,),
}
"""What each may do in the workers' consumer group."""

REASONS: Mapping[Role, tuple[str, ...]] = {
    Role.WORKER: (
        "reads its inputs as a member of the group, and decides them into the log",
        "writes outcomes, which are inputs again, and parks what can't be used",
        "compares the topics' settings with ours at its start",
    ),
    Role.GATEWAY: (
        "writes intents and notifications, reads the log, and sees whether the group has members and what waits for it undecided",
        "keeps the list of dead letters, and parks webhooks that it can't use",
        "sends a dead letter again, to the topic it came by, and reads there whether it has been sent",
    ),
    Role.PRODUCER: ("tells what happened to a client, and nothing else",),
    Role.OPERATOR: (
        "creates and compares topics; the log is written by workers alone",
        "asks for what people ask for, and settles dead letters, as a gateway does",
        "looks where log and group stand (status, verify)",
    ),
}
"""What each does with these rights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One command: a principal may do these things with these topics, or with this group."""

    role: Role
    principal: str
    operations: tuple[Operation, ...]
    topics: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """How the commands reach Kafka. `config`: the file with the administrator's login."""

    bootstrap: str
    config: str


def grants(principals: Mapping[Role, str], group: str) -> Iterator[Grant]:
    """Give what has to be allowed, and nothing beyond that: one grant for all topics with the same rights."""
    for role, principal in principals.items():
        rights = sorted(TOPICS[role].items(), key=lambda right: right[1])
        for operations, alike in groupby(rights, key=lambda right: right[1]):
            topics = tuple(name for name, _ in alike)
            yield Grant(role=role, principal=principal, operations=operations, topics=topics)
        if IN_GROUP[role]:
            yield Grant(role=role, principal=principal, operations=IN_GROUP[role], group=group)


def command(grant: Grant, admin: Admin) -> str:
    """Write a grant for Kafka's own tool, as a shell reads it."""
    words = ["kafka-acls.sh", "--bootstrap-server", admin.bootstrap, "--command-config", admin.config]
    words += ["--add", "--allow-principal", grant.principal]
    for operation in grant.operations:
        words += ["--operation", operation]
    for topic in grant.topics:
        words += ["--topic", topic]
    if grant.group is not None:
        words += ["--group", grant.group]
    return shlex.join(words)
