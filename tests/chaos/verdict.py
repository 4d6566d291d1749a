"""What a run of the kill test was worth, and how it ended, for people to read."""

from collections import Counter
from dataclasses import dataclass

from tests.chaos.checker import Finding
from tests.chaos.checker.history import CLIENT_EVENTS, INTENTS, NOTIFICATIONS
from tests.chaos.checker.report import written
from tests.chaos.faults import Fault
from tests.chaos.fleet import Exit
from tests.chaos.outages import Outage

FLOOR_OF_ASKED = 5 / 6
"""Of the inputs a second that were asked for."""
FLOOR_APPLIED_SECONDS = 100 / 3
"""So many seconds' inputs, as many as were asked for, are the least that must have been applied: in a run of ten faults."""
FAULTS_AT_LENGTH = 10
FLOOR_IN_FLIGHT = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What happened. Seconds by phase; `rate`: acknowledged inputs a second while the storm raged, of those `asked` for."""

    finding: Finding
    asked: float
    faults: tuple[Fault, ...]
    outages: tuple[Outage, ...]
    exits: tuple[Exit, ...]
    acknowledged: Counter[str]
    refused: Counter[str]
    rate: float
    quiet: bool
    seconds: dict[str, float]

    @property
    def applied(self) -> int:
        """Inputs of people, from any of the three topics that they reach, that the engine applied."""
        topics = (CLIENT_EVENTS, NOTIFICATIONS, INTENTS)
        return sum(self.finding.counts[f"decided: {topic} applied"] for topic in topics)

    @property
    def hit_in_flight(self) -> int:
        """Faults that struck while a write was on its way."""
        return sum(fault.in_flight > 0 for fault in self.faults)

    @property
    def _least_applied(self) -> float:
        share = min(1.0, len(self.faults) / FAULTS_AT_LENGTH)
        return self.asked * FLOOR_APPLIED_SECONDS * share

    def too_weak(self) -> list[str]:
        """Say why this run is no evidence, if it is none."""
        weak = []
        if self.rate < self.asked * FLOOR_OF_ASKED:
            least = self.asked * FLOOR_OF_ASKED
            weak.append(f"{self.rate:.1f} inputs a second were acknowledged, {least:.0f} are the least")
        if self.applied < self._least_applied:
            weak.append(f"{self.applied} inputs were applied, {self._least_applied:.0f} are the least")
        if self.hit_in_flight < int(FLOOR_IN_FLIGHT * len(self.faults)):
            weak.append(f"only {self.hit_in_flight} of {len(self.faults)} faults met a write in flight")
        weak += [
            f"nothing was decided after Kafka was {each.kind}"
            for each in self.outages
            if each.recovered is None
        ]
        if self.finding.counts["mapped fields that are empty"]:
            weak.append("the load left mapped fields empty")
        return weak

    def report(self) -> str:
        """Write it all out."""
        phases = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.seconds.items())
        lines = [
            f"Kill test: {len(self.faults)} faults; {phases}; {sum(self.seconds.values()):.0f} s in all."
        ]
        for n, fault in enumerate(self.faults, 1):
            notes = f"{fault.in_flight} writes in flight, {fault.lasted:.1f} s"
            notes += ", worker idle" if fault.idle else ""
            notes += "" if fault.obeyed else ", did not end in time and was killed"
            lines.append(f"  {n:>3} {fault.kind:<9} {fault.worker}: {notes}")
        lines += [
            f"  Kafka {each.kind}, away {each.away:.1f} s, {each.in_flight} writes in flight: {_recovery(each)}"
            for each in self.outages
        ]
        ended = Counter((each.worker, each.code) for each in self.exits)
        lines += [
            f"  {worker} ended by itself, {code}: {n} times" for (worker, code), n in sorted(ended.items())
        ]
        load = ", ".join(f"{n:,} {kind}" for kind, n in sorted(self.acknowledged.items()))
        lines.append(f"Acknowledged, {self.rate:.1f} a second under fire: {load}.")
        if self.refused:
            lines.append(f"Not acknowledged: {dict(self.refused)}")
        lines.append(
            f"Applied: {self.applied:,}. Quiet in the end: {'yes' if self.quiet else 'NO'}. The checker:"
        )
        return "\n".join([*lines, written(self.finding), *(f"  TOO WEAK: {why}" for why in self.too_weak())])


def _recovery(outage: Outage) -> str:
    if outage.recovered is None:
        return "NOTHING DECIDED SINCE"
    return f"decisions went on {outage.recovered:.1f} s later"
