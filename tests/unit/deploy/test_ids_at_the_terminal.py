"""What no firm, client or company can be called is wrong use of a command, said before anything is started."""

import pytest
from typer.testing import CliRunner

from deploy.cli import app

ODD = ("f/9", "f 9", "..", "f\n", "*", "x" * 201)
WHY = ["--reason", "why not"]


@pytest.mark.parametrize(
    "pair", [*(f"{odd}=91" for odd in ODD), "f-7=../../x", "f-8=abc", "f-8=", "=91", "f-8"]
)
def test_connect_takes_no_firm_or_company_that_cannot_be(pair: str) -> None:
    """A slash in a firm's id is what its rows' keys are told apart by, and a company is a number."""
    told = CliRunner().invoke(app, ["connect", pair])

    assert told.exit_code == 2
    assert "Expected FIRM=REALM" in told.output


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "command",
    [
        ["pause", *WHY, "--firm", "{}"],
        ["resume", *WHY, "--firm", "{}"],
        ["why", "{}", "c-1"],
        ["timeline", "{}", "c-1"],
        ["restore", *WHY, "{}", "c-1"],
        ["disconnect", "{}"],
    ],
    ids=lambda command: command[0],
)
def test_no_command_takes_a_firm_that_cannot_be(command: list[str], odd: str) -> None:
    """It would be written to Kafka, parked there, and waited for in vain."""
    told = CliRunner().invoke(app, [part.format(odd) for part in command])

    assert told.exit_code == 2
    assert "letters, digits" in " ".join(told.output.replace("│", " ").split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["why", "f-1", ".."],
        ["timeline", "f-1", "c\x1b[31m"],
        ["restore", "f-1", "x" * 201, *WHY],
        ["restore", "f-1", "c-1", "--to", str(2**63), *WHY],
        ["restore", "f-1", "c-1", "--to", "0", *WHY],
        ["pause", "--all", "--reason", "x" * 1001],
    ],
)
def test_nothing_out_of_bounds_is_taken(arguments: list[str]) -> None:
    """Clients, versions and reasons."""
    assert CliRunner().invoke(app, arguments).exit_code == 2
