"""How a command ends says what came of it: a script need not read the sentence."""

import pytest
import structlog
import typer
from aiokafka.errors import KafkaConnectionError

from adapters.store.migration import NewerDatabaseError
from deploy.settings import Settings
from deploy.terminal import NotDecidedError, done
from domain.ports import KafkaAwayError
from domain.projection import StoreAwayError


class RefusedError(Exception):
    """Something that a command expects."""


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (RefusedError("no such thing"), 1),
        (NewerDatabaseError("a newer version was here"), 1),
        (PermissionError(13, "Permission denied", "/data"), 1),
        (NotDecidedError("taken in"), 3),
        (KafkaConnectionError("refused"), 4),
        (KafkaAwayError("sync.intents: TimeoutError"), 4),
        (TimeoutError(), 4),
        (StoreAwayError("refused"), 4),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else str(each),
)
def test_each_end_has_its_code(raised: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """1 refused, 3 taken in and not decided yet, 4 Kafka or the database is away; with a sentence, and no more."""

    async def work() -> None:
        raise raised

    with pytest.raises(typer.Exit) as ended:
        done(Settings(), work(), RefusedError)

    said, complained = capsys.readouterr()
    assert ended.value.exit_code == code
    assert said == ""
    assert complained.strip()
    assert "Traceback" not in complained


def test_what_is_logged_on_the_way_is_no_part_of_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs read the answer, and an adapter may log that somebody is away."""
    structlog.reset_defaults()

    async def work() -> None:
        structlog.get_logger().warning("quickbooks_unreachable")

    done(Settings(), work())

    said, complained = capsys.readouterr()
    assert said == ""
    assert "quickbooks_unreachable" in complained


def test_a_bug_is_not_hidden() -> None:
    """What nobody expects is raised as it is."""

    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        done(Settings(), work(), RefusedError)
