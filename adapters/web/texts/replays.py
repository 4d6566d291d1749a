"""What operators are told about a replay, in sentences. Total: each state and each refusal has one."""

from collections.abc import Mapping
from typing import assert_never

from adapters.replays.desk import ReplayRefusal
from adapters.store.replay_ends import RowEnd
from adapters.web.texts.fields import field_names
from adapters.web.texts.refusals import refusal_in_the_log
from adapters.web.texts.restoring import restore_text
from domain.replays import PlannedRow


def planned_text(row: PlannedRow) -> str:
    """Say what a row of a plan would do."""
    return restore_text(row.code, row.facts, row.writes, row.asked)


def end_text(end: RowEnd) -> str:
    """Say how a row has ended."""
    match end.state:
        case "as_planned":
            return "Done as planned."
        case "under_way":
            return "Still being carried out."
        case "moved_on":
            return "Skipped: this client has changed since the plan was made. Plan anew to see what would be done now."
        case "refused":
            return refusal_in_the_log(end.code, end.facts)
        case "not_decided":
            return "Asked for several times, and never decided. Look among the dead letters for what was wrong with it."
        case "otherwise":
            sent = [
                f"{field_names(fields)} went to {'QuickBooks' if side == 'quickbooks' else 'Canopy'}"
                for side, fields in end.writes.items()
            ]
            told = f" {' and '.join(sent).capitalize()}." if sent else ""
            return f"Done, and it came to something else than was planned, since one of both sides has changed meanwhile.{told}"
        case _:
            assert_never(end.state)


def replay_refusal_text(code: ReplayRefusal, facts: Mapping[str, str]) -> str:
    """Say why a replay is not applied, or not cancelled."""
    match code:
        case "replay_cancelled":
            return "This plan has been cancelled. Make a new one."
        case "replay_ended":
            return "All that it asks for is decided, so there is nothing left to cancel. It can be taken back by another replay."
        case "plan_outdated":
            return "The firm's settings or its QuickBooks company have changed since this plan was made. Make a new one."
        case "count_needed":
            return (
                f"It asks for something for {facts.get('count', 'many')} of the firm's {facts.get('links', '')} clients. "
                "Say that number, to confirm that so many are meant."
            )
        case "nothing_to_apply":
            return "Nothing in this plan can be taken back, so there is nothing to apply."
        case _:
            assert_never(code)
