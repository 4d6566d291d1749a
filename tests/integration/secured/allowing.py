"""Allows in Kafka what a command says, as its own tool `kafka-acls.sh` does it, which is in none of our packages."""

import argparse
import shlex
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

# From Kafka's AclOperation, ResourceType, PatternType and AclPermissionType.
OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8, "DescribeConfigs": 10}
TOPIC, GROUP, LITERAL, ALLOW = 2, 3, 3, 3


def read(command: str) -> argparse.Namespace:
    """Read one as the tool does; whatever it would not know ends the test."""
    options = argparse.ArgumentParser(exit_on_error=False)
    for name in ("--bootstrap-server", "--command-config", "--allow-principal"):
        options.add_argument(name, required=True)
    options.add_argument("--add", action="store_true", required=True)
    for name in ("--operation", "--topic", "--group"):
        options.add_argument(name, action="append", default=[])
    tool, *words = shlex.split(command)
    assert tool == "kafka-acls.sh"
    return options.parse_args(words)


async def allow(bootstrap: str, commands: list[str]) -> None:
    """Do what these say."""
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        for asked in map(read, commands):
            for kind, names in ((TOPIC, asked.topic), (GROUP, asked.group)):
                for name in names:
                    for operation in asked.operation:
                        answer = await admin._send_request(
                            CreateAclsRequest(
                                kind, name, LITERAL, asked.allow_principal, "*", OPERATIONS[operation], ALLOW
                            )
                        )
                        ((code, message),) = answer.creation_responses
                        assert code == 0, message
    finally:
        await admin.close()
