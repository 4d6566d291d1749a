"""Dead letters in sentences: why one was parked, what to do about it, what would come of it. Total over their codes."""

from collections.abc import Mapping
from typing import assert_never

from adapters.letters.look import CameOf
from adapters.letters.plan import Plan, PlanCode, Refusal
from adapters.web.texts.letter_states import act_text
from adapters.web.texts.who_and_when import who
from domain.codes import ParkedCode, is_parked


def parked_in_the_log(reason: str) -> str:
    """Say why; of another version's reason, only that it is one."""
    return parked_text(reason) if is_parked(reason) else "Rejected by another version of this program"


def advice_in_the_log(reason: str) -> str:
    """Say what to do; of another version's reason, to ask that one."""
    if is_parked(reason):
        return advice_text(reason)
    return "Look at it with the version that parked it, or discard it."


def parked_text(reason: ParkedCode) -> str:  # noqa: C901, PLR0912  (one case for each)
    """Say why, in a few words."""
    match reason:
        case "bad_actor":
            return "Names nobody who may ask"
        case "bad_client":
            return "Not a client"
        case "bad_data":
            return "Wrong data"
        case "bad_id":
            return "Wrong id"
        case "bad_time":
            return "Wrong time"
        case "decision_too_large":
            return "What follows from it is too large for the log"
        case "decision_unwritable":
            return "What follows from it can't be written"
        case "handling_failed":
            return "We failed on it"
        case "newer_schema":
            return "Of a newer version"
        case "not_a_cloudevent":
            return "Not a CloudEvent"
        case "not_for_all_firms":
            return "Not to be asked for all firms at once"
        case "not_json":
            return "Not JSON"
        case "null_value":
            return "Empty"
        case "too_deep":
            return "Nested too deep"
        case "too_large":
            return "Too large"
        case "unknown_realm":
            return "Of a company that no firm is connected to"
        case "unknown_type":
            return "Of an unknown type"
        case "unreadable_webhook":
            return "Not a readable notice"
        case "wrong_key":
            return "Key of another firm"
        case "wrong_partition":
            return "In the wrong partition"
        case "wrong_topic":
            return "In the wrong topic"


def advice_text(reason: ParkedCode) -> str:
    """Say what to do about it."""
    match reason:
        case "decision_too_large" | "decision_unwritable" | "handling_failed":
            return "A bug of ours. Report it with this letter's id; redrive the letter once a version with the fix runs."
        case "newer_schema":
            return "Update the workers, then redrive it."
        case "unknown_realm":
            return "Connect the firm whose company it is, then redrive it. If no firm of yours has it, discard it."
        case "wrong_partition":
            return "Let its producer partition by murmur2 of the firm's id. Redriven, it goes where its firm is read."
        case "bad_client" | "bad_data" | "bad_id" | "bad_time":
            return "Tell its producer what was expected. Correct it here, or discard it once the producer has sent it anew."
        case "bad_actor" | "not_for_all_firms":
            return (
                "What is still wanted is best asked anew, in the console or at a terminal; then discard this."
            )
        case "unreadable_webhook":
            return (
                "Nothing is lost: customers are compared every day. Report it if it came from Intuit; redrive it once a "
                "version that reads it runs, or discard it."
            )
        case "wrong_key" | "wrong_topic":
            return "Find out who wrote it there, and let them write it anew. Then discard this."
        case "not_a_cloudevent" | "not_json" | "null_value" | "too_deep" | "too_large" | "unknown_type":
            return "Tell its producer. Write what was meant in its place, or discard it once the producer has sent it anew."
        case never:
            assert_never(never)


def plan_text(plan: Plan) -> str:
    """Say what would come of sending it, and where it would go."""
    places = sorted({f"{copy.topic}, partition {copy.partition}" for copy in plan.copies if copy.firm})
    count = sum(copy.firm is not None for copy in plan.copies)
    where = f"{'It goes' if count == 1 else f'{count} messages go'} to {'; '.join(places)}."
    return f"{where} {_comes(plan)}" if plan.copies else _comes(plan)


def _comes(plan: Plan) -> str:
    skipped = (
        f" {plan.skipped} of it are of companies that have disconnected, and are left out."
        if plan.skipped
        else ""
    )
    rest = f" What is left is parked again: {_why(plan)}" if plan.copies and plan.reason else ""
    return plan_code_text(plan.code, _why(plan)) + rest + skipped


def plan_code_text(code: PlanCode, why: str) -> str:
    """Say what would come of it. `why`: what stands in the way."""
    match code:
        case "goes_in":
            return "It can be read, and will be decided."
        case "uncertain":
            return (
                "It can be read. It was parked since deciding it failed: without a version that mends that it will be parked "
                "again, as a new letter."
            )
        case "parked_again":
            return f"It would be parked again: {why}"
        case "nothing_to_send":
            return "Nothing in it is of a company that is connected."
        case "repeat":
            return "It was decided already, and would be skipped as a repeat."
        case "too_old":
            return "It was asked more than an hour ago, and would be refused as too old. Ask anew for what is still wanted."


def refusal_text(code: Refusal, facts: Mapping[str, str]) -> str:
    """Say why nothing was done."""
    match code:
        case "letter_unknown":
            return "There is no such dead letter here. If it was parked just now, look again in a moment."
        case "other_firm":
            return "This letter is not of one of your firms."
        case "letter_gone":
            return (
                "Kafka no longer holds this letter, since its topic keeps them for 90 days, or its client was erased. It can only "
                "be discarded."
            )
        case "letter_settled":
            return f"{_name(facts)} {_done(facts)} on {facts.get('at', '')[:16].replace('T', ' ')} UTC. A letter is settled once."
        case "letter_under_way":
            return f"{_name(facts)} is at it just now. If nothing comes of that, ask again in a minute."
        case "sent_in_part":
            return "Part of it was sent again already, and the rest was not. Redrive it, so that all of it is sent."
        case "not_editable":
            return "Only what Canopy or a person says can be edited; notices and answers are what the other side said."
        case "parked_again":
            return plan_code_text("parked_again", f"{facts.get('detail', '')} ({facts.get('reason', '')}).")
        case "nothing_to_send" | "repeat" | "too_old":
            return plan_code_text(code, "")


def came_of_text(came: CameOf | None, *, sent: int) -> str:
    """Say what became of what was sent."""
    if came is None:
        return ""
    if came.letters:
        return f"It was parked again, as {', '.join(map(str, came.letters))}."
    first = "The first of it was" if sent > 1 else "It was"
    if came.verdict is not None:
        return f"{first} decided: {came.verdict} ({came.code}), at {came.at} of the log."
    return "Nothing is known of a decision yet. A message of a firm that was never connected leaves none."


def _why(plan: Plan) -> str:
    return f"{plan.detail} ({plan.reason})." if plan.reason else ""


def _name(facts: Mapping[str, str]) -> str:
    return who(facts.get("actor"))


def _done(facts: Mapping[str, str]) -> str:
    match facts.get("act"):
        case "redriven" | "edited" | "discarded" as act:
            return act_text(act)
        case _:
            return "has settled it"
