"""What breaks under us: workers end, stand still or lose the partition; topics and whole sides are held up."""

from typing import TYPE_CHECKING

from streams.wire.topics import INPUTS
from tests.simulation.group import SESSION_SECONDS
from tests.simulation.script import Act

if TYPE_CHECKING:
    from tests.simulation.loop import Loop
    from tests.simulation.process import Process
    from tests.simulation.simulation import Simulation


class Trouble:
    """Makes it."""

    def __init__(self, company: "Simulation") -> None:
        self._company = company
        self._dice = company.dice
        self._kinds = {
            "crash": self._crash,
            "pause": self._pause,
            "move": self._move,
            "hold_up": self._hold_up,
            "quickbooks_down": self._down,
            "canopy_down": self._down,
            "replay": self._replay,
        }

    def make(self, act: Act) -> bool:
        """Make the trouble that an act names; False: it names none."""
        kind = self._kinds.get(act.kind)
        if kind is not None:
            kind(act)
        return kind is not None

    def _crash(self, act: Act) -> None:
        owner = self._company.group.owner
        if owner is None or not owner.up:
            return
        self._company.faults.happened("worker_crashed")
        self._company.story.tell(f"Worker {owner.name} is killed.")
        self._end(owner, act.name)

    def ended(self, worker: "Process", loop: "Loop") -> None:
        """A worker has ended itself, and is started again, unless it was killed in the same breath."""
        if loop.dead:
            return
        self._company.story.tell(f"Worker {worker.name} does not know whether it appended, and ends itself.")
        self._end(worker, f"{worker.name}/{self._company.agenda.now}")

    def _end(self, worker: "Process", name: str) -> None:
        worker.crash()
        back = 1 + 20 * self._dice.of(f"back/{name}")
        self._company.agenda.after(back, lambda: self._start(worker))
        if self._company.group.owner is worker:
            self._company.group.owner = None
            gone = 2 if self._dice.of(f"soon/{name}") < 0.5 else SESSION_SECONDS
            self._company.agenda.after(gone, self._somebody_owns)

    def _start(self, worker: "Process") -> None:
        worker.start()
        self._company.story.tell(f"Worker {worker.name} is started again.")
        owner = self._company.group.owner
        if owner is not None and owner.paused_at is None and owner.up:
            self._company.faults.happened("rebalanced")
            self._company.group.give(owner)
            owner.revoked()
            self._settle(owner)
        self._somebody_owns()

    def _pause(self, act: Act) -> None:
        owner = self._company.group.owner
        if owner is None or not owner.up or owner.paused_at is not None or owner.pause_in_hand:
            return
        seconds = 5 + 150 * self._dice.of(f"long/{act.name}") ** 2
        if self._dice.of(f"just/{act.name}") < 0.3:
            seconds = SESSION_SECONDS + 4 * self._dice.of(f"over/{act.name}")
        self._company.faults.happened("worker_paused")
        self._company.story.tell(f"Worker {owner.name} stands still for {seconds:.0f} s, and does not know.")
        if self._dice.of(f"in hand/{act.name}") < 0.4:
            owner.pause_in_hand = seconds
        else:
            owner.stand_still(seconds)

    def miss(self, worker: "Process") -> None:
        """Give the partition to another, if its owner has stood still for too long."""
        if worker.paused_at is None or self._company.group.owner is not worker:
            return
        if self._company.agenda.now - worker.paused_at < SESSION_SECONDS - 1:
            return  # it woke, and stands still again
        self._company.group.owner = None
        self._somebody_owns()

    def _move(self, _act: Act) -> None:
        owner = self._company.group.owner
        other = next(w for w in self._company.workers if w is not owner)
        if owner is None or owner.paused_at is not None or not other.up or other.paused_at is not None:
            return
        self._company.faults.happened("partition_moved")
        self._company.story.tell(f"The partition goes from {owner.name} to {other.name}.")
        self._company.group.give(other)
        owner.revoked()
        self._settle(owner)
        self._settle(other)

    def _somebody_owns(self) -> None:
        if self._company.group.owner is not None:
            return
        able = [w for w in self._company.workers if w.up and w.paused_at is None]
        if not able:
            self._company.agenda.after(1.0, self._somebody_owns)
            return
        self._company.group.give(able[0])
        self._company.story.tell(f"Worker {able[0].name} takes over the partition.")
        self._settle(able[0])

    def _settle(self, worker: "Process") -> None:
        """Let a worker hear whose the partition is."""
        seconds = 3 * self._dice.of(f"settle/{worker.name}/{self._company.agenda.now}")
        worker.loop.after(seconds, worker.joined)

    def _hold_up(self, act: Act) -> None:
        topic = self._dice.one_of(f"topic/{act.name}", INPUTS)
        self._company.faults.happened("topic_held_up")
        self._company.story.tell(f"Nothing is read from {topic} for a while.")
        self._company.held_up[topic] = self._company.agenda.now + 60 * self._dice.of(f"held/{act.name}")

    def _down(self, act: Act) -> None:
        side = "quickbooks" if act.kind == "quickbooks_down" else "canopy"
        seconds = 5 + 120 * self._dice.of(f"down/{act.name}")
        self._company.story.tell(f"{side} does not work for {seconds:.0f} s.")
        self._company.network.down_until["quickbooks" if side == "quickbooks" else "canopy"] = (
            self._company.agenda.now + seconds
        )

    def _replay(self, act: Act) -> None:
        """An operator produces old messages of a topic again, as they were."""
        topic = self._company.topics[self._dice.one_of(f"topic/{act.name}", INPUTS)]
        for n in range(3):
            if topic.messages:
                old = self._dice.one_of(f"which/{act.name}/{n}", topic.messages)
                self._company.faults.happened("input_replayed")
                self._company.story.tell(f"An operator produces {old.id} once more.")
                self._company.produce(topic.name, old.given, old.id, old.message.value or b"")
