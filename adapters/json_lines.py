"""One JSON object a line, for jq and programs: the same bytes from the command line and from the API."""

import json

import orjson

from adapters.safe_text import safe


def json_line(facts: object) -> str:
    """Write JSON as orjson does, without the line's end, but for what it refuses: half of a character, as a file's name may hold."""
    return safe(json.dumps(facts, ensure_ascii=False, separators=(",", ":"), default=_as_orjson_does))


def _as_orjson_does(value: object) -> object:
    return orjson.loads(orjson.dumps(value))
