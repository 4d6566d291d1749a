"""How replays are shown wherever they are: words and icons of their rows, what they were found by, and the commands that do the same."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from adapters.store.replays import Replay
from adapters.web.api.replay_shapes import State
from adapters.web.api.replays import state_of
from adapters.web.console.clock import Clock
from adapters.web.console.words import Icon
from adapters.web.texts.who_and_when import who
from domain.ids import FirmId
from domain.replays import EndState, ReplayKind
from domain.restoring import RestoreOutcome

HOUR = 60


@dataclass(frozen=True, slots=True)
class Look:
    """A word, and the icon that goes with it."""

    word: str
    icon: Icon


def outcome_look(outcome: RestoreOutcome, kind: ReplayKind) -> Look:
    """Say what a plan would do to a client. `kind`: what is taken back."""
    match outcome:
        case "restored":
            return Look("Restored", "synced") if kind == "unmatch" else Look("Unmatched", "not_synced")
        case "already_so":
            return Look("Already so", "asleep")
        case "question":
            return Look("Becomes a question", "attention")
        case "blocked":
            return Look("Blocked", "cut")
        case _:
            assert_never(outcome)


def end_look(state: EndState) -> Look:
    """Say how a row has ended, or stands."""
    match state:
        case "as_planned":
            return Look("As planned", "synced")
        case "under_way":
            return Look("Under way", "working")
        case "moved_on":
            return Look("Skipped", "cut")
        case "refused":
            return Look("Refused", "cut")
        case "otherwise":
            return Look("Came out otherwise", "attention")
        case "not_decided":
            return Look("Never decided", "attention")
        case _:
            assert_never(state)


def state_look(state: State) -> Look:
    """Say how far a replay is."""
    match state:
        case "planned":
            return Look("Planned", "not_synced")
        case "applying":
            return Look("Being applied", "working")
        case "applied":
            return Look("Applied", "synced")
        case "cancelled":
            return Look("Cancelled", "cut")
        case _:
            assert_never(state)


def found_by(replay: Replay, clock: Clock) -> str:
    """Say which acts a replay takes back, as its title: Unmatches by Dana, since Nov 24, 2026 at 9:00 AM."""
    wanted = replay.wanted
    parts = ["Unmatches" if replay.kind == "unmatch" else "Restores"]
    if "actor" in wanted:
        parts.append(f"by {who(wanted['actor'])}")
    for name, word in (("since", "since"), ("until", "until")):
        if name in wanted:
            parts.append(f"{word} {_moment(clock, wanted[name])}")
    if "batch" in wanted:
        parts.append(f"of batch {wanted['batch']}")
    if "engine" in wanted:
        parts.append(f"decided by version {wanted['engine']}")
    if named := len(wanted.get("clients", ())):
        parts.append(f"among {named:,} named {'client' if named == 1 else 'clients'}")
    return " ".join(parts)


def pace(minutes: float) -> str:
    """Say how long it takes at the company's pace."""
    if minutes < 1:
        return "less than a minute"
    if minutes < HOUR:
        return f"about {minutes:.0f} min"
    return f"about {minutes / HOUR:.1f} h"


def plan_body(replay: Replay) -> dict[str, Any]:
    """Write what is asked of the API to make the same plan anew."""
    wanted = {name: value for name, value in replay.wanted.items() if name != "clients"}
    named = replay.wanted.get("clients")
    return {"firm": replay.firm_id, "kind": replay.kind} | wanted | ({"ids": named} if named else {})


def take_back_body(replay: Replay) -> dict[str, str]:
    """Write what is asked of the API to plan that a replay be taken back: it is a batch of the opposite acts."""
    kind: ReplayKind = "restore" if replay.kind == "unmatch" else "unmatch"
    return {"firm": replay.firm_id, "kind": kind, "batch": replay.id}


def plan_command(firm: FirmId, body: Mapping[str, Any]) -> str:
    """Write the command that makes the plan for which the API is asked with a body."""
    words = ["client-sync", "replay", "plan", "--firm", firm]
    for name in ("kind", "since", "until", "actor", "batch"):
        if name in body:
            words += [f"--{name}", body[name]]
    if "engine" in body:
        words += ["--version", body["engine"]]
    return shlex.join(words) + (" --ids FILE" if "ids" in body else "")


def apply_command(replay: Replay, count: int | None) -> str:
    """Write the command that applies a plan."""
    confirm = f" --confirm {count}" if count is not None else ""
    return f'client-sync replay apply {replay.id} --reason "…"{confirm}'


def state_now(replay: Replay) -> Look:
    """Say how far it is now."""
    return state_look(state_of(replay))


def _moment(clock: Clock, text: str) -> str:
    return clock.minute(datetime.fromisoformat(text)).removeprefix("on ")
