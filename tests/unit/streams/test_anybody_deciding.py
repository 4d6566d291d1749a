"""Nobody decides: said after some seconds without any worker, since between two assignments there is none either."""

from streams.kafka.anybody_deciding import NOBODY_SECONDS, DecidingWatch


class Looking:
    """A watch whose clock stands, and how often people were told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.told = 0
        self.watch = DecidingWatch("nowhere:1", "workers", "sync.intents", self._tell, lambda: self.now)

    def _tell(self) -> None:
        self.told += 1

    def see(self, workers: int | None, *, at: float) -> str:
        """Look at a time; gives what is said then."""
        self.now = at
        self.watch.see(workers)
        return self.watch.now()


def test_a_moment_without_a_worker_is_nobodys_business() -> None:
    """Workers that are started again one after the other are none for less; each such moment counts by itself."""
    looking = Looking()
    assert looking.watch.now() == "unknown"
    assert looking.see(2, at=0) == "ok"

    assert looking.see(0, at=1) == "ok"
    assert looking.see(0, at=NOBODY_SECONDS) == "ok"
    assert looking.see(2, at=NOBODY_SECONDS + 0.5) == "ok"
    assert looking.see(0, at=NOBODY_SECONDS + 1) == "ok"

    assert looking.told == 0


def test_people_are_told_once_when_it_turns() -> None:
    """And once more when somebody decides again."""
    looking = Looking()

    said = [looking.see(0, at=at) for at in (0, NOBODY_SECONDS - 1, NOBODY_SECONDS, NOBODY_SECONDS + 3)]

    assert said == ["unknown", "unknown", "nobody", "nobody"]
    assert looking.told == 1
    assert looking.see(2, at=99) == "ok"
    assert looking.told == 2


def test_what_kafka_does_not_say_is_not_guessed() -> None:
    """Whoever was without a worker before may have one by now."""
    looking = Looking()
    looking.see(0, at=0)
    looking.see(None, at=5)

    assert looking.see(0, at=NOBODY_SECONDS + 1) == "unknown"
    assert looking.see(0, at=2 * NOBODY_SECONDS + 1) == "nobody"
    assert looking.watch.workers() == 0
    assert looking.see(None, at=2 * NOBODY_SECONDS + 2) == "unknown"
    assert looking.watch.workers() is None
    assert looking.told == 2
