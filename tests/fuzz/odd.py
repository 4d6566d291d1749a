"""Odd values, and where they go: up to eight of them into one JSON value that would be fine without them.

Most are drawn from a list, since drawing is what a run spends its time on; some are anything at all.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import orjson
from hypothesis import strategies as st

from tests import hostile

CANARY = "Quincy Canarywright €"
"""A client's value, wherever it stands: no log line and no dead letter's header may repeat it."""


def _nested(depth: int) -> Any:
    value: Any = CANARY
    for n in range(depth):
        value = [value] if n % 2 else {"a": value}
    return value


TEXTS = (
    *(
        "",
        " ",
        "\t",
        ".",
        "..",
        "/",
        "*",
        "%",
        "%2F",
        "%00",
        "a\0b",
        "\0",
        "\x1b[31m",
        "\x7f",
        "\u202e",
        "\ufeff",
    ),
    *(
        "\ud800",
        "x\udfff",
        "\U0001f600" * 60,
        "e\u0301",
        "ﬀ",
        "İ",
        "ß",
        "\U0001d7d9",
        "١٢٣",
        "\u2028",
        "\r\nA: b",
        "a\nb",
    ),
    *(
        "null",
        "true",
        "NaN",
        "Infinity",
        "nan",
        "0x10",
        "1e5",
        "-1",
        "00",
        "1.0",
        "+5",
        "9" * 18,
        "9" * 19,
        "9" * 40,
    ),
    *(
        "f-1/7",
        "f-2",
        "../../etc/passwd",
        "link/f-1/c-1",
        "all/0",
        "firm/f-1",
        "user:",
        "user:x",
        "user:\0",
        "system:x",
    ),
    *(
        "'; DROP TABLE links; --",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "{0.__class__}",
        "%s%n",
        "${jndi:x}",
        "\\",
    ),
    *(
        'W/"3"',
        "p0:1",
        "p999999:1",
        "p0:999999999999999999",
        "Bearer dev-manager",
        "chunked",
        "gzip",
        "identity",
    ),
    *(
        "58",
        "c-1001",
        "91",
        "Create",
        "Delete",
        "Merge",
        "Void",
        "deferred",
        "customer_saved",
        "failed",
        "link",
    ),
    *("x" * n for n in (61, 101, 201, 256, 1001, 4001, 8200, 20_000)),
    *("é" * 500, "\u0000" * 300, "a" * 127 + "\ud83d", CANARY, CANARY * 30),
    *("00-" + "0" * 32 + "-" + "0" * 16 + "-00", "00-" + "a" * 32 + "-" + "b" * 16 + "-01", "00-ü-x-01"),
    *hostile.TIMES,
    *(
        "2026-02-30T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T10:00:00.123456789Z",
        "-2026-11-23T10:00:00Z",
    ),
    *(
        "20261123T100000Z",
        "2026-11-23T10:00:00+00:00:01",
        "2000-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ),
)
NUMBERS = (
    *hostile.EDGES,
    *(1, 2, -2, 99, 2**31 - 1, 2**32, 2**53 + 1, 2**63 - 2, int("9" * 30), -int("9" * 30), 10**300),
    *(0.0, -0.0, 0.1, 1.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), float("-inf")),
)
OTHERS: tuple[Any, ...] = (
    *(None, True, False, [], {}, [None], [[]], [[1]], {"a": {}}, {"": ""}, {"kind": None}, {"kind": "link"}),
    *({"a\0b": 1}, {"\ud800": 1}, {"x" * 5000: 1}, {CANARY: CANARY}, {"__proto__": {"a": 1}}, {"$ref": "#"}),
    *([CANARY] * 3, list(range(300)), [{}] * 200, {str(n): n for n in range(200)}, [0] * 5, ["58"] * 101),
    *(_nested(depth) for depth in (1, 19, 20, 21, 40, 200, 900)),
)
CORPUS: tuple[Any, ...] = (*OTHERS, *NUMBERS, *TEXTS)
NAMES = ("more", "", "kind", "schema", "reason", "id", "\0", "\ud800", "x" * 5000, CANARY)
"""Of what is added to an object."""

How = Literal["replaced", "removed", "added"]
HOW: tuple[How, ...] = ("replaced",) * 6 + ("removed", "added")


@dataclass(frozen=True, slots=True)
class Change:
    """One hostile value. `place`: which of the places that there are, counted around."""

    place: int
    how: How
    value: Any


@st.composite
def _changes(draw: st.DrawFn) -> Change:
    number = draw(st.integers(0, len(CORPUS) + len(CORPUS) // 20))
    value = CORPUS[number] if number < len(CORPUS) else draw(hostile.values)
    return Change(draw(st.integers(0, 2000)), HOW[draw(st.integers(0, len(HOW) - 1))], value)


changes = st.lists(_changes(), max_size=2) | st.lists(_changes(), max_size=8)
"""Up to eight values for one message; often so few that the rest of it is read too."""


class Template:
    """A JSON value that is fine. `about`: what a door has to know of it."""

    def __init__(self, value: Any, about: Any = None) -> None:
        self.value = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
        self.about = about

    @cached_property
    def places(self) -> tuple[tuple[str | int, ...], ...]:
        """Name all places in it."""
        return tuple(hostile.places(orjson.loads(self.value)))

    def spoilt(self, wanted: list[Change]) -> tuple[Any, int]:
        """Give the value with these changes, and how many of them found their place."""
        value = orjson.loads(self.value)
        return value, sum(self._change(value, change) for change in wanted)

    def _change(self, value: Any, change: Change) -> bool:
        *above, name = self.places[change.place % len(self.places)]
        place = value
        try:
            for each in above:
                place = place[each]
            place[name]
        except (KeyError, IndexError, TypeError):
            return False  # a change before this one has taken it away
        if not _has_places(place):
            return False
        if change.how == "removed":
            del place[name]
        elif change.how == "added" and isinstance(place, dict):
            place[NAMES[change.place % len(NAMES)]] = change.value
        else:
            place[name] = change.value
        return True


def _has_places(value: object) -> bool:
    return isinstance(value, dict | list)


def written(value: Any) -> bytes:
    """Write JSON as anybody might: with NaN, and without an end to its numbers."""
    return json.dumps(value).encode()


def _cut(share: float) -> Callable[[bytes], bytes]:
    return lambda value: value[: int(len(value) * share)]


def _in_the_middle(more: bytes) -> Callable[[bytes], bytes]:
    return lambda value: value[: len(value) // 2] + more + value[len(value) // 2 :]


BYTES: tuple[Callable[[bytes], bytes], ...] = (
    *map(_cut, (0.0, 0.1, 0.5, 0.9, 0.99)),
    *map(
        _in_the_middle,
        (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0", b"\xf4\x90\x80\x80", b"}", b'"', b"[" * 1000),
    ),
    lambda value: b"\xef\xbb\xbf" + value,
    lambda value: value + value,
    lambda value: value + b"\n\n",
    lambda value: b"[" * 100_000 + value,
    lambda value: b'{"a":' * 2000 + value + b"}" * 2000,
    lambda value: value.decode("utf-8", "replace").encode("utf-16"),
    lambda value: value.replace(b":", b": ").replace(b"1", b"1" * 30),
    lambda value: value.replace(b'"', b"'"),
    lambda value: bytes(255 - byte for byte in value[:500]),
    lambda value: value[:-1] + b',"id":"again","data":null}',
)
"""What may happen to a message that is written already."""

maybe_bytes = st.integers(0, len(BYTES) * 12).map(lambda number: number if number < len(BYTES) else None)
"""Which of these happens; mostly none."""
