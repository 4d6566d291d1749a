"""What one decision costs in a firm of ten links, a thousand, a hundred thousand: it should be the same.

A decision that looked through a firm's rows would cost a hundred times as much in a firm a hundred times as large,
and nobody would notice before such a firm connects.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from domain.decide import decide
from domain.ids import ClientId, CustomerId, EffectId, IntentId
from domain.inputs import Cause, ClientObserved, CustomerNotified, Input, Match, Unmatch
from domain.table import Table
from streams.wire.topics import CLIENT_EVENTS
from streams.worker.collector import collector_at_rest
from tests.bench.content import FIRMS, NOW, connected, realm_of
from tests.bench.synced import client_number, synced, unlinked

SIZES = (10, 1_000, 100_000)
UNLINKED = 10
TIMES = 300
ROUNDS = 5
STARTED: frozenset[EffectId] = frozenset()
FIRM = FIRMS[0]
LATER = NOW + timedelta(hours=1)


def microseconds_by_size() -> dict[str, list[float]]:
    """Decide each kind of input many times in a firm of each size; gives µs a decision, a figure for each of SIZES.

    Of processor time, so that what else runs on the machine counts little.
    """
    found: dict[str, list[float]] = {name: [] for name in INPUTS}
    for size in SIZES:
        table = firm_of(size)
        for name, make in INPUTS.items():
            found[name].append(_microseconds(table, [make(size, n) for n in range(TIMES)]))
    return found


def firm_of(size: int) -> Table:
    """Fill a firm: `size` synced links with their customers, and some clients and customers more that have none."""
    table = Table()
    table.put(connected(FIRM))
    with collector_at_rest():
        for n in range(size + UNLINKED):
            link, customer = synced(FIRM, n)
            table.put(customer)
            table.put(link if n < size else unlinked(link))
    return table


def _edited(size: int, n: int) -> Input:
    client = client_number(n * 7 % size, 2)
    return ClientObserved(firm_id=FIRM, client=client, happened="edited", sync_client=None)


def _created(size: int, n: int) -> Input:
    client = client_number(size + UNLINKED + n, 1)
    return ClientObserved(firm_id=FIRM, client=client, happened="created", sync_client=True)


def _noticed(size: int, n: int) -> Input:
    customer = CustomerId(str(n * 7 % size + 1))
    return CustomerNotified(
        firm_id=FIRM, realm_id=REALM, customer_id=customer, operation="update", time=LATER
    )


def _matched(size: int, n: int) -> Input:
    free = size + n % UNLINKED
    return Match(
        firm_id=FIRM,
        intent_id=IntentId(f"match-{n}"),
        client_id=ClientId(f"c-{free}"),
        customer_id=CustomerId(str(free + 1)),
    )


def _unmatched(size: int, n: int) -> Input:
    return Unmatch(firm_id=FIRM, intent_id=IntentId(f"unmatch-{n}"), client_id=ClientId(f"c-{n * 7 % size}"))


REALM = realm_of(FIRM)
INPUTS: dict[str, Callable[[int, int], Input]] = {
    "edited in Canopy": _edited,
    "created in Canopy": _created,
    "noticed in QuickBooks": _noticed,
    "matched": _matched,
    "unmatched": _unmatched,
}


def _microseconds(table: Table, inputs: list[Input]) -> float:
    cause = Cause(topic=CLIENT_EVENTS, partition=0, offset=0, id="evt-0", at=LATER, actor="user:dana")
    took = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for given in inputs:
            decide(table, given, cause, STARTED)
        took.append((time.process_time() - began) / len(inputs) * 1e6)
    return min(took)  # what else runs only ever adds to it
