"""Which servers tests run against is said by the environment, and nothing is replaced in silence."""

import pytest

from tests.integration.servers import NoEngineError, source_of


@pytest.mark.parametrize("engine", [True, False])
@pytest.mark.parametrize("asked", [None, "", "0"])
def test_without_being_asked_for_containers_there_are_none(asked: str | None, engine: bool) -> None:
    """Also where an engine would answer: packages are quicker."""
    assert source_of(None, asked, engine=engine) == "package"


@pytest.mark.parametrize("engine", [True, False])
@pytest.mark.parametrize("asked", [None, "1"])
def test_an_address_goes_before_everything(asked: str | None, engine: bool) -> None:
    """Who names a server means that one."""
    assert source_of("host:9092", asked, engine=engine) == "given"


def test_containers_are_used_where_they_are_asked_for_and_an_engine_answers() -> None:
    """Both are needed."""
    assert source_of(None, "1", engine=True) == "container"


def test_asking_for_containers_without_an_engine_is_an_error() -> None:
    """Tests against other servers would look as if the containers had been tested."""
    with pytest.raises(NoEngineError, match="no Docker engine answers"):
        source_of(None, "1", engine=False)


def test_a_word_that_means_nothing_is_an_error() -> None:
    """A misspelt intent is still an intent."""
    with pytest.raises(ValueError, match="expected 1"):
        source_of(None, "yes", engine=True)
