"""Dead letters in the terminal's sentences, and the same as facts for jq."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.web.api.letter_shapes import DeadLetterShape, FateShape, GroupShape, LetterAnswer, PlanShape
from adapters.web.texts.letter_states import act_text, state_text
from deploy.operators.words import Said, who
from deploy.terminal import SaidNoError
from domain.letters import GOES, LetterPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of one letter: done, planned or refused."""

    place: LetterPlace
    fate: FateShape | None = None
    plan: PlanShape | None = None
    refused: SaidNoError | None = None

    @property
    def is_fine(self) -> bool:
        """Say whether it went as it was meant, or would."""
        if self.refused is not None:
            return False
        return self.fate is not None if self.plan is None else self.plan.code in GOES


def group(told: GroupShape, now: datetime) -> Said:
    """Tell how many wait for a reason, and for how long."""
    facts: dict[str, object] = {
        "reason": told.reason,
        "says": told.says,
        "count": told.count,
        "oldest": told.oldest.isoformat(),
    }
    age = _age(now - told.oldest)
    return facts, (f"{told.count:>6}  {told.reason:<20}  oldest {age:>8}  {told.says}",)


def line(told: DeadLetterShape) -> Said:
    """Tell of one in a list."""
    state = state_text(told.state, under_way=told.fate is not None)
    head = f"{told.id:<12} {told.time:%Y-%m-%d %H:%M:%S}  {state:<10} {told.reason:<20} {told.key or '-'}"
    return told.model_dump(mode="json"), (head, f"             {told.detail}")


def whole(told: LetterAnswer) -> Said:
    """Tell all of one."""
    letter, body = told.letter, told.body
    lines = [
        f"Dead letter {letter.id}: {told.says} ({letter.reason})",
        f"  {letter.detail}",
        f"  {told.advice}",
        f"  from {letter.source}, parked {letter.time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, firm {letter.key or '-'}, {letter.size} bytes",
    ]
    if letter.fate is not None:
        lines.append(f"  {_fate(letter.fate)} {told.came_of}".rstrip())
    if told.plan is not None:
        lines.append(f"  If it is redriven: {told.plan.says}")
    if body is None:
        lines.append("  Its bytes are gone: Kafka no longer holds them.")
    else:
        hidden = "" if body.with_values else " (values hidden; --values shows them, and is logged)"
        lines.append(f"  Body: {body.what}{hidden}")
        lines += [f"    {each}" for each in (body.text or "").split("\n") if each]
    return told.model_dump(mode="json"), tuple(lines)


def done(told: Done) -> Said:
    """Tell what came of one, or would."""
    facts: dict[str, object] = {"id": str(told.place)}
    if told.refused is not None:
        no = told.refused
        return {**facts, "refused": no.code, "facts": no.facts, "says": str(no)}, (f"{told.place}: {no}",)
    if told.plan is not None:
        plan = told.plan.model_dump(mode="json")
        return {**facts, "plan": plan}, (f"{told.place}: {told.plan.says}",)
    if told.fate is not None:
        places = [f"{each.topic}/{each.partition}/{each.offset}" for each in told.fate.sent]
        facts |= {"act": told.fate.act, "sent": places, "sent_count": told.fate.sent_count}
        where = f", at {', '.join(places[:3])}" if places else ""
        return facts, (f"{told.place}: {_fate(told.fate)[:-1]}{where}.",)
    return {**facts, "plan": None}, (f"{told.place}: Its bytes are gone; it can only be discarded.",)


def _fate(fate: FateShape) -> str:
    by = who(fate.actor)
    if fate.done_at is None:
        return f"{by} is at it, since {fate.asked_at:%Y-%m-%d %H:%M:%S} UTC."
    return f"{by} {act_text(fate.act)} on {fate.done_at:%Y-%m-%d %H:%M} UTC: “{fate.reason}”."


def _age(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
