"""How a dead letter stands, and what somebody has done about it, in a few words. Total over both."""

from domain.letters import Act, State


def state_text(state: State, *, under_way: bool) -> str:
    """Say how a letter stands, in a word or two."""
    if state == "waiting" and under_way:
        return "Under way"
    match state:
        case "waiting":
            return "Waiting"
        case "redriven":
            return "Redriven"
        case "edited":
            return "Edited and sent"
        case "discarded":
            return "Discarded"
        case "gone":
            return "Gone"


def act_text(act: Act) -> str:
    """Say what somebody has done about it."""
    match act:
        case "redriven":
            return "sent it again as it was"
        case "edited":
            return "sent a new message in its place"
        case "discarded":
            return "discarded it"
