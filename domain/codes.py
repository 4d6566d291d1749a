"""What a decision is called in the log: closed, so that mypy names each text that a new code still needs.

The log of an older or newer version may hold others: who reads it asks which are known here.
"""

from typing import Literal, TypeGuard, get_args

from domain.rows import Reason

RefusalCode = Literal[
    "already_erased",
    "already_linked",
    "already_paused",
    "already_unmatched",
    "being_created",
    "client_being_read",
    "client_exists",
    "client_gone",
    "client_present",
    "client_unknown",
    "customer_being_read",
    "customer_gone",
    "customer_inactive",
    "customer_is_job",
    "customer_linked",
    "customer_unknown",
    "holder_is_no_customer",
    "matched_since",
    "name_taken",
    "name_unusable",
    "never_connected",
    "no_question",
    "no_such_choice",
    "not_being_added",
    "not_connected",
    "not_paused",
    "not_synced",
    "nothing_to_hold_again",
    "nothing_to_push",
    "nothing_to_restore",
    "nothing_to_retry",
    "nothing_to_undo",
    "other_realm",
    "other_realm_connected",
    "question_open",
    "reason_names_person",
    "setting_changed",
    "setting_settles_it",
    "stale",
    "too_old",
    "undone_by_restore",
    "undone_by_unmatch",
    "write_under_way",
]
"""Why an intent was not granted."""

IntentCode = Literal[
    "add_client",
    "answer",
    "connect",
    "create",
    "disconnect",
    "erase",
    "leave_both",
    "match",
    "pause",
    "push",
    "put_back",
    "release_held",
    "restore",
    "resume",
    "retry",
    "settings",
    "take_theirs",
    "undo_add_client",
    "undo_answer",
    "undo_leave_both",
    "unmatch",
]
"""What a person asked for, and got."""

EventCode = Literal["client_archived", "client_created", "client_deleted", "client_edited", "client_restored"]
"""What happened to a client in Canopy."""

WorkCode = Literal[
    "check_refused",
    "client_added",
    "client_gone",
    "client_is_older",
    "client_moved",
    "client_read",
    "client_saved",
    "client_went_back",
    "clients_listed",
    "customer_gone",
    "customer_is_older",
    "customer_moved",
    "customer_noticed",
    "customer_read",
    "customer_saved",
    "customer_went_back",
    "customers_checked",
    "customers_listed",
    "deferred",
    "failed",
    "holders_found",
    "links_planned",
    "listed",
    "name_taken",
    "not_done",
    "reauthorised",
    "rejected",
    "step_due",
    "unconfirmed",
]
"""What came of our own work, and what was noticed of QuickBooks."""

PassedOverCode = Literal[
    "already_connected",
    "already_known",
    "already_read",
    "disconnected",
    "no_such_answer",
    "not_awaited",
    "older_version",
    "other_realm",
    "repeat",
]
"""Why an input changed nothing; that a client is not synced is its link's `Reason`."""

DecisionCode = RefusalCode | IntentCode | EventCode | WorkCode | PassedOverCode | Reason

ParkedCode = Literal[
    "bad_actor",
    "bad_client",
    "bad_data",
    "bad_id",
    "bad_time",
    "decision_too_large",
    "decision_unwritable",
    "handling_failed",
    "newer_schema",
    "not_a_cloudevent",
    "not_for_all_firms",
    "not_json",
    "null_value",
    "too_deep",
    "too_large",
    "unknown_realm",
    "unknown_type",
    "unreadable_webhook",
    "wrong_key",
    "wrong_partition",
    "wrong_topic",
]
"""Why a message was not decided on, but put among the dead letters."""


def is_refusal(code: str) -> TypeGuard[RefusalCode]:
    """Say whether a code in the log is a refusal that is known here."""
    return code in get_args(RefusalCode)


def is_intent(code: str) -> TypeGuard[IntentCode]:
    """Say whether a code in the log is a granted intent that is known here."""
    return code in get_args(IntentCode)


def is_event(code: str) -> TypeGuard[EventCode]:
    """Say whether a code in the log is something in Canopy that is known here."""
    return code in get_args(EventCode)


def is_work(code: str) -> TypeGuard[WorkCode]:
    """Say whether a code in the log is work, or a notice, that is known here."""
    return code in get_args(WorkCode)


def is_passed_over(code: str) -> TypeGuard[PassedOverCode]:
    """Say whether a code in the log is a way to change nothing that is known here."""
    return code in get_args(PassedOverCode)


def is_reason(code: str) -> TypeGuard[Reason]:
    """Say whether a code in the log is a reason not to be synced that is known here."""
    return code in tuple(Reason)


def is_parked(code: str) -> TypeGuard[ParkedCode]:
    """Say whether the reason of a dead letter is one that is known here."""
    return code in get_args(ParkedCode)
