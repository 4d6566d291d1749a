"""`python -m tests.fuzz`: hostile values at every door, and a table of what became of them. 1: something that must not."""

import argparse
import os
import secrets
import sys
import time
from collections import Counter

from tests.fuzz.every_door import DOORS
from tests.fuzz.many import run_many
from tests.fuzz.run import Tally, logs_heard, play_round

MOST_KINDS = 8


def main() -> int:
    """Run what is asked for; 1 if a rule was broken."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=None, help="drawn, and printed, if it is not given")
    asked.add_argument("--values", type=int, default=100_000, help="how many hostile values in all")
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--door", choices=DOORS, action="append", help="only this one; may be said again")
    asked.add_argument(
        "--round", type=int, help="play one round of a door again, by the seed that was printed"
    )
    given = asked.parse_args()
    names = given.door or list(DOORS)
    if given.round is not None:
        return _again(names[0], given.round)
    seed = secrets.randbelow(10**9) if given.seed is None else given.seed
    _say(f"seed {seed}, {given.values:,} values, {given.processes} processes")
    begun = time.monotonic()
    tallies: dict[str, Tally] = {}
    for part in run_many(names, seed, given.values, given.processes):
        _add(tallies.setdefault(part.door, Tally(part.door)), part)
        _say(f"  {part.door}: {part.values:,} values more, {time.monotonic() - begun:,.0f} s")
    _table([tallies[name] for name in names if name in tallies], time.monotonic() - begun)
    return int(any(tally.violation for tally in tallies.values()))


def _again(name: str, seed: int) -> int:
    tally = Tally(name)
    with logs_heard(), DOORS[name]() as door:
        play_round(tally, door, seed, sys.maxsize)
    _table([tally], 0.0)
    return int(tally.violation is not None)


def _add(tally: Tally, part: Tally) -> None:
    tally.values += part.values
    tally.messages += part.messages
    tally.became += part.became
    tally.seconds += part.seconds
    tally.violation = tally.violation or part.violation


def _table(tallies: list[Tally], seconds: float) -> None:
    whole = Tally("all doors")
    for tally in tallies:
        _add(whole, tally)
        _say(_row(tally), *(f"    {number:>10,} {became}" for became, number in _kinds(tally.became)))
    _say(
        _row(whole),
        f"{seconds:,.0f} s in all; violations: {sum(tally.violation is not None for tally in tallies)}",
    )
    for tally in tallies:
        if tally.violation is not None:
            _say("", f"VIOLATION at {tally.door}: {tally.violation}")


def _row(tally: Tally) -> str:
    return (
        f"{tally.door:<12} {tally.values:>10,} values {tally.messages:>10,} messages {tally.seconds:>8,.0f} s"
    )


def _kinds(became: Counter[str]) -> list[tuple[str, int]]:
    most = became.most_common(MOST_KINDS)
    rest = sum(became.values()) - sum(number for _, number in most)
    return [*most, *([("of other kinds", rest)] if rest else [])]


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
