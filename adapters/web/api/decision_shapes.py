"""What was decided about something that was asked, as the API writes it."""

from pydantic import BaseModel

from domain.decision import Verdict


class DecisionShape(BaseModel):
    """What the engine said. `facts` explain a refusal; `position`: in the log."""

    verdict: Verdict
    code: str
    facts: dict[str, str]
    position: str


class DecisionsAnswer(BaseModel):
    """Decisions by partition: one, or of what was asked for all firms one of each partition. `decided`: all of them are there."""

    decided: bool
    decisions: list[DecisionShape]
