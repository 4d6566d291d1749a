"""Why a client stands as it does: one sentence in the product's words, and the facts behind it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.web.texts.fields import field_names, sentence_case
from adapters.web.texts.obstacles import shut_text, side_name, waiting_text
from adapters.web.texts.problems import problem_text
from adapters.web.texts.refusals import refusal_text
from domain.agreed import Agreed
from domain.fields import Field
from domain.ids import CustomerId
from domain.inputs import Choice
from domain.obstacles import Obstacle
from domain.progress import side_of
from domain.refusals import Refusal
from domain.rows import CustomerRow, LinkRow, LinkStatus, Reason
from domain.standing import Around, Standing, standing, waits_for


@dataclass(frozen=True, slots=True)
class Why:
    """`facts`: ids, times, settings, who and in which words; never a client's values."""

    standing: Standing
    text: str
    facts: Mapping[str, str]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _day(moment: datetime) -> str:
    return f"on {_utc(moment)}"


def _by_id(actor: str | None) -> str:
    return (actor or "somebody").removeprefix("user:")


def _by_number(customer: CustomerId, _agreed: Agreed, _known: CustomerRow | None) -> str:
    return f"customer {customer}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How times, people and customers are named for whoever reads it.

    `moment`: to the second; `day`: on which one; `customer`: by what was last agreed, and its row, if it is known.
    """

    moment: Callable[[datetime], str] = _utc
    day: Callable[[datetime], str] = _day
    who: Callable[[str | None], str] = _by_id
    customer: Callable[[CustomerId, Agreed, CustomerRow | None], str] = _by_number


PLAIN = Words()
"""For those whose time zone nobody knows, and where no client's values may stand."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What a sentence is made of."""

    link: LinkRow
    customer: CustomerRow | None
    around: Around
    offered: Collection[Choice]
    no_restore: Refusal | None
    words: Words


def why(
    link: LinkRow,
    around: Around,
    customer: CustomerRow | None = None,
    offered: Collection[Choice] = (),
    no_restore: Refusal | None = None,
    words: Words = PLAIN,
) -> Why:
    """Explain a link as it stands. `customer`: its own, if known.

    `offered`: the choices of its question that would not be refused. `no_restore`: why it can't be put back.
    """
    stands = standing(link, customer, around)
    text = _text(stands, _Case(link, customer, around, offered, no_restore, words))
    return Why(stands, text, _facts(stands, link, around))


def _text(stands: Standing, case: _Case) -> str:  # noqa: C901, PLR0912  (one case for each)
    match stands:
        case Standing.IN_STEP:
            return f"It is in step with {_customer(case)}."
        case Standing.NEEDS_ATTENTION:
            return _needs_attention(case)
        case Standing.WAITING:
            return _waiting(case)
        case Standing.SENDING:
            return _sending(case)
        case Standing.MATCHING:
            return f"It is being matched: Canopy's values are on their way to {_customer(case)}."
        case Standing.CREATING:
            return "A QuickBooks customer is being created for it."
        case Standing.TO_BE_CREATED:
            return "Its customer is created once we have read all that is in QuickBooks and Canopy."
        case Standing.UNMATCHING:
            return _unmatching(case)
        case Standing.CHECKING:
            return _checking(case)
        case Standing.HELD:
            return f"{held_text(case.link)} Send it, take the other side's value instead, or leave both as they are."
        case Standing.PAUSED:
            return _paused(case)
        case Standing.CUSTOMER_INACTIVE:
            return "Its customer is inactive in QuickBooks, so nothing is sent or taken until it is active again."
        case Standing.CLIENT_ARCHIVED:
            return "The client is archived in Canopy, so nothing is sent or taken; restored, both sides are compared."
        case Standing.SHUT_OUT:
            return _shut_out(case)
        case Standing.DISCONNECTED:
            return _disconnected(case)
        case Standing.NOT_SYNCED:
            return _not_synced(case)


def held_text(link: LinkRow) -> str:
    """Say what is held of a link, and why."""
    held = link.held
    drifted = tuple(f for f in (*held.to_quickbooks, *held.to_canopy) if f in link.drifted)
    there = tuple(f for f in held.to_quickbooks if f not in drifted)
    here = tuple(f for f in held.to_canopy if f not in drifted)
    told = (
        (drifted, "the company was disconnected"),
        (there, "“Editing clients in Canopy” was off"),
        (here, "“Editing clients in QBO” was off"),
    )
    return " ".join(_held(tuple(dict.fromkeys(fields)), why) for fields, why in told if fields)


def _held(fields: tuple[Field, ...], because: str) -> str:
    is_held, it = ("is held", "it") if len(fields) == 1 else ("are held", "they")
    return f"{sentence_case(field_names(fields))} {is_held}, because {because} when {it} changed."


def _names(fields: Iterable[Field]) -> str:
    return field_names(dict.fromkeys(fields))


def _unmatching(case: _Case) -> str:
    if case.link.puts_values_back:
        return "It is being unmatched: QuickBooks' values from before the match are being put back."
    return "It is being unmatched: we are finding out whether the last change still went through."


def _customer(case: _Case) -> str:
    link = case.link
    if link.customer_id is None:
        return "its QuickBooks customer"
    return case.words.customer(link.customer_id, link.agreed, case.customer)


def _needs_attention(case: _Case) -> str:
    problem = case.link.problem
    return problem_text(problem, case.offered) if problem else "A person has to say how it goes on."


def _disconnected(case: _Case) -> str:
    """Say what stops every client of the firm."""
    connection, words = case.around.firm.connection, case.words
    if connection is None:
        return "This firm is not connected to QuickBooks, so nothing is synced."
    if connection.asleep_since is not None:
        since, by = words.day(connection.asleep_since), words.who(connection.asleep_by)
        return (
            f"QuickBooks was disconnected {since} by {by}. Matches are kept; "
            "nothing is sent or taken until it is connected again."
        )
    return "Another QuickBooks company was connected; the links with the one before are being let go."


