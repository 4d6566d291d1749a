"""Dead letters as the API writes them."""

from datetime import datetime

from pydantic import BaseModel

from domain.letters import Act, State


class SentShape(BaseModel):
    """A message that was sent again: where it lies, and its id."""

    topic: str
    partition: int
    offset: int
    id: str


class FateShape(BaseModel):
    """What somebody did about a letter. `done_at` null: it is under way. `sent`: the first of `sent_count` messages."""

    act: Act
    actor: str
    reason: str
    asked_at: datetime
    done_at: datetime | None
    sent: list[SentShape]
    sent_count: int


class DeadLetterShape(BaseModel):
    """A message and why it was parked. `size` in bytes; `source`: topic/partition/offset, or a path of ours.

    `id`: partition-offset. `realms`: companies in it that no firm was connected to.
    """

    id: str
    partition: int
    offset: int
    key: str | None
    reason: str
    detail: str
    source: str
    time: datetime
    size: int
    realms: list[str]
    state: State
    fate: FateShape | None


class GroupShape(BaseModel):
    """Letters that wait for the same reason. `says`: the reason in words."""

    reason: str
    says: str
    count: int
    oldest: datetime


class DeadLettersAnswer(BaseModel):
    """Dead letters, the newest first. `groups`: those that wait, whatever reason and state were asked for."""

    dead_letters: list[DeadLetterShape]
    groups: list[GroupShape]
    cursor: str | None


class PlanShape(BaseModel):
    """What would come of sending a letter. `says`: in a sentence; `reason`: why it, or a part of it, is parked again."""

    code: str
    says: str
    topics: list[str]
    messages: int
    reason: str | None
    detail: str


class BodyShape(BaseModel):
    """A letter's bytes, as far as they can be read. `what`: json, text or bytes (shown as hex). `cut`: there is more."""

    what: str
    attributes: dict[str, str]
    text: str | None
    cut: bool
    with_values: bool


class LetterAnswer(BaseModel):
    """One letter. `says`, `advice`: why it was parked, and what to do. `body` null: gone by retention.

    `plan`: what would come of sending it again as it is; null where that can't be. `came_of`: what became of it.
    `editable`: another message may be sent in its place.
    """

    letter: DeadLetterShape
    says: str
    advice: str
    headers: dict[str, str]
    body: BodyShape | None
    plan: PlanShape | None
    came_of: str
    editable: bool


class SettledAnswer(BaseModel):
    """What was done, or, of a plan, what would come of it."""

    fate: FateShape | None
    plan: PlanShape | None
