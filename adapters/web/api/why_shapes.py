"""Why a client stands as it does, as the API writes it."""

from pydantic import BaseModel

from domain.link.offers import Action
from domain.standing import Standing


class WhyAnswer(BaseModel):
    """Why a client is or is not synced, and what can be done."""

    standing: Standing
    text: str
    facts: dict[str, str]
    can: list[Action]
