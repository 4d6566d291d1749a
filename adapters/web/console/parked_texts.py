"""Why a message became a dead letter, in words. Total: no reason of this version is without them."""

from domain.codes import ParkedCode, is_parked


def parked_in_the_log(reason: str) -> str:
    """Say why; of another version's reason, only that it is one."""
    return parked_text(reason) if is_parked(reason) else "Rejected by another version of this program"


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
