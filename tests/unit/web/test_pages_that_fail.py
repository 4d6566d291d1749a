"""A page that can't be shown says what is away, as the API would."""

from typing import cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from adapters.web.app import create_app
from adapters.web.console import add_console, visit
from adapters.web.parts import Parts
from domain.ports import KafkaAwayError
from domain.projection import StoreAwayError


async def test_it_says_which_of_the_two_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked for while Kafka was away may have arrived, and pressing again is safe; of the database that is not so."""
    app = create_app(cast(Parts, None))
    add_console(app)
    for error, sentence in (
        (KafkaAwayError("intents"), "pressing again never does it twice"),
        (StoreAwayError("away"), "The database gives no answer"),
    ):

        async def away(*_: object, error: Exception = error) -> web.StreamResponse:
            raise error

        monkeypatch.setattr(visit, "_visit", away)
        answer = await visit.page(away)(make_mocked_request("POST", "/firms/f-1/disconnect", app=app))
        assert answer.status == 503
        assert sentence in str(cast(web.Response, answer).text)
