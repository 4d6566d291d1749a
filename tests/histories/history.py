"""A recorded history: inputs in their order, each with the records of `sync.log` that it led to.

One JSON object a line. The records are written by the engine's own writer, as a broker would hold them, so reading a
history back also shows that a newer version still reads the log of an older one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import Discriminator, TypeAdapter

from domain import inputs
from domain.ids import EffectId
from domain.inputs import Input, Outcome
from domain.outcomes import Result
from streams.wire.records import LogRecord, decode
from tests.simulation.simulation import Simulation

FOLDER = Path(__file__).parent
_RESULT: TypeAdapter[Result] = TypeAdapter(Annotated[Result, Discriminator("kind")])


@dataclass(frozen=True, slots=True)
class Step:
    """One input, what was known to have begun then, and the records that it led to."""

    given: Input
    started: frozenset[EffectId]
    records: tuple[LogRecord, ...]


def lines_of(company: Simulation, most: int) -> Iterator[bytes]:
    """Write down the first believed decisions of a run, which was played to be recorded."""
    decided = (
        (entry, part, part.cause)
        for entry in company.entries
        for part in entry.parts
        if part.cause is not None
    )
    for entry, part, cause in islice(decided, most):
        given = company.topics[cause.topic].messages[cause.partition][cause.offset].given
        yield orjson.dumps(
            {
                "kind": type(given).__name__,
                "given": given,
                "started": entry.started,
                "records": [orjson.Fragment(value) for _, value in part.lines],
            },
            option=orjson.OPT_NON_STR_KEYS,
        )


def names() -> list[str]:
    """Name all histories."""
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def write(name: str, lines: Iterable[bytes]) -> int:
    """Keep a history; gives the number of its decisions."""
    written = list(lines)
    (FOLDER / f"{name}.jsonl").write_bytes(b"\n".join(written) + b"\n")
    return len(written)


def read(name: str) -> Iterator[Step]:
    """Read a history back."""
    return steps_in((FOLDER / f"{name}.jsonl").read_bytes())


def steps_in(lines: bytes) -> Iterator[Step]:
    """Read what was written of a history."""
    for line in lines.splitlines():
        step = orjson.loads(line)
        records = tuple(decode(orjson.loads(orjson.dumps(record))) for record in step["records"])
        yield Step(_given(step["kind"], step["given"]), frozenset(step["started"]), records)


def _given(kind: str, data: dict[str, Any]) -> Input:
    if kind == "Outcome":
        result = _RESULT.validate_python(data["result"])
        return Outcome(**{**data, "result": result})
    given: Input = TypeAdapter(getattr(inputs, kind)).validate_python(data)
    return given
