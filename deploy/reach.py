"""What each command reaches, and so which of them can ask a gateway instead: one closed table."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import assert_never

from deploy.given_settings import PREFIX, given


class Reach(StrEnum):
    """What answers a command."""

    THIS_MACHINE = "this machine"
    EITHER = "Kafka and the database, or a gateway in their place"
    KAFKA = "Kafka"
    DATABASE = "the database"
    BOTH = "Kafka and the database"


REACHES: Mapping[tuple[str, ...], Reach] = {
    ("audit", "export"): Reach.EITHER,
    ("audit", "state"): Reach.EITHER,
    ("batches", "list"): Reach.EITHER,
    ("batches", "revert"): Reach.EITHER,
    ("batches", "show"): Reach.EITHER,
    ("batches", "stop"): Reach.EITHER,
    ("connect",): Reach.BOTH,
    ("dead-letters", "discard"): Reach.EITHER,
    ("dead-letters", "edit"): Reach.EITHER,
    ("dead-letters", "list"): Reach.EITHER,
    ("dead-letters", "redrive"): Reach.EITHER,
    ("dead-letters", "show"): Reach.EITHER,
    ("disconnect",): Reach.EITHER,
    ("erase",): Reach.EITHER,
    ("firm-settings", "put-back"): Reach.EITHER,
    ("firm-settings", "set"): Reach.EITHER,
    ("firm-settings", "show"): Reach.EITHER,
    ("firms",): Reach.EITHER,
    ("gateway",): Reach.THIS_MACHINE,
    ("lint-event",): Reach.THIS_MACHINE,
    ("log", "export"): Reach.BOTH,
    ("log", "import"): Reach.BOTH,
    ("pause",): Reach.EITHER,
    ("read-model", "give-up"): Reach.DATABASE,
    ("read-model", "rebuild"): Reach.BOTH,
    ("replay", "apply"): Reach.EITHER,
    ("replay", "cancel"): Reach.EITHER,
    ("replay", "list"): Reach.EITHER,
    ("replay", "plan"): Reach.EITHER,
    ("replay", "show"): Reach.EITHER,
    ("restore",): Reach.EITHER,
    ("resume",): Reach.EITHER,
    ("sandbox",): Reach.THIS_MACHINE,
    ("settings",): Reach.THIS_MACHINE,
    ("sign-out",): Reach.DATABASE,
    ("status",): Reach.EITHER,
    ("suggestions",): Reach.EITHER,
    ("timeline",): Reach.EITHER,
    ("topics", "acls"): Reach.THIS_MACHINE,
    ("topics", "check"): Reach.KAFKA,
    ("topics", "create"): Reach.KAFKA,
    ("undo-answer",): Reach.EITHER,
    ("undo-leave-both",): Reach.EITHER,
    ("unmatch",): Reach.EITHER,
    ("up",): Reach.THIS_MACHINE,
    ("vault", "new-key"): Reach.THIS_MACHINE,
    ("vault", "rotate"): Reach.DATABASE,
    ("verify",): Reach.BOTH,
    ("why",): Reach.EITHER,
    ("worker",): Reach.THIS_MACHINE,
}
"""By the words of the command. What runs a process or asks nobody does so whatever is asked elsewhere."""


def asks_a_gateway() -> bool:
    """Say whether the settings name one."""
    return bool(given().get("API"))


def out_of_reach(words: Sequence[str]) -> str | None:
    """Say why a command can't be run where a gateway is asked; None: it can, or it is no command of ours."""
    reach = REACHES.get(tuple(words))
    match reach:
        case None | Reach.THIS_MACHINE | Reach.EITHER:
            return None
        case Reach.KAFKA | Reach.DATABASE | Reach.BOTH:
            return (
                f"`client-sync {' '.join(words)}` needs {reach} itself: no gateway does this. {PREFIX}API or --api says that a gateway "
                "is asked here; run it without these, where the servers are reached."
            )
        case _:
            assert_never(reach)
