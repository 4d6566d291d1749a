"""Kinds of questions, and reasons not to be synced, in a few words: of many clients, where one has a sentence of its own."""

from typing import assert_never

from domain.problem import ProblemCode
from domain.rows import Reason
from domain.standing import Why


def kind_text(why: Why) -> str:
    """Name a kind."""
    return _reason(why) if isinstance(why, Reason) else _question(why)


def _question(code: ProblemCode) -> str:
    match code:
        case "both_changed":
            return "Both sides changed a value"
        case "display_name_taken":
            return "Display name is taken"
        case "possible_duplicate":
            return "Possible duplicate in QuickBooks"
        case "customers_merged":
            return "Customer was merged in QuickBooks"
        case "value_not_taken":
            return "QuickBooks won't accept a value"
        case "rejected_by_quickbooks":
            return "Rejected by QuickBooks"
        case "rejected_by_canopy":
            return "Rejected by Canopy"
        case "loop":
            return "Both sides keep overwriting each other"
        case "no_progress":
            return "A change does not go through"
        case "not_kept":
            return "A value was not kept"
        case "our_error":
            return "An error of ours"
        case _:
            assert_never(code)


def _reason(reason: Reason) -> str:
    match reason:
        case Reason.NEVER_MATCHED:
            return "Never matched"
        case Reason.LEFT_OUT:
            return "Added with “Sync client” off"
        case Reason.CREATING_IS_OFF:
            return "Added while creating was off"
        case Reason.CHOICE_UNKNOWN:
            return "Canopy hasn't said whether to sync"
        case Reason.UNMATCHED:
            return "Unmatched"
        case Reason.CUSTOMER_GONE:
            return "Customer is no longer in QuickBooks"
        case Reason.MATCH_STALE:
            return "Changed while it was being matched"
        case Reason.CLIENT_DELETED:
            return "Deleted in Canopy"
        case Reason.DISCONNECTED:
            return "Its customer is in the company before"
        case _:
            assert_never(reason)
