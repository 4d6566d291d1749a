"""`decide`: what one input changes. Apply it to its rows, then plan what should be done about them.

Pure: no clock, no ids made up, no I/O. Time and ids come with the input, so a rule is tested with two values.
"""

from collections.abc import Container
from typing import assert_never

from domain.apply.clients import observe_client
from domain.apply.customers import notice_customer
from domain.apply.firms import change_settings, connect
from domain.apply.intents import carry_out
from domain.apply.outcomes import take_outcome
from domain.decision import Decision
from domain.draft import Draft
from domain.ids import EffectId
from domain.inputs import (
    Answer,
    Cause,
    ChangeSettings,
    ClientObserved,
    Connect,
    Create,
    CustomerNotified,
    Input,
    Match,
    Outcome,
    Push,
    Restore,
    Retry,
    Unmatch,
)
from domain.rows import FirmRow
from domain.table import Table


def decide(table: Table, given: Input, cause: Cause, started: Container[EffectId]) -> Decision | None:
    """Say what an input changes.

    `started` names the effects that a lane has begun, or that another worker may have. None: a fact about a
    firm that was never connected, which leaves no record (its clients are listed when it connects).
    """
    draft = Draft(table, cause, started)
    if isinstance(given, Connect):
        return connect(draft, given)
    if isinstance(given, ChangeSettings):
        return change_settings(draft, given)
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
        case Match() | Unmatch() | Restore() | Create() | Push() | Retry() | Answer():
            return carry_out(draft, firm, given)
        case _:
            assert_never(given)
