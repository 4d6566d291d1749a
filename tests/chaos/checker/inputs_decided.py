"""C1: every input is decided exactly once, in order, or parked with its reason."""

import json
from collections import defaultdict
from typing import Any

from .history import OUTCOMES, Finding, History, Message, Place
from .log import Decision, Log


def judge(history: History, log: Log) -> Finding:
    """Compare what lies in the input topics with what the log says was decided."""
    found = Finding()
    decided = _decided_once(log, found)
    _in_order(log, found)
    parked = {message.headers.get("source") for message in history.dead_letters}
    connected = _connected_since(log)
    ids = {log_id for decision in log.decisions() if (log_id := decision.records[0].input_id)}
    effects = _effects_answered(history, decided)
    for message in history.inputs:
        found.counts[f"inputs on {message.topic}"] += 1
        if message.place in decided:
            continue
        since = connected.get(_firm(message) or "")
        if _name(message.place) in parked:
            found.counts["inputs parked"] += 1
        elif _event(message).get("id") in ids:
            found.counts["inputs that repeat a decided one"] += 1
        elif message.topic == OUTCOMES and _event(message).get("data", {}).get("effect_id") in effects:
            found.counts["outcomes that repeat a decided one"] += 1
        elif since is None or message.time <= since:
            found.counts["inputs from before their firm was connected"] += 1
        else:
            found.violation(
                "C1",
                "an input was never decided",
                input=_name(message.place),
                firm=_firm(message),
                id=_event(message).get("id"),
            )
    missing = set(decided) - {message.place for message in history.inputs}
    for place in sorted(missing):
        found.violation("C1", "the log decides an input that does not exist", input=_name(place))
    return found


def _decided_once(log: Log, found: Finding) -> dict[Place, Decision]:
    decided: dict[Place, Decision] = {}
    for decision in log.decisions():
        first = decision.records[0]
        found.counts[f"decided: {decision.input[0]} {first.verdict}"] += 1
        found.counts[f"code: {first.verdict} {first.code}"] += 1
        earlier = decided.get(decision.input)
        if earlier is not None:
            found.violation(
                "C1",
                "an input was decided twice",
                input=_name(decision.input),
                at=[
                    f"sync.log/{each.records[0].partition}/{each.records[0].offset}"
                    for each in (earlier, decision)
                ],
            )
        decided[decision.input] = decision
    return decided


def _in_order(log: Log, found: Finding) -> None:
    last: dict[tuple[str, int], int] = {}
    for decision in log.decisions():
        topic, partition, offset = decision.input
        if offset < last.get((topic, partition), -1):
            found.violation(
                "C1",
                "an input was decided after a later one",
                input=_name(decision.input),
                later=last[topic, partition],
            )
        last[topic, partition] = offset
        first = decision.records[0]
        if first.partition != partition:
            found.violation(
                "C1",
                "an input was decided in another partition",
                input=_name(decision.input),
                log=first.partition,
            )


def _connected_since(log: Log) -> dict[str, int]:
    since: dict[str, int] = {}
    for record in log.records:
        if record.row["kind"] == "firm" and record.row["connection"]:
            since.setdefault(record.row["firm_id"], record.time)
    return since


def _effects_answered(history: History, decided: dict[Place, Decision]) -> set[str]:
    """Name the effects whose outcome was decided: two workers may both report one, and one report counts."""
    by_topic: dict[str, list[Message]] = defaultdict(list)
    for message in history.inputs:
        by_topic[message.topic].append(message)
    return {
        _event(message)["data"]["effect_id"] for message in by_topic[OUTCOMES] if message.place in decided
    }


def _event(message: Message) -> dict[str, Any]:
    try:
        event = json.loads(message.value or b"null")
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _firm(message: Message) -> str | None:
    return message.key


def _name(place: Place) -> str:
    return "/".join(str(part) for part in place)
