"""How many may listen at once is bounded, for each person and for all, and who goes makes room."""

from contextlib import ExitStack
from typing import cast

import pytest

from adapters.web.api import open_streams
from adapters.web.api.open_streams import OpenStreams
from adapters.web.problems import Problem
from domain.projection import Listening

NOBODY = cast(Listening, None)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of a person, three of all."""
    monkeypatch.setattr(open_streams, "MOST_OF_A_PERSON", 2)
    monkeypatch.setattr(open_streams, "MOST_STREAMS", 3)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("open_already", "status"), [(["ann", "ann"], 429), (["bob", "bob", "cy"], 503)], ids=["of one", "of all"]
)
def test_one_too_many_is_told_so_until_another_has_gone(open_already: list[str], status: int) -> None:
    """Whoever has too many themselves is told that; else there are too many of all."""
    streams = OpenStreams()
    with ExitStack() as there:
        for person in open_already[1:]:
            there.enter_context(streams.open(f"{person}'s", person, NOBODY))
        with streams.open("first", open_already[0], NOBODY):
            with pytest.raises(Problem) as refused, streams.open("ann's", "ann", NOBODY):
                pass
            assert (refused.value.status, refused.value.code) == (status, "too_many_streams")

        with streams.open("ann's", "ann", NOBODY):
            pass
