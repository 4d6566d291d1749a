"""What goes wrong, how often, and how often it did: a fault that never fired has shown nothing."""

from collections import Counter
from collections.abc import Collection, Mapping

from tests.simulation.dice import Dice

RATES: Mapping[str, float] = {
    # Events and webhooks on their way to Kafka: anything may happen before they are written, nothing after.
    "event_doubled": 0.05,
    "event_delayed": 0.08,
    "webhook_doubled": 0.05,
    "webhook_delayed": 0.08,
    "event_lost": 0.03,
    "webhook_lost": 0.03,
    "merge_lost": 0.2,  # as rarely are customers merged
    "deletion_lost": 0.3,  # rarely is anything deleted, and no sweep finds it
    # Requests.
    "request_lost": 0.02,
    "answer_lost": 0.03,
    "request_slow": 0.01,
    "request_doubled": 0.02,
    "throttled": 0.02,
    "failed_before": 0.015,
    "failed_after": 0.015,
    "unreachable": 0.02,
    "not_authorised": 0.005,
    "signed_out": 0.001,
    "check_refused": 0.15,  # few are asked
    "item_unanswered": 0.4,  # of changes that share a request
    "our_error": 0.01,  # of effects: each try of it ends so
    # What a side says it saved.
    "clear_ignored": 0.25,  # of writes of single fields in QuickBooks that clear something
    "value_ignored": 0.02,
    "value_respelled": 0.05,
    # Our own messages.
    "outcome_doubled": 0.02,
    "outcome_delayed": 0.03,
    "intent_doubled": 0.05,
    "intent_produced_again": 0.05,
    # While an append is slow, lanes want to begin what its decision takes back.
    "append_slow": 0.1,
    "unmatch_slow": 0.5,
    # Appends of which nobody hears whether they lie in the log: the worker must end itself.
    "append_lost": 0.001,
    "append_unanswered": 0.001,
}
"""Faults of single messages, with how likely each is."""

COUNTED = (
    *RATES,
    "event_overtaken",
    "webhook_overtaken",
    "worker_crashed",
    "inputs_read_again",
    "decided_together",
    "firms_decided_together",
    "changed_together",
    "worker_paused",
    "paused_with_a_decision",
    "late_append_believed",
    "late_append_disbelieved",
    "partition_moved",
    "topic_held_up",
    "quickbooks_down",
    "canopy_down",
    "input_replayed",
    "log_compacted",
    "begun_at_a_checkpoint",
    "rebalanced",
    "names_swapped",
    "saved_twice_in_a_second",
    "merged_while_created",
    "canopy_went_back",
    "quickbooks_went_back",
)
"""All that counts itself; a set of runs in which one of these never happened has not tested it."""


class Faults:
    """Lets faults fire. `without`: kinds that are left out, to make a failing run small."""

    def __init__(self, dice: Dice, without: Collection[str] = ()) -> None:
        self._dice = dice
        self._rates = {kind: rate for kind, rate in RATES.items() if kind not in without}
        self.fired: Counter[str] = Counter()
        self._struck: set[tuple[str, str]] = set()

    def fires_once(self, kind: str, name: str) -> bool:
        """Say whether this fault strikes this message, and never did: who starts again after it would meet it without end."""
        if (kind, name) in self._struck or not self.fires(kind, name):
            return False
        self._struck.add((kind, name))
        return True

    def fires(self, kind: str, name: str) -> bool:
        """Say whether this fault strikes this message."""
        rate = self._rates.get(kind)
        if rate is None or self._dice.of(f"{kind}/{name}") >= rate:
            return False
        self.fired[kind] += 1
        return True

    def happened(self, kind: str) -> None:
        """Count something that no rate decides."""
        self.fired[kind] += 1
