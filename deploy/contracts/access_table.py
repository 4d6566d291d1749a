"""`docs/kafka-access.md`: who may do what with our topics, as `client-sync topics acls` allows it."""

from collections.abc import Iterable

from deploy.kafka_access import IN_GROUP, REASONS, TOPICS, Operation, Role
from streams.wire.topics import topic_specs

HEAD = """# Who may do what in Kafka

<!-- Made from the code by `make docs`; a test compares them. -->

Give each of these its own login, and Kafka an authorizer (`StandardAuthorizer`, with which what is not allowed is refused). Then

    client-sync topics acls --worker User:sync-worker --gateway User:sync-gateway --producer User:canopy --operator User:sync-operator

prints the commands that allow exactly what this table says; one principal may stand for several. It runs none of them, and asks no Kafka. Whoever else follows `sync.log`
needs Read there, and Read in a group of their own.

"""

WORDS = {
    Operation.READ: "read",
    Operation.WRITE: "write",
    Operation.DESCRIBE: "look at",
    Operation.DESCRIBE_CONFIGS: "see settings",
    Operation.CREATE: "create",
}

TAIL = """
All of it is enough, and each of it is needed for some request (`tests/integration/secured/test_access.py`). Read and Write bring Describe along. *See settings* is Kafka's DescribeConfigs. Nobody needs a right on the cluster, but in Kafka before 2.8, where who writes
needs IdempotentWrite there. `client-sync log import` fills an empty log, so it is run with a worker's login; altering and deleting topics is for Kafka's own administrators.

What they do with it:

"""


def access_page() -> str:
    """Write the page."""
    rows = [
        _row(f"`{spec.name}`", (TOPICS[role].get(spec.name, ()) for role in Role)) for spec in topic_specs(1)
    ]
    group = _row("the group, `CLIENT_SYNC_GROUP`", (IN_GROUP[role] for role in Role))
    return f"{HEAD}{_heading()}{''.join(rows)}{group}{TAIL}{_reasons()}"


def _heading() -> str:
    names = [f"Canopy's {role}" if role is Role.PRODUCER else str(role) for role in Role]
    return f"| | {' | '.join(names)} |\n|---|{'---|' * len(names)}\n"


def _row(name: str, rights: Iterable[tuple[Operation, ...]]) -> str:
    cells = (", ".join(WORDS[operation] for operation in allowed) or "none" for allowed in rights)
    return f"| {name} | {' | '.join(cells)} |\n"


def _reasons() -> str:
    return "".join(f"* **{role}**: {'; '.join(REASONS[role])}.\n" for role in Role)
