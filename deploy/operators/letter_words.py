"""Dead letters in the terminal's sentences, and the same as facts for jq."""

from datetime import UTC, datetime, timedelta

from adapters.letters.decoding import decoded
from adapters.letters.look import Look
from adapters.store.views import DeadLetterView, FateView, LetterGroup
from adapters.web.api.letter_shapes import letter_answer, letter_shape, plan_shape
from adapters.web.texts.letters import (
    act_text,
    advice_in_the_log,
    came_of_text,
    parked_in_the_log,
    plan_text,
    refusal_text,
    state_text,
)
from deploy.operators.letters import Done
from deploy.operators.words import Said


def group(told: LetterGroup, now: datetime) -> Said:
    """Tell how many wait for a reason, and for how long."""
    facts: dict[str, object] = {
        "reason": told.reason,
        "says": parked_in_the_log(told.reason),
        "count": told.count,
        "oldest": told.oldest.isoformat(),
    }
    age = _age(now - told.oldest)
    return facts, (f"{told.count:>6}  {told.reason:<20}  oldest {age:>8}  {facts['says']}",)


def line(told: DeadLetterView) -> Said:
    """Tell of one in a list."""
    facts = letter_shape(told).model_dump(mode="json")
    state = state_text(told.state, under_way=told.fate is not None)
    head = (
        f"{told.place!s:<12} {told.time:%Y-%m-%d %H:%M:%S}  {state:<10} {told.reason:<20} {told.key or '-'}"
    )
    return facts, (head, f"             {told.detail}")


def whole(look: Look, *, values: bool) -> Said:
    """Tell all of one."""
    view, original = look.view, look.original
    facts = letter_answer(look, values=values).model_dump(mode="json")
    lines = [
        f"Dead letter {view.place}: {parked_in_the_log(view.reason)} ({view.reason})",
        f"  {view.detail}",
        f"  {advice_in_the_log(view.reason)}",
        f"  from {view.source}, parked {view.time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, firm {view.key or '-'}, {view.size} bytes",
    ]
    if view.fate is not None:
        lines.append(f"  {_fate(view.fate)} {came_of_text(look.came_of, sent=view.fate.sent_count)}".rstrip())
    if look.plan is not None:
        lines.append(f"  If it is redriven: {plan_text(look.plan)}")
    if original is None:
        lines.append("  Its bytes are gone: Kafka no longer holds them.")
        return facts, tuple(lines)
    body = decoded(original.value, values=values)
    hidden = "" if values else " (values hidden; --values shows them, and is logged)"
    lines.append(f"  Body: {body.what}{hidden}")
    lines += [f"    {each}" for each in (body.text or "").split("\n") if each]
    return facts, tuple(lines)


def done(told: Done) -> Said:
    """Tell what came of one, or would."""
    facts: dict[str, object] = {"id": str(told.place)}
    if told.refused is not None:
        sentence = refusal_text(told.refused.code, told.refused.facts)
        return {**facts, "refused": told.refused.code, "facts": told.refused.facts, "says": sentence}, (
            f"{told.place}: {sentence}",
        )
    if told.plan is not None:
        plan = plan_shape(told.plan).model_dump(mode="json")
        return {**facts, "plan": plan}, (f"{told.place}: {plan_text(told.plan)}",)
    if told.fate is not None:
        places = [f"{each.topic}/{each.partition}/{each.offset}" for each in told.fate.sent]
        facts |= {"act": told.fate.act, "sent": places, "sent_count": told.fate.sent_count}
        where = f", at {', '.join(places[:3])}" if places else ""
        return facts, (f"{told.place}: {_fate(told.fate)[:-1]}{where}.",)
    return {**facts, "plan": None}, (f"{told.place}: Its bytes are gone; it can only be discarded.",)


def _fate(fate: FateView) -> str:
    who = fate.actor.removeprefix("user:")
    if fate.done_at is None:
        return f"{who} is at it, since {fate.asked_at:%Y-%m-%d %H:%M:%S} UTC."
    return f"{who} {act_text(fate.act)} on {fate.done_at:%Y-%m-%d %H:%M} UTC: “{fate.reason}”."


def _age(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
