"""The API describes itself, and all that it describes is there."""

import json
import re

from adapters.web.app import OPERATIONS
from adapters.web.openapi import openapi
from adapters.web.operations import Nothing
from adapters.web.people import Role


def test_every_operation_is_described() -> None:
    """With its path parameters."""
    described = openapi(OPERATIONS, "1")["paths"]

    for operation in OPERATIONS:
        said = described[operation.path][operation.method.lower()]
        named = {each["name"] for each in said["parameters"] if each["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", operation.path))
        assert ("requestBody" in said) == (operation.body is not Nothing)


def test_no_reference_leads_nowhere() -> None:
    """Each named schema is among the components."""
    description = openapi(OPERATIONS, "1")

    named = set(re.findall(r"#/components/schemas/([\w.-]+)", json.dumps(description)))

    assert named <= set(description["components"]["schemas"])


def test_who_only_reads_changes_nothing() -> None:
    """Everything but GET takes a manager; the dead letters an operator."""
    for operation in OPERATIONS:
        if operation.method != "GET":
            assert operation.role >= Role.MANAGER
        if "dead-letters" in operation.path:
            assert operation.role is Role.OPERATOR


def test_each_path_says_what_becomes_of_who_asks_too_often() -> None:
    """The event stream's too."""
    described = openapi(OPERATIONS, "1")["paths"]

    for path in described.values():
        for operation in path.values():
            assert "application/problem+json" in operation["responses"]["429"]["content"]
