"""All events of a file, each by itself and beside those before it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from deploy.lint.content import events_in
from deploy.lint.finding import Finding
from deploy.lint.reading import read_event
from deploy.lint.remarks import remarks_on
from domain.bounds import FIRM
from domain.inputs import ClientObserved
from streams.wire.inputs import partition_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """One event, counted from 1, and all that is to be said about it. `partition`: where its record belongs."""

    number: int
    id: str | None
    firm: str | None
    client: str | None
    partition: int | None
    findings: tuple[Finding, ...]

    @property
    def read(self) -> bool:
        """Whether the worker would read it."""
        return not any(finding.level == "error" for finding in self.findings)

    @property
    def right(self) -> bool:
        """Whether there is nothing to mend; a note is no fault."""
        return all(finding.level == "note" for finding in self.findings)

    def facts(self) -> dict[str, object]:
        """Write it as one JSON object."""
        return {**asdict(self), "read": self.read, "right": self.right}


@dataclass(slots=True)
class _Before:
    """What the events before have told."""

    versions: dict[tuple[str, str], tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    ids: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def remarks_on(self, event: Mapping[str, Any], seen: ClientObserved) -> Iterator[Finding]:
        """Compare with the last event of the same client, and with the one of the same id."""
        key = (seen.firm_id, seen.client.client_id)
        version, told = self.versions.get(key, (0, {}))
        again = told == event
        if seen.client.version <= version and not again:
            yield Finding(
                level="warning",
                path="$.data.version",
                said=f"an event of this client before it has version {version}: this one changes nothing",
                mend="let the version grow with every change, and write events in that order",
            )
        if self.ids.setdefault(str(event["id"]), event) != event:
            yield Finding(
                level="warning",
                path="$.id",
                said="another event has this id",
                mend="give each event an id of its own",
            )
        if seen.client.version > version:
            self.versions[key] = (seen.client.version, event)


def lint(content: bytes, partitions: int, now: datetime) -> list[Linted]:
    """Say of each event whether it is right, and where it belongs."""
    before = _Before()
    return [
        _linted(number, value, partitions, now, before) for number, value in enumerate(events_in(content), 1)
    ]


def _linted(number: int, value: bytes, partitions: int, now: datetime, before: _Before) -> Linted:
    read = read_event(value, partitions, now)
    seen = read.given if isinstance(read.given, ClientObserved) else None
    wrong = {each.path for each in read.problems}
    said = list(read.problems)
    if read.event:
        said += [each for each in remarks_on(read.event, seen) if each.path not in wrong]
    if seen is not None and not read.problems:
        said += before.remarks_on(read.event, seen)
    firm = read.event.get("firmid")
    firm = firm if isinstance(firm, str) and FIRM.holds(firm) else None
    data = read.event.get("data")
    return Linted(
        number=number,
        id=_text(read.event.get("id")),
        firm=firm,
        client=_text(data.get("client_id")) if isinstance(data, dict) else None,
        partition=None if firm is None else partition_of(firm, partitions),
        findings=tuple(said),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
