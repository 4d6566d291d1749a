"""Tells an input that hangs from one that takes long because the log is long: who folds is getting on."""


class Bound:
    """How long one input may be worked on without anything getting on.

    Counted in turns of a timer and not by the clock, so that a process that was paused goes on: what it appends will
    not be believed, and it folds what came between.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._waited: float | None = None
        self._folded = 0

    def begin(self) -> None:
        """An input is taken up."""
        self._waited = 0.0

    def end(self) -> None:
        """It is decided, or parked."""
        self._waited = None

    def is_over(self, turn_seconds: float, rows_folded: int) -> bool:
        """Count one turn. `rows_folded`: how many rows of the log have been folded so far, by whatever input asked for it.

        A first fold grows with the log, and no bound on it would be right: a worker that ended itself over it would
        fold the same log again, and end itself again.
        """
        if self._waited is None:
            return False
        gets_on, self._folded = rows_folded != self._folded, rows_folded
        self._waited = 0.0 if gets_on else self._waited + turn_seconds
        return self._waited > self.seconds
