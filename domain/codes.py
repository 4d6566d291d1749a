"""What a decision is called in the log: closed, so that mypy names each text that a new code still needs.

An older log may hold others. Who reads it takes any text there, and shows a code that it does not know as it stands.
"""

from typing import Literal

from domain.rows import Reason

RefusalCode = Literal[
    "already_linked",
    "already_paused",
    "already_unmatched",
    "being_created",
    "client_exists",
    "client_gone",
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
    "not_connected",
    "not_paused",
    "not_synced",
    "nothing_to_push",
    "nothing_to_restore",
    "nothing_to_retry",
    "other_realm",
    "other_realm_connected",
    "question_open",
    "stale",
    "too_old",
    "write_under_way",
]
"""Why a wish was not granted."""

WishCode = Literal[
    "add_client",
    "answer",
    "connect",
    "create",
    "disconnect",
    "match",
    "pause",
    "push",
    "put_back",
    "release_held",
    "restore",
    "resume",
    "retry",
    "settings",
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

DecisionCode = RefusalCode | WishCode | EventCode | WorkCode | PassedOverCode | Reason
