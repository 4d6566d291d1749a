"""What the linter prints for a person."""

from collections.abc import Iterator

from deploy.lint.linting import Linted


def report(linted: Linted, partitions: int) -> Iterator[str]:
    """Give the lines about one event."""
    names = [f"event {linted.number}"]
    names += [f"id {linted.id}"] if linted.id else []
    names += [f"client {linted.client}"] if linted.client else []
    if linted.firm is not None:
        names.append(f"firm {linted.firm}: key {linted.firm}, partition {linted.partition} of {partitions}")
    yield f"{', '.join(names)}: {_verdict(linted)}"
    for finding in linted.findings:
        yield f"  {finding.level:<8}{finding.path}: {finding.said}"
        if finding.mend is not None:
            yield f"{'':10}mend: {finding.mend}"


def _verdict(linted: Linted) -> str:
    if not linted.read:
        return "wrong, it would be parked"
    return "right" if linted.right else "would be read, but look at this"
