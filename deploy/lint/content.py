"""A file of events, taken apart: one event, an array of them, or one a line."""

import orjson

from domain.bounds import too_deep


def events_in(content: bytes) -> list[bytes]:
    """Give the bytes of each event. What is no JSON is given as it is, for the reader to say so."""
    try:
        whole = orjson.loads(content)
    except orjson.JSONDecodeError:
        lines = [line for line in content.splitlines() if line.strip()]
        # Of a broken file, one whose first line is an event by itself was meant to have one a line.
        return lines if lines and _is_object(lines[0]) else [content]
    # Of what is too deep nobody can write a part again; the reader says what is wrong with it.
    return (
        [orjson.dumps(each) for each in whole]
        if isinstance(whole, list) and not too_deep(whole)
        else [content]
    )


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False
