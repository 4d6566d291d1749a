"""`decide`: what one input changes. Apply it to its rows, then plan what should be done about them.

Pure: no clock, no ids made up, no I/O. Time and ids come with the input, so a rule is tested with two values.
"""

from collections.abc import Container
from typing import assert_never

from domain.apply.clients import observe_client
from domain.apply.customers import notice_customer
from domain.apply.firms import carry_out_for_firm
from domain.apply.intents import carry_out
from domain.apply.outcomes import take_outcome
from domain.decision import Decision
from domain.draft import Draft
from domain.firm_rows import FirmRow
from domain.ids import EffectId
from domain.inputs import Cause, ClientObserved, CustomerNotified, FirmIntent, Input, LinkIntent, Outcome
from domain.layer import Layer
from domain.table import Table


def decide(table: Table | Layer, given: Input, cause: Cause, started: Container[EffectId]) -> Decision | None:
    """Say what an input changes.

    `started` names the effects that a lane has begun, or that another worker may have. None: a fact about a
    firm that was never connected, which leaves no record (its clients are listed when it connects).
    """
    draft = Draft(table, cause, started)
    if isinstance(given, FirmIntent):
        return carry_out_for_firm(draft, given)
    firm = table.firm(given.firm_id)
    if firm is None or firm.connection is None:
        if isinstance(given, ClientObserved | CustomerNotified | Outcome):
            return None
        firm = firm or FirmRow(firm_id=given.firm_id)
    match given:
        case ClientObserved():
            return observe_client(draft, firm, given)
        case CustomerNotified():
            return notice_customer(draft, firm, given)
        case Outcome():
            return take_outcome(draft, firm, given)
        case _ if isinstance(given, LinkIntent):
            return carry_out(draft, firm, given)
        case _:
            assert_never(given)
