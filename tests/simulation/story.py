"""What happened in a run, in sentences, for whoever has to find out why it failed."""

from tests.simulation.agenda import Agenda


class Story:
    """Keeps sentences with their times, if it is to be told at all."""

    def __init__(self, agenda: Agenda, *, telling: bool) -> None:
        self._agenda = agenda
        self.telling = telling
        self.lines: list[str] = []

    def tell(self, sentence: str) -> None:
        """Add a sentence. Who makes a long one asks `telling` first."""
        if self.telling:
            self.lines.append(f"{self._agenda.time:%H:%M:%S.%f}"[:-4] + f"  {sentence}")
