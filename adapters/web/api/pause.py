"""Starting no new request for a while, of a firm or of all."""

from pydantic import BaseModel, ConfigDict, Field

from adapters.web.api.firm_intents import firm_intent
from adapters.web.api.operations import FIRM_PATH, Call
from domain.inputs import Pause, Resume
from domain.reasons import MOST_IN_A_REASON


class FirmReason(BaseModel):
    """`reason`: a person's words, for the log."""

    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(None, max_length=MOST_IN_A_REASON)


def _pause(call: Call) -> Pause:
    reason = call.body_as(FirmReason).reason
    return Pause(firm_id=call.firm, intent_id=call.intent_id, reason=reason)


def _resume(call: Call) -> Resume:
    reason = call.body_as(FirmReason).reason
    return Resume(firm_id=call.firm, intent_id=call.intent_id, reason=reason)


PAUSE = (
    firm_intent(
        "POST",
        FIRM_PATH + "/pause",
        "Start no new request; decisions go on",
        _pause,
        FirmReason,
        all_firms=True,
    ),
    firm_intent("POST", FIRM_PATH + "/resume", "Let requests go on", _resume, FirmReason, all_firms=True),
)
