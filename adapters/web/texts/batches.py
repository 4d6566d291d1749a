"""What people are told about a batch, in sentences. Total: each state and each refusal has one."""

from collections.abc import Mapping
from typing import assert_never

from adapters.batches.desk import BatchRefusal
from adapters.store.batch_ends import RowEnd
from adapters.web.texts.fields import field_names
from adapters.web.texts.refusals import refusal_in_the_log
from adapters.web.texts.restoring import restore_text
from domain.batches import Do, RowFault
from domain.ids import FirmId
from domain.replays import ReplayKind
from domain.reverting import RevertedRow


def row_text(end: RowEnd, do: Do) -> str:
    """Say what has come of a row."""
    match end.state:
        case "done" if end.not_put_back:
            return f"Unmatched. QuickBooks did not take its earlier {field_names(end.not_put_back)} back."
        case "done":
            return done_text(do)
        case "under_way":
            return "Being sent."
        case "question":
            return "Taken in, and a question about this client is open."
        case "refused":
            return refusal_in_the_log(end.code, end.facts)
        case "moved_on":
            return (
                "It was no longer as shown, so it was left as it is. To see what would be done now, open the revert of the "
                "earlier batch again."
            )
        case "left_out":
            return "Left out. Nothing was asked for."
        case "waiting":
            return "Its turn has not come yet."
        case "stopped":
            return "Not carried out: the batch was stopped before."
        case "not_decided":
            return "Asked for several times, and never decided. An operator finds it among the dead letters."
        case _:
            assert_never(end.state)


def done_text(do: Do) -> str:
    """Say what was done."""
    match do:
        case "match":
            return "Matched."
        case "create":
            return "Created in QuickBooks."
        case "create_client":
            return "Created in Canopy."
        case "unmatch" | "unmatch_with_values_back":
            return "Unmatched."
        case "push":
            return "The held changes were sent."
        case "take_theirs":
            return "The other side's values were taken."
        case "leave_both":
            return "Each side keeps its own values."
        case "retry":
            return "Sent once more."
        case "restore":
            return "Matched again."
        case "leave":
            return "Left out."
        case _:
            assert_never(do)


def fault_text(fault: RowFault) -> str:
    """Say why a row can't be taken."""
    match fault:
        case "needs_client":
            return "It names no client, and needs one."
        case "needs_customer":
            return "It names no customer, and needs one."
        case "twice":
            return "An earlier row is about the same client or the same customer."
        case _:
            assert_never(fault)


def revert_text(row: RevertedRow) -> str:
    """Say what taking a row back would do."""
    if row.planned is not None:
        planned = row.planned
        return restore_text(planned.code, planned.facts, planned.writes, planned.asked)
    match row.outcome:
        case "already_so":
            return "Unmatched already, so nothing happens."
        case "changed":
            return "Matched with another customer since, so it is left as it is."
        case "sent" if row.do == "leave_both":
            return "Nothing was sent, so there is nothing to take back."
        case "sent":
            return (
                "What was sent stays. Values that it replaced can be put back by the lines of its timeline."
            )
        case "unmatched" | "restored" | "question" | "blocked":
            return _unmatched(row.do)
        case _:
            assert_never(row.outcome)


def _unmatched(do: Do) -> str:
    match do:
        case "create":
            return "Unmatched. The customer that was created stays in QuickBooks."
        case "create_client":
            return "Unmatched. The client that was created stays in Canopy."
        case (
            "match"
            | "leave"
            | "unmatch"
            | "unmatch_with_values_back"
            | "push"
            | "take_theirs"
            | "leave_both"
            | "retry"
            | "restore"
        ):
            return "Unmatched."
        case _:
            assert_never(do)


def not_replayed_text(firm: FirmId, number: int, kind: ReplayKind) -> str:
    """Say why a replay has nothing of a batch to take back, and what does take it back. `kind`: which acts the replay takes back."""
    match kind:
        case "unmatch":
            done = "unmatched"
        case "restore":
            done = "restored"
        case _:
            assert_never(kind)
    return (
        f"Batch {number} {done} nobody, and a replay takes back unmatches, or restores. What the batch did is taken back by reverting "
        f"it: on its page, or by client-sync batches revert {firm} {number} --preview."
    )


def batch_refusal_text(code: BatchRefusal, facts: Mapping[str, str]) -> str:
    """Say why a batch is not begun, stopped or taken back."""
    match code:
        case "batch_under_way":
            return f"Batch {facts.get('number', '')} of this firm is still being carried out. Wait until it is done, or stop it."
        case "batch_ended":
            return "All of this batch is done, so there is nothing left to stop. It can be reverted."
        case "batch_not_ended":
            return "This batch is still being carried out. Wait until it is done, or stop it, and revert it then."
        case "nothing_to_do":
            return "Nothing is chosen that could be carried out."
        case "nothing_to_revert":
            return "Nothing of this batch is left that could be taken back."
        case "revert_moved":
            return "All rows that would be taken back have changed since they were shown. Look at them again."
        case "draft_moved":
            return "A choice, a client or a customer has changed since these totals were shown. Look at them again."
        case _:
            assert_never(code)