def _shut_out(case: _Case) -> str:
    connection = case.around.firm.connection
    return shut_text(connection.shut_by if connection is not None else Obstacle.NOT_AUTHORISED)


def _paused(case: _Case) -> str:
    link, paused, words = case.link, case.around.paused, case.words
    by = f" by {words.who(paused.by)} {words.day(paused.since)}{_in_words(paused.reason)}" if paused else ""
    if link.pending or link.status is not LinkStatus.SYNCED:
        return f"A change waits: syncing was paused{by}. It is sent when syncing resumes."
    return f"Syncing was paused{by}. What changes is kept, and sent when syncing resumes."


def _waiting(case: _Case) -> str:
    link, waiting = case.link, case.link.waiting
    if waiting is None:
        return _sending(case)
    return waiting_text(waiting.why, waits_for(link), case.words.moment(waiting.until))


def _sending(case: _Case) -> str:
    write = case.link.write
    to = (
        f" to {side_name(side_of(write))}: {_names(write.values)}"
        if write is not None and write.values
        else ""
    )
    return f"A change is on its way{to}."


def _checking(case: _Case) -> str:
    link = case.link
    if case.around.is_catching_up:
        return "The company was connected again. Both sides are being read, and compared."
    if link.looks_at_canopy:
        return "It is being looked at in Canopy again."
    if link.changed_at or link.wanted:
        return "Both sides differ, and what follows from it is being worked out."
    return "QuickBooks told of a change, which is being read."


def _not_synced(case: _Case) -> str:
    link = case.link
    if link.erased is not None and not link.has_present_client:
        who, when = case.words.who(link.erased.by), case.words.day(link.erased.at)
        return (
            f"It was deleted in Canopy and erased here {when} by {who}. What was held of it is gone for good."
        )
    if not case.around.firm.is_connected:
        return _disconnected(case)
    if link.reason is None:
        return _unmatched(case) if link.former is not None else _reason(case, Reason.NEVER_MATCHED)
    return _reason(case, link.reason)


def _reason(case: _Case, reason: Reason) -> str:
    match reason:
        case Reason.NEVER_MATCHED:
            return "It was never matched with a QuickBooks customer. Match it, or create one."
        case Reason.LEFT_OUT:
            return (
                "It was added with “Sync client” off. Edits never match it; match it, or create a customer."
            )
        case Reason.CREATING_IS_OFF:
            return "“Creating new clients in Canopy” was off when it was added, so nothing was created."
        case Reason.CHOICE_UNKNOWN:
            return "Canopy hasn't told us yet whether to sync this client. Match it, or create a customer."
        case Reason.UNMATCHED:
            return _unmatched(case)
        case Reason.CUSTOMER_GONE:
            return "Its customer is no longer in QuickBooks. Match another one, or create a new one."
        case Reason.MATCH_STALE:
            return (
                "The customer changed while it was being matched, so nothing was sent. Look, and match again."
            )
        case Reason.CLIENT_DELETED:
            return "It was deleted in Canopy, so its customer was let go; nothing was deleted in QuickBooks."
        case Reason.DISCONNECTED:
            return (
                "The firm has another QuickBooks company now, and its customer is in the one before. Match it with a customer "
                "of this one, or connect that company again and restore it."
            )


def _unmatched(case: _Case) -> str:
    former, words = case.link.former, case.words
    if former is None:
        return "It was unmatched. Match it, or create a customer."
    who, when = words.who(former.unmatched_by), words.day(former.unmatched_at)
    customer = words.customer(former.customer_id, former.agreed, None)
    way = (
        refusal_text(case.no_restore.code, case.no_restore.facts)
        if case.no_restore is not None
        else "It can be matched with it again."
    )
    stays = (
        f" QuickBooks did not take its earlier {_names(former.not_put_back)} back."
        if former.not_put_back
        else ""
    )
    return f"It was unmatched from {customer} {when} by {who}{_in_words(former.because)}.{stays} {way}"


def _in_words(reason: str | None) -> str:
    return f": “{reason}”" if reason else ""


def _facts(stands: Standing, link: LinkRow, around: Around) -> dict[str, str]:
    connection, paused = around.firm.connection, around.paused
    known = {
        "standing": stands.value,
        "status": link.status.value,
        "reason": link.reason.value if link.reason and link.status is LinkStatus.NOT_SYNCED else None,
        "since": link.since.isoformat() if link.since else None,
        "actor": link.actor,
        "actor_reason": link.because,
        "customer_id": link.customer_id,
        "former_customer_id": link.former.customer_id if link.former else None,
        "erased_at": link.erased.at.isoformat() if link.erased else None,
        "erased_by": link.erased.by if link.erased else None,
        "unmatched_reason": link.former.because if link.former else None,
        "problem": link.problem.code if link.problem else None,
        "waiting_until": link.waiting.until.isoformat() if link.waiting and link.pending else None,
        "waiting_why": link.waiting.why if link.waiting and link.pending else None,
        "waiting_for": waits_for(link) if link.waiting and link.pending else None,
        "realm_id": connection.realm_id if connection else None,
        "disconnected_since": _when(connection.asleep_since) if connection else None,
        "reauthorise_since": _when(connection.reauthorise_since) if connection else None,
        "paused_since": _when(paused.since) if paused else None,
        "paused_by": paused.by if paused else None,
        "paused_reason": paused.reason if paused else None,
        "held": ", ".join(dict.fromkeys((*link.held.to_quickbooks, *link.held.to_canopy))) or None,
    }
    return {name: fact for name, fact in known.items() if fact is not None}


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
