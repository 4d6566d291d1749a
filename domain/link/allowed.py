"""What may be asked of a link: one answer for `decide`, the API's `can`, the console's buttons, sentences and commands.

Who decides has asked here first. Whoever carries something out takes what it needs by `granted`.
"""

from datetime import UTC, datetime
from typing import TypeVar, assert_never

from domain.fields import Field, Value
from domain.ids import CustomerId
from domain.inputs import (
    Answer,
    Create,
    Erase,
    LeaveBoth,
    LinkIntent,
    Match,
    Push,
    PutBack,
    Restore,
    Retry,
    TakeTheirs,
    UndoAnswer,
    UndoLeaveBoth,
    Unmatch,
)
from domain.known import Known, survivor_of
from domain.link.choices import choices, customer_to_match
from domain.link.erasable import not_to_be_erased
from domain.link.free_customers import not_to_be_linked
from domain.link.held_again import not_to_be_held_again
from domain.link.matches import either_moved_since, moved_since, not_to_be_matched
from domain.link.states import Creating, LinkState, NeedsAttention, Synced, Unmatching, state_of
from domain.link.undone_answers import not_to_be_undone
from domain.link.unmatches import not_to_be_unmatched
from domain.names import LONGEST_NAME, folded
from domain.problem import Problem
from domain.refusals import Refusal
from domain.remembered import Former, Held
from domain.rows import LinkRow
from domain.settled import to_quickbooks

CAN_BE_RETRIED = (
    "display_name_taken",
    "value_not_taken",
    "rejected_by_quickbooks",
    "rejected_by_canopy",
    "our_error",
)

T = TypeVar("T")


class NotGrantedError(Exception):
    """Something is carried out that nobody asked here about, or that was refused: a bug of ours."""


def granted(what: T | Refusal | None) -> T:
    """Give what `refusal_of` has let through.

    Raises:
        NotGrantedError: it has not.
    """
    if what is None or isinstance(what, Refusal):
        raise NotGrantedError
    return what


def refusal_of(known: Known, link: LinkRow, asked: LinkIntent) -> Refusal | None:
    """Say why a link can't do what is asked of it; None: it can.

    `known`: the rows around it. A page knows just those, so only a decision finds that somebody else has a name.
    """
    if asked.link_version is not None and link.decided_version > asked.link_version:
        return Refusal("stale")
    state = state_of(link)
    if isinstance(asked, Unmatch):
        return not_to_be_unmatched(known, link, state, asked) or _not_to_be_called_again(known, link, asked)
    if isinstance(asked, Erase):
        return not_to_be_erased(known, link, asked.reason)
    firm = known.firm(link.firm_id)
    if firm is None or not firm.is_connected:
        return Refusal("not_connected")
    match asked:
        case Match():
            moved = moved_since(known, link, asked.customer_id, asked.customer_sync_token)
            return not_to_be_matched(known, link, asked.customer_id) or moved
        case Restore():
            return _restore(known, link, state, asked)
        case Create():
            return _create(link)
        case Push() | TakeTheirs() | LeaveBoth() | UndoLeaveBoth():
            return _about_held(known, link, state, asked)
        case Retry():
            return _retry(known, link, state, asked)
        case Answer() | UndoAnswer():
            return _answer(known, link, state, asked)
        case PutBack():
            return _put_back(state, asked)
        case _:
            assert_never(asked)


def to_restore(link: LinkRow, asked: Restore) -> Former | None:
    """Say what to put back: what that version held, else what was taken apart last."""
    if asked.version is None:
        return link.former
    if asked.customer_id is None:
        return None
    at = link.since or datetime.min.replace(tzinfo=UTC)
    last = link.former if link.former is not None and link.former.customer_id == asked.customer_id else None
    return Former(
        customer_id=asked.customer_id,
        agreed=asked.agreed,
        unmatched_at=at,
        unmatched_by=None,
        realm_id=asked.realm_id or (last.realm_id if last is not None else None),
    )


def _not_to_be_called_again(known: Known, link: LinkRow, asked: Unmatch) -> Refusal | None:
    if Field.DISPLAY_NAME not in asked.values_back:
        return None
    return _not_to_be_called(known, link, asked.values_back[Field.DISPLAY_NAME])


def _name_taken_since(known: Known, link: LinkRow, asked: UndoAnswer) -> Refusal | None:
    row = known.customer(link.firm_id, link.customer_id) if link.customer_id is not None else None
    if asked.settled is None or row is None or row.customer is None:
        return None
    back = to_quickbooks(asked.settled, row.customer.values)
    if Field.DISPLAY_NAME not in back:
        return None
    return _not_to_be_called(known, link, back[Field.DISPLAY_NAME])


