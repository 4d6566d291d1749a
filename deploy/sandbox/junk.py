"""Spoils an answer: what real services were seen to send, or might, on a bad day.

Each way is one that a client has to survive: numbers beyond any machine's, times beyond the calendar, records without
what they must have, JSON of another shape, JSON cut off, a page instead of JSON, JSON nested without end.
"""

from collections.abc import Callable

import orjson

Json = object
_NUMBERS = frozenset({"SyncToken", "version"})
_TIMES = frozenset({"CreateTime", "LastUpdatedTime", "created_at", "updated_at"})
_MUST_HAVE = frozenset({"MetaData", "SyncToken", "version", "type"})
_TEXTS = frozenset({"DisplayName", "display_name", "FreeFormNumber", "phone"})
DEEP = 20_000


def spoil(body: bytes, turn: int) -> bytes:
    """Spoil an answer in one of the ways, `turn` after `turn`; what is no JSON is cut off."""
    try:
        parsed: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body[: len(body) // 2]
    return _WAYS[turn % len(_WAYS)](parsed)


def _each(value: Json, change: Callable[[str, Json], Json | None]) -> Json:
    """Rebuild a JSON value; `change` says what a key holds from now on, None: the key goes."""
    if isinstance(value, list):
        return [_each(each, change) for each in value]
    if isinstance(value, dict):
        changed = {key: change(key, each) for key, each in value.items()}
        return {key: _each(each, change) for key, each in changed.items() if each is not None}
    return value


def _huge_numbers(parsed: Json) -> bytes:
    # Behind orjson, which writes no number beyond 64 bits: as text, as QuickBooks has its tokens.
    return orjson.dumps(_each(parsed, lambda key, each: "9" * 30 if key in _NUMBERS else each))


def _negative_numbers(parsed: Json) -> bytes:
    return orjson.dumps(_each(parsed, lambda key, each: -1 if key in _NUMBERS else each))


def _beyond_the_calendar(parsed: Json) -> bytes:
    late = "9999-12-31T23:59:59-12:00"
    return orjson.dumps(_each(parsed, lambda key, each: late if key in _TIMES else each))


def _incomplete(parsed: Json) -> bytes:
    return orjson.dumps(_each(parsed, lambda key, each: None if key in _MUST_HAVE else each))


def _other_types(parsed: Json) -> bytes:
    return orjson.dumps(_each(parsed, lambda key, each: {"value": [each]} if key in _TEXTS else each))


def _longest_texts(parsed: Json) -> bytes:
    return orjson.dumps(_each(parsed, lambda key, each: "\u202ex" * 50_000 if key in _TEXTS else each))


def _a_list(parsed: Json) -> bytes:
    return orjson.dumps([parsed])


def _nothing(_: Json) -> bytes:
    return b"null"


def _cut_off(parsed: Json) -> bytes:
    whole = orjson.dumps(parsed)
    return whole[: len(whole) * 2 // 3]


def _a_page(_: Json) -> bytes:
    return b"<html><body>Sign in to go on</body></html>"


def _deep(_: Json) -> bytes:
    return b"[" * DEEP + b"]" * DEEP


def _no_utf8(parsed: Json) -> bytes:
    return orjson.dumps(parsed).replace(b'":"', b'":"\xff\xfe', 1)


_WAYS = (
    _huge_numbers,
    _incomplete,
    _beyond_the_calendar,
    _cut_off,
    _other_types,
    _a_page,
    _negative_numbers,
    _a_list,
    _longest_texts,
    _nothing,
    _deep,
    _no_utf8,
)
