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
        self._comes_again = False
        self._kinds = {
            "crash": self._crash,
            "pause": self._pause,
            "oversleep": self._oversleep,
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

    def _busy(self, act: Act) -> "Process | None":
        """Choose a worker that has partitions, and runs."""
        busy = [w for w in self._company.workers if w.up and self._company.group.of(w)]
        return self._dice.one_of(f"whom/{act.name}", busy) if busy else None

    def _crash(self, act: Act) -> None:
        worker = self._busy(act)
        if worker is None:
            return
        self._company.faults.happened("worker_crashed")
        self._company.story.tell(f"Worker {worker.name} is killed.")
        self._end(worker, act.name)

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
        if self._company.group.of(worker):
            self._company.group.take_from(worker)
            gone = 2 if self._dice.of(f"soon/{name}") < 0.5 else SESSION_SECONDS
            self._company.agenda.after(gone, self._hand_out)

    def _start(self, worker: "Process") -> None:
        worker.start()
        self._company.story.tell(f"Worker {worker.name} is started again.")
        self._company.faults.happened("rebalanced")
        self._hand_out()

    def _pause(self, act: Act) -> None:
        seconds = 5 + 150 * self._dice.of(f"long/{act.name}") ** 2
        if self._dice.of(f"just/{act.name}") < 0.3:
            seconds = SESSION_SECONDS + 4 * self._dice.of(f"over/{act.name}")
        self._let_stand_still(act, seconds, in_hand=self._dice.of(f"in hand/{act.name}") < 0.4)

    def _oversleep(self, act: Act) -> None:
        """Let a worker wake about when it is missed: for a moment it takes what another one has for its own."""
        seconds = SESSION_SECONDS + 6 * self._dice.of(f"over/{act.name}")
        self._let_stand_still(act, seconds, in_hand=False)

    def _let_stand_still(self, act: Act, seconds: float, *, in_hand: bool) -> None:
        """Let a worker stand still, now or with the next decision in hand."""
        worker = self._busy(act)
        if worker is None or worker.paused_at is not None or worker.pause_in_hand:
            return
        self._company.faults.happened("worker_paused")
        self._company.story.tell(f"Worker {worker.name} stands still for {seconds:.0f} s, and does not know.")
        if in_hand:
            worker.pause_in_hand = seconds
        else:
            worker.stand_still(seconds)

    def miss(self, worker: "Process") -> None:
        """Give a worker's partitions to others, if it has stood still for too long."""
        if worker.paused_at is None or not self._company.group.of(worker):
            return
        if self._company.agenda.now - worker.paused_at < SESSION_SECONDS - 1:
            return  # it woke, and stands still again
        self._company.group.take_from(worker)
        self._hand_out()

    def _move(self, act: Act) -> None:
        """Let one partition go to the other worker."""
        workers, owners = self._company.workers, list(self._company.group.owners)
        number = self._dice.one_of(f"which/{act.name}", range(len(owners)))
        other = next(worker for worker in workers if worker is not owners[number])
        if None in owners or any(not worker.up or worker.paused_at is not None for worker in workers):
            return
        self._company.faults.happened("partition_moved")
        self._company.story.tell(f"Partition {number} goes to {other.name}.")
        owners[number] = other
        self._give(owners)

    def _hand_out(self) -> None:
        """Share the partitions out among all that are there, each by chance."""
        workers, group = self._company.workers, self._company.group
        able = [worker for worker in workers if worker.up and worker.paused_at is None]
        # The group waits for one that stands still, until it goes on or is missed.
        waits = any(worker.paused_at is not None and group.of(worker) for worker in workers)
        if waits or not able:
            if not self._comes_again:
                self._comes_again = True
                self._company.agenda.after(1.0, self._hand_out_again)
            return
        name = f"owner/{group.generation}"
        self._give([self._dice.one_of(f"{name}/{n}", able) for n in range(len(group.owners))])

    def _hand_out_again(self) -> None:
        self._comes_again = False
        self._hand_out()

    def _give(self, owners: list["Process | None"]) -> None:
        self._company.group.hand_out(owners)
        for number, owner in enumerate(owners):
            if owner is not None:
                self._company.story.tell(f"Partition {number} is {owner.name}'s.")
        for worker in self._company.workers:
            if worker.up and worker.paused_at is None:
                if worker.partitions:
                    worker.revoked()
                self._settle(worker)

    def _settle(self, worker: "Process") -> None:
        """Let a worker hear which partitions are its own."""
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
        messages = [each for lying in topic.messages for each in lying]
        for n in range(3):
            if messages:
                old = self._dice.one_of(f"which/{act.name}/{n}", messages)
                self._company.faults.happened("input_replayed")
                self._company.story.tell(f"An operator produces {old.id} once more.")
                self._company.produce(topic.name, old.given, old.id, old.message.value or b"")
