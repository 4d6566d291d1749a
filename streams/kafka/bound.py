"""Tells inputs that hang from those that take long because the log is long: who folds is getting on."""

from collections.abc import Mapping


class Bound:
    """How long a partition's inputs may be worked on without anything getting on.

    Counted in turns of a timer and not by the clock, so that a process that was paused goes on: what it appends will
    not be believed, and it folds what came between.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._waited: dict[int, tuple[int, float]] = {}
        self._folded = 0

    def is_over(self, turn_seconds: float, rows_folded: int, in_hand: Mapping[int, int]) -> bool:
        """Count one turn.

        `rows_folded`: how many rows of the log have been folded so far, by whatever input asked for it. `in_hand`: the
        partitions in which inputs are being decided, each with the number of the batch.

        A first fold grows with the log, and no bound on it would be right: a worker that ended itself over it would
        fold the same log again, and end itself again.
        """
        gets_on, self._folded = rows_folded != self._folded, rows_folded
        before, self._waited = self._waited, {}
        for partition, batch in in_hand.items():
            known, waited = before.get(partition, (batch, -turn_seconds))
            gets_on_here = gets_on or known != batch
            self._waited[partition] = (batch, 0.0 if gets_on_here else waited + turn_seconds)
        return any(waited > self.seconds for _, waited in self._waited.values())
