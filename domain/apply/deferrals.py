"""Something asked for outside has to wait: its row says so, and where a company lets us in no longer, so does the firm's.

Nothing is asked of such a company any more, but now and then whether it lets us in again. Who asks is the sweep of its customers, which is always due some time; its answer opens everything again. A person who
connects the company anew need not wait for that.
"""

from datetime import timedelta

from domain.decision import Decision, Verdict
from domain.draft import Draft
from domain.effects import Effect, ListCustomers, Write
from domain.firm_rows import Connection, FirmRow
from domain.obstacles import SHUT, Obstacle
from domain.outcomes import Deferred
from domain.remembered import Waiting
from domain.replacing import replace
from domain.rows import LinkRow, Row
from domain.switches import asks_quickbooks

FIRST_PROBE = timedelta(seconds=5)
LONGEST_PROBE = timedelta(minutes=5)
SUBSCRIPTION_PROBE = timedelta(hours=24)
"""A subscription that ended comes back by a payment; Intuit says to ask daily."""


def defer(draft: Draft, firm: FirmRow, row: Row, effect: Effect, deferred: Deferred) -> Decision:
    """Let the row say that it waits, and why."""
    if isinstance(row, LinkRow) and isinstance(effect, Write):
        draft.put(replace(row, waiting=Waiting(until=deferred.until, why=deferred.why)))
    _shut_or_open(draft, firm, effect, deferred)
    return draft.decide(Verdict.APPLIED, "deferred", row)


def _shut_or_open(draft: Draft, firm: FirmRow, effect: Effect, deferred: Deferred) -> None:
    """Shut the company where it lets us in no longer, and open it where the one that asks was let in."""
    connection = firm.connection
    if connection is None or not asks_quickbooks(effect):
        return
    is_probe = isinstance(effect, ListCustomers)
    if deferred.why in SHUT and (is_probe or connection.reauthorise_since is None):
        draft.put(replace(firm, connection=_shut(draft, connection, deferred.why)))
    elif connection.reauthorise_since is not None and is_probe and deferred.why is Obstacle.REFUSED:
        let_in_again(draft, firm, connection)  # it took the token, whatever else was wrong


def let_in_again(draft: Draft, firm: FirmRow, connection: Connection) -> FirmRow:
    """Let all that waits go on."""
    firm = replace(firm, connection=replace(connection, reauthorise_since=None, probe_at=None, probes=0))
    draft.put(firm)
    return firm


def _shut(draft: Draft, connection: Connection, why: Obstacle) -> Connection:
    rest = min(FIRST_PROBE * 2 ** min(connection.probes, 10), LONGEST_PROBE)
    if why is Obstacle.SUBSCRIPTION_ENDED:
        rest = SUBSCRIPTION_PROBE
    return replace(
        connection,
        reauthorise_since=connection.reauthorise_since or draft.now,
        shut_by=why,
        probe_at=draft.now + rest,
        probes=connection.probes + 1,
    )
