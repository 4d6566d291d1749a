"""Whatever is sent to the API is read within the bounds, or refused with a problem that names what was expected."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import orjson
import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from adapters.store.cursors import WrongCursorError, cursor_of, number_key, text_key
from adapters.web.api.answering import _asked_before, _body, _ids, _if_match, _query
from adapters.web.api.operations import Nothing, Operation
from adapters.web.api.positions import read_position
from adapters.web.app import OPERATIONS
from adapters.web.console.clock import Clock, zone_named
from adapters.web.parts import Parts
from adapters.web.problems import Problem
from domain.bounds import BY_NAME, CLIENT, CUSTOMER, IDS, MOST_NUMBER, Bound
from domain.ids import FirmId
from tests import hostile

ASKED = make_mocked_request("GET", "/")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WITH_BODY = [each for each in OPERATIONS if each.body is not Nothing]
WITH_QUERY = [each for each in OPERATIONS if each.query is not Nothing]


def _named(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _within(model: BaseModel) -> bool:
    return all(_fits(value) for value in model.model_dump().values())


def _fits(value: object) -> bool:
    if isinstance(value, dict):
        return all(_fits(each) for each in value.values())
    return isinstance(value, bool) or not isinstance(value, int) or 0 <= value <= MOST_NUMBER


def _bodies(operation: Operation) -> st.SearchStrategy[Any]:
    """Give objects with the names that the operation knows."""
    return st.dictionaries(st.sampled_from(list(operation.body.model_fields)), hostile.values, max_size=5)


@pytest.mark.parametrize("operation", WITH_BODY, ids=_named)
@given(data=st.data())
def test_a_body_is_within_the_bounds_or_refused(operation: Operation, data: st.DataObject) -> None:
    """With numbers of any size, and texts where numbers are due."""
    body = data.draw(_bodies(operation))
    with suppress(Problem):
        assert _within(_body(operation, _json(body)))


def _json(body: object) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:
        return str(body).replace("'", '"').encode()


@pytest.mark.parametrize("operation", WITH_QUERY, ids=_named)
@given(data=st.data())
def test_a_query_is_within_the_bounds_or_refused(operation: Operation, data: st.DataObject) -> None:
    """Also with what no address can hold."""
    names = st.sampled_from(list(operation.query.model_fields))
    query = data.draw(st.dictionaries(names, hostile.texts, max_size=5))
    request = ASKED.clone(rel_url=ASKED.rel_url.with_query(query))
    with suppress(Problem):
        assert _within(_query(operation, request))


@pytest.mark.parametrize("number", [2**63, 10**22, -1, 1.0, True, "3"])
@pytest.mark.parametrize("name", ["link_version", "customer_sync_token", "version"])
def test_a_version_is_a_whole_number_of_63_bits(name: str, number: object) -> None:
    """Anything else got a 500, or was taken for another number."""
    for operation in WITH_BODY:
        if name in operation.body.model_fields:
            required = {"customer_id": "58"} if "customer_id" in operation.body.model_fields else {}
            with pytest.raises(Problem) as refused:
                _body(operation, _json(required | {name: number}).replace(b"True", b"true"))
            assert (refused.value.status, name in (refused.value.advice or "")) == (422, True)


@pytest.mark.parametrize("odd", ["9" * 5000, "9" * 201, "", "5\0", "58\n"], ids=len)
def test_an_id_that_is_sent_can_be_or_is_refused(odd: str) -> None:
    """By its name, in every body and query: what is asked of another would get a 202, and never an answer."""
    tried = set()
    for operation in OPERATIONS:
        for shape in (operation.body, operation.query):
            for name in (each for each in shape.model_fields if BY_NAME.get(each) in IDS):
                tried.add(name)
                with pytest.raises(Problem) as refused:
                    _sent(operation, shape, {name: odd})
                assert (refused.value.status, f"{name}: String should" in (refused.value.advice or "")) == (
                    422,
                    True,
                )
    assert tried >= {"customer_id", "question"}


def _sent(operation: Operation, shape: type[BaseModel], values: dict[str, str]) -> BaseModel:
    if shape is operation.body:
        return _body(operation, _json(values))
    request = make_mocked_request("GET", "/")
    request._rel_url = request.rel_url.with_query(values)
    return _query(operation, request)


@pytest.mark.parametrize(("name", "bound"), [("client", CLIENT), ("customer", CUSTOMER)])
@given(id_=hostile.texts)
@example(id_="9" * 5000)
@example(id_="58\n")
def test_an_id_in_an_address_can_be_or_is_unknown(name: str, bound: Bound, id_: str) -> None:
    """What is asked of an id that can't be would get a 202, and never an answer.

    One name at a time: beside another that can't be, each would be refused for the other's sake.
    """
    try:
        _ids(make_mocked_request("GET", "/", match_info={name: id_}))
    except Problem as problem:
        assert (problem.status, bound.holds(id_)) == (404, False)  # noqa: PT017
    else:
        assert bound.holds(id_)


@given(st.text(max_size=25) | hostile.texts | st.integers(0).map(str))
def test_a_header_that_cannot_be_is_refused(text: str) -> None:
    """A version to match, and a place in the log."""
    sent = text.encode("utf-8", "replace").decode().translate({10: " ", 13: " ", 0: " "})
    with suppress(Problem):
        version = _if_match(make_mocked_request("PATCH", "/", headers={"If-Match": sent}))
        assert version is None or 0 <= version <= MOST_NUMBER
    with suppress(Problem):
        assert read_position(text).next_offset <= MOST_NUMBER


@pytest.mark.parametrize("sent", ["9" * 5000, str(2**63), "-1", "1.0", "3 4"])
def test_a_version_to_match_is_a_whole_number_of_63_bits(sent: str) -> None:
    """Python takes its time over thousands of digits, and then refuses them."""
    with pytest.raises(Problem) as refused:
        _if_match(make_mocked_request("PATCH", "/", headers={"If-Match": sent}))

    assert (refused.value.status, refused.value.code) == (400, "wrong_if_match")


@pytest.mark.parametrize("sent", ["p3:" + "9" * 40, f"p3:{2**63}", f"p{2**63}:7", "p-1:7", "p3:", "p3:7.0"])
def test_a_place_in_the_log_is_two_whole_numbers_of_63_bits(sent: str) -> None:
    """Nothing could lie there, so nobody has been given it."""
    with pytest.raises(Problem) as refused:
        read_position(sent)

    assert (refused.value.status, refused.value.code) == (400, "wrong_position")


@pytest.mark.parametrize("sent", ["k-ü", "k\udce9", "k\t1", "k" * 201])
async def test_a_key_that_cannot_be_is_refused(sent: str) -> None:
    """Before anything is made of it: what is no text could be neither kept nor written to Kafka."""
    request = make_mocked_request("POST", "/")

    with pytest.raises(Problem) as refused:
        await _asked_before(cast(Parts, None), FirmId("f-1"), sent, request, b"{}")

    assert (refused.value.status, refused.value.code) == (400, "wrong_idempotency_key")


@given(
    st.text(max_size=30) | st.lists(hostile.numbers | hostile.texts, max_size=3).map(_json).map(bytes.decode)
)
def test_a_cursor_is_ours_or_is_refused(text: str) -> None:
    """Its numbers go into a query of the database, which takes 64 bits."""
    for cursor in (text, _encoded(text)):
        for length in (1, 2, 3):
            with suppress(WrongCursorError):
                assert all(abs(part) <= MOST_NUMBER for part in number_key(cursor, length))
        with suppress(WrongCursorError):
            text_key(cursor)


def _encoded(text: str) -> str:
    try:
        return cursor_of(*orjson.loads(text))
    except (TypeError, orjson.JSONDecodeError):
        return text


@given(
    st.datetimes() | st.sampled_from([datetime.min, datetime.max]),  # noqa: DTZ901
    st.none() | st.integers(-14, 14),
    st.sampled_from(["America/Los_Angeles", "Pacific/Kiritimati", "UTC", "nowhere"]),
)
def test_any_time_can_be_shown(local: datetime, hours: int | None, zone: str) -> None:
    """Older rows hold times that no other zone can tell, and one of them broke the page for everybody."""
    then = local if hours is None else local.replace(tzinfo=timezone(timedelta(hours=hours)))
    clock = Clock(NOW, zone_named(zone))

    assert all(say(then) for say in (clock.ago, clock.date, clock.day, clock.time, clock.whole))
