"""Why a wish was refused, in the product's words, each with what to do about it."""

from collections.abc import Mapping

_TEXTS: Mapping[str, str] = {
    "client_unknown": "This client is not known here yet. If it was added in Canopy just now, try again in a moment.",
    "client_gone": "This client is archived or deleted in Canopy. Restore it there first.",
    "customer_unknown": "QuickBooks has no such customer, as far as we know. Search again.",
    "customer_is_job": "This is a sub-customer or project in QuickBooks; only a customer of its own can be matched.",
    "customer_inactive": "This customer is inactive in QuickBooks. Make it active there first.",
    "customer_being_read": "This customer has just changed in QuickBooks, and is being read. Look again in a moment.",
    "customer_gone": "This customer is no longer in QuickBooks. Match another one, or create a new one.",
    "client_exists": "An unmatched client in Canopy has this name already. Match the two, or add another one all the same.",
    "already_linked": "This client is synced with a customer already. Unmatch it first.",
    "customer_linked": "Another client has this customer. Unmatch that one first, or choose another customer.",
    "stale": "Something has changed since you looked. Look again, then decide.",
    "question_open": "A question about this client is open. Answer it first.",
    "no_question": "There is no such question any more. Look again.",
    "write_under_way": "A change of this client is just being sent. Try again in a moment.",
    "not_connected": "This firm is not connected to QuickBooks. Connect it in the settings first.",
    "never_connected": "No QuickBooks company was ever connected for a firm of this name. Connect one first, or "
    "look whether the name is right.",
    "other_realm_connected": "This firm is connected to another QuickBooks company. Disconnect that one first.",
    "nothing_to_restore": "There is no unmatch to undo.",
    "matched_since": "This client is matched with another customer by now. Unmatch it first, then restore the version "
    "that you want, as its timeline numbers them.",
    "being_created": "A QuickBooks customer is being created for this client. Unmatch it first, then restore it.",
    "nothing_to_push": "Nothing is held back: there is nothing to send.",
    "nothing_to_retry": "Nothing failed that could be tried again.",
    "already_unmatched": "This client is not synced, or is just being unmatched.",
    "no_such_choice": "The question can't be answered like that. Look again.",
    "holder_is_no_customer": "A vendor or an employee has the name, or nobody knows who. Choose another name.",
    "name_taken": "Another QuickBooks customer has this name. Choose another one.",
    "name_unusable": "QuickBooks would not take this name. Choose one of at most 500 characters.",
    "not_synced": "This client is not synced, so there is nothing to put back.",
    "other_realm": "Its customer belongs to another QuickBooks company. Connect that one again first.",
    "already_paused": "Requests are paused already.",
    "not_paused": "Requests are not paused.",
    "name_unknown": "This client has no display name. Give it one in Canopy first.",
    "too_old": "This was asked for long ago, or came a second time, so it was not carried out. Ask again if it is still "
    "wanted.",
    "too_large": "This client is too large to be kept. Shorten its fields in Canopy.",
}


def refusal_text(code: str, facts: Mapping[str, str]) -> str:
    """Say why in a sentence; who and when, where the facts tell."""
    text = _TEXTS.get(code, "This can't be done as things are. Look at the client again.")
    since = f" since {facts['since'][:10]}" if "since" in facts else ""
    who = f", matched by {facts['actor'].removeprefix('user:')}" if "actor" in facts else ""
    match code:
        case "customer_linked" if "client_id" in facts:
            return f"{text} It belongs to client {facts['client_id']}{since}{who}."
        case "matched_since" if "customer_id" in facts:
            return text.replace("another customer by now", f"customer {facts['customer_id']}{since}{who}")
        case _:
            return text