def _restore(known: Known, link: LinkRow, state: LinkState, asked: Restore) -> Refusal | None:
    if isinstance(state, Unmatching):
        return Refusal("write_under_way") if link.puts_values_back else None
    former = to_restore(link, asked)
    if former is None:
        return Refusal("nothing_to_restore")
    if link.customer_id is not None:
        return Refusal("matched_since", _since(link) | {"customer_id": link.customer_id})
    if isinstance(state, Creating):
        return Refusal("being_created", _since(link))
    if not link.has_present_client:
        return Refusal("client_gone")
    firm = known.firm(link.firm_id)
    realm = firm.connection.realm_id if firm is not None and firm.connection is not None else None
    if former.realm_id is not None and realm is not None and former.realm_id != realm:
        return Refusal("other_realm", {"realm_id": former.realm_id})
    survivor = survivor_of(known, link.firm_id, former.customer_id)
    refusal = not_to_be_linked(known, link.firm_id, known.customer(link.firm_id, survivor))
    if refusal is not None:
        return refusal
    if link.client is not None and asked.client_version not in (None, link.client.version):
        return Refusal("stale")
    if (unseen := moved_since(known, link, survivor, asked.customer_sync_token)) is not None:
        return unseen
    moved = (
        survivor == former.customer_id and former.resume == "matching" and _edited_since(known, link, former)
    )
    return Refusal("stale") if moved else None  # the match would overwrite what nobody has seen


def _since(link: LinkRow) -> dict[str, str]:
    facts = {"since": link.since.isoformat()} if link.since is not None else {}
    return facts | ({"actor": link.actor} if link.actor is not None else {})


def _edited_since(known: Known, link: LinkRow, former: Former) -> bool:
    row = known.customer(link.firm_id, former.customer_id)
    customer = row.customer if row is not None else None
    return customer is None or not customer.active or customer.updated_at >= former.unmatched_at


def _create(link: LinkRow) -> Refusal | None:
    if link.customer_id is not None:
        return Refusal("already_linked", {"customer_id": link.customer_id})
    if not link.has_present_client:
        return Refusal("client_gone")
    return Refusal("write_under_way") if link.write is not None else None


def _about_held(
    known: Known, link: LinkRow, state: LinkState, asked: Push | TakeTheirs | LeaveBoth | UndoLeaveBoth
) -> Refusal | None:
    if isinstance(asked, UndoLeaveBoth):
        return not_to_be_held_again(known, link, state, asked)
    if link.held == Held() or link.customer_id is None:
        return Refusal("nothing_to_push")
    row = known.customer(link.firm_id, link.customer_id)
    if not isinstance(asked, Push) and (row is None or row.customer is None):
        return Refusal("customer_unknown")  # nobody knows what would stay there
    return either_moved_since(known, link, asked.client_version, asked.customer_sync_token)


def _retry(known: Known, link: LinkRow, state: LinkState, asked: Retry) -> Refusal | None:
    if not isinstance(state, NeedsAttention) or state.problem.code not in CAN_BE_RETRIED:
        return Refusal("nothing_to_retry")
    if not link.has_present_client:
        return Refusal("client_gone")
    return either_moved_since(known, link, asked.client_version, asked.customer_sync_token)


def _put_back(state: LinkState, asked: PutBack) -> Refusal | None:
    if isinstance(state, NeedsAttention):
        return Refusal("question_open")
    if not isinstance(state, Synced):
        return Refusal("not_synced")
    return _unusable(asked.field, asked.value)


def _answer(known: Known, link: LinkRow, state: LinkState, asked: Answer | UndoAnswer) -> Refusal | None:
    if isinstance(asked, UndoAnswer):
        return not_to_be_undone(known, link, state, asked) or _name_taken_since(known, link, asked)
    if not isinstance(state, NeedsAttention):
        return Refusal("no_question")
    problem = state.problem
    if problem.id != asked.question:
        return Refusal("stale")
    refusal = choices(known, link).get(asked.choice, Refusal("no_such_choice"))
    return refusal or _answer_as_given(known, link, problem, asked)


def _answer_as_given(known: Known, link: LinkRow, problem: Problem, asked: Answer) -> Refusal | None:
    """Say what stands against what comes with a choice that is open: a field, a value, or what the person was shown."""
    match asked.choice:
        case "canopy" | "quickbooks":
            named = asked.field is None or asked.field in problem.fields
            return None if named and link.client is not None else Refusal("no_such_choice")
        case "value":
            field = asked.field if asked.field in problem.fields else None
            return _unusable(field, asked.value) if field is not None else Refusal("no_such_choice")
        case "name":
            return _not_to_be_called(known, link, asked.value)
        case "match":
            customer = granted(customer_to_match(known, link, problem))
            if asked.customer_id not in (None, customer):
                return Refusal("stale")
            return moved_since(known, link, customer, asked.customer_sync_token)
        case "create_client" | "leave" | "go_on":
            return None
        case _:
            assert_never(asked.choice)


def _unusable(field: Field, value: Value) -> Refusal | None:
    nameless = field is Field.DISPLAY_NAME and not folded(value)
    return Refusal("name_unusable") if nameless else None


def _not_to_be_called(known: Known, link: LinkRow, name: Value) -> Refusal | None:
    if not isinstance(name, str) or not folded(name) or len(name.strip()) > LONGEST_NAME:
        return Refusal("name_unusable")
    named = sorted(CustomerId(each) for each in known.customers_named(link.firm_id, name))
    holders = [each for each in named if each != link.customer_id]
    return Refusal("name_taken", {"customer_id": holders[0]}) if holders else None
