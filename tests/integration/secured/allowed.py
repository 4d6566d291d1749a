"""What Kafka's authorizer has allowed whom, by its own log: a right that stands there was needed for a request."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.kafka_access import IN_GROUP, TOPICS, Role

OPTIONS = {"JAVA_TOOL_OPTIONS": "-Dorg.slf4j.simpleLogger.log.kafka.authorizer.logger=debug"}
"""With this in its environment a broker writes each decision down."""
LINE = re.compile(
    r"Principal = User:(\S+) is Allowed operation = (\w+) from .* on resource = (?:Topic|Group):LITERAL:(\S+) for"
)
Right = tuple[str, str, str]
"""Role, operation and the topic or group."""


def granted(group: str) -> Iterator[Right]:
    """List the rights of all roles, line by line of the table."""
    for role in Role:
        for topic, operations in TOPICS[role].items():
            yield from ((role.value, _spelled(each), topic) for each in operations)
        yield from ((role.value, _spelled(each), group) for each in IN_GROUP[role])


def used(log: Path, users: Mapping[Role, str]) -> set[Right]:
    """Give those that a request was allowed by. One that reading or writing brings along is none of them."""
    roles = {user: role.value for role, user in users.items()}
    found = (LINE.search(line) for line in log.read_text(errors="replace").splitlines())
    return {(roles[line[1]], _spelled(line[2]), line[3]) for line in found if line and line[1] in roles}


def _spelled(operation: str) -> str:
    return operation.replace("_", "").lower()
