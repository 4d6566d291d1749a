"""Why an intent was refused, in the product's words, each with what to do about it. Total: no refusal is without one."""

from collections.abc import Mapping

from adapters.web.texts.who_and_when import day_of, who_of
from domain.codes import RefusalCode, is_refusal

Facts = Mapping[str, str]


def refusal_text(code: RefusalCode, facts: Facts) -> str:  # noqa: C901, PLR0912  (one case for each)
    """Say why in a sentence; who and when, where the facts tell."""
    day, somebody = day_of(facts), who_of(facts)
    since = f" since {day}" if day else ""
    who = f", by {somebody}" if somebody else ""
    match code:
        case "already_linked":
            return "This client is synced with a customer already. Unmatch it first."
        case "already_paused":
            return "Syncing is paused already."
        case "already_erased":
            return f"This client was erased already{since}."
        case "already_unmatched":
            return "This client is not synced, or is just being unmatched."
        case "being_created":
            return (
                "A QuickBooks customer is being created for this client. Unmatch it first, then restore it."
            )
        case "client_exists":
            return "An unmatched client in Canopy has this name already. Match the two, or add another one all the same."
        case "client_being_read":
            return "This client is just being looked at in Canopy. Try again in a moment."
        case "client_present":
            return (
                "Canopy still has this client, and would bring all of it back with the next change. Delete it there first, "
                "then erase it here."
            )
        case "client_gone":
            return "This client is archived or deleted in Canopy. Restore it there first."
        case "client_unknown":
            return "This client is not known here yet. If it was added in Canopy just now, try again in a moment."
        case "customer_being_read":
            return "This customer has just changed in QuickBooks, and is being read. Look again in a moment."
        case "customer_gone":
            return "This customer is no longer in QuickBooks. Match another one, or create a new one."
        case "customer_inactive":
            return "This customer is inactive in QuickBooks. Make it active there first."
        case "customer_is_job":
            return (
                "This is a sub-customer or project in QuickBooks; only a customer of its own can be matched."
            )
        case "customer_linked":
            other = f"client {facts['client_id']}" if "client_id" in facts else "another client"
            return f"This customer is already matched with {other}{since}{who}. Unmatch it there first, or choose another customer."
        case "customer_unknown":
            return "QuickBooks has no such customer, as far as we know. Search again."
        case "holder_is_no_customer":
            return (
                "A vendor or employee has this name, or we couldn't find out who does. Choose another name."
            )
        case "matched_since":
            other = f"customer {facts['customer_id']}" if "customer_id" in facts else "another customer"
            return (
                f"This client has been matched with {other}{since}{who}. Unmatch it first, then restore the version that "
                "you want, as its timeline numbers them."
            )
        case "name_taken":
            return "Another QuickBooks customer has this name. Choose another one."
        case "name_unusable":
            return "QuickBooks would not take this name. Choose one of at most 500 characters."
        case "never_connected":
            return (
                "No QuickBooks company was ever connected for a firm of this name. Connect one first, or look whether the "
                "name is right."
            )
        case "no_question":
            return "There is no such question any more. Look again."
        case "no_such_choice":
            return "The question can't be answered like that. Look again."
        case "not_being_added":
            return "Nobody is adding this customer to Canopy any more."
        case "not_connected":
            return "This firm is not connected to QuickBooks. Connect it first."
        case "not_paused":
            return "Syncing is not paused."
        case "not_synced":
            return "This client is not synced, so there is nothing to put back."
        case "nothing_to_hold_again":
            return (
                "There is nothing left of this to hold again: it was edited since, or is settled otherwise by now. "
                "The timeline says how."
            )
        case "nothing_to_push":
            return "There are no held changes any more."
        case "nothing_to_restore":
            return "There is no unmatch to undo."
        case "nothing_to_retry":
            return "Nothing failed that could be tried again."
        case "nothing_to_undo":
            return (
                "There is nothing of this answer to take back: it wrote nothing that still stands, or somebody has edited it since. "
                "Edit the values, or put single ones back from the timeline."
            )
        case "setting_changed":
            return (
                "This firm's setting for fields that both sides changed is another one by now, so this would not be held as before. "
                "Change the setting back first, or edit the value where it is wrong."
            )
        case "setting_settles_it":
            return (
                "This firm's setting for fields that both sides changed would settle it in the same way again. Change the setting "
                "first, or edit the value where it is wrong."
            )
        case "undone_by_unmatch":
            return "This answer matched the client. Unmatch it to take that back; its preview says which values go back to QuickBooks."
        case "undone_by_restore":
            return "This answer unmatched the client. Match it again to take that back; the preview says what stands in the way."
        case "other_realm":
            return "Its customer belongs to another QuickBooks company. Connect that one again first."
        case "other_realm_connected":
            return "This firm is connected to another QuickBooks company. Disconnect that one first."
        case "question_open":
            return "A question about this client is open. Answer it first."
        case "reason_names_person":
            return "The reason names the person, and it stays for good. Say why without their name or other values."
        case "stale":
            return "This changed while you were looking. Check it, and try again."
        case "too_old":
            return (
                "This was asked for long ago, or came a second time, so it was not carried out. Ask again if it is still "
                "wanted."
            )
        case "write_under_way":
            return "A change of this client is just being sent. Try again in a moment."


def refusal_in_the_log(code: str, facts: Facts) -> str:
    """Say why, of a refusal that another version of this program may have written."""
    return refusal_text(code, facts) if is_refusal(code) else "Another version of this program refused this."
