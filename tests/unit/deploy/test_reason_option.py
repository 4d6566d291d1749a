"""A reason at a terminal is words, and no more than the log keeps."""

import pytest
from typer.testing import CliRunner

from deploy.cli import app

FOR = (("pause", "--all"), ("resume", "--firm", "f-1"), ("restore", "f-1", "c-1"))


@pytest.mark.parametrize("reason", ["", " \t", "\x1b", "x" * 501], ids=("none", "blank", "control", "long"))
@pytest.mark.parametrize("command", FOR, ids=lambda command: command[0])
def test_a_reason_that_says_nothing_or_too_much_is_wrong_use(command: tuple[str, ...], reason: str) -> None:
    """It ends before anything is asked for, and says what was expected."""
    ended = CliRunner().invoke(app, [*command, "--reason", reason])

    assert ended.exit_code == 2
    assert "500 characters" in " ".join(ended.output.split())
