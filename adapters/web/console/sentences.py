"""One decision about a client as a sentence: who did what. Total: no code of this version is without one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from markupsafe import Markup

from adapters.store.views import HistoryLine
from adapters.web.console.clock import Clock
from adapters.web.console.words import agreed_customer
from adapters.web.texts.fields import FIELD_LABELS
from adapters.web.texts.kinds import kind_text
from adapters.web.texts.obstacles import side_name, waiting_text
from adapters.web.texts.problems import choice_label, problem_text
from adapters.web.texts.refusals import refusal_in_the_log
from adapters.web.texts.who_and_when import who
from domain.codes import (
    EventCode,
    IntentCode,
    PassedOverCode,
    WorkCode,
    is_event,
    is_intent,
    is_passed_over,
    is_reason,
    is_work,
)
from domain.decision import Verdict
from domain.fields import Field
from domain.ids import OURSELVES
from domain.inputs import Choice
from domain.problem import ProblemCode
from domain.rows import LinkRow, Reason
from domain.standing import waits_for

Kind = Literal["person", "sync", "quiet", "idle", "problem"]
"""How loud a line is: a person's doing, the engine's own, one without changes, a message to no effect, one that went wrong."""

Template = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class _Told:
    """A line, and the row as the decision found it, if that is known."""

    line: HistoryLine
    before: LinkRow | None
    clock: Clock

    @property
    def row(self) -> LinkRow:
        return self.line.row

    @property
    def has_another_customer(self) -> bool:
        """Say whether the decision gave the client a customer."""
        before = self.before.customer_id if self.before is not None else None
        return self.row.customer_id not in (None, before)


def sentence(
    line: HistoryLine, before: LinkRow | None, clock: Clock, customer: Markup | None = None
) -> tuple[Kind, Markup]:
    """Tell a line. `before`: the row as the decision found it, if that is known. `customer`: whom it is about, if not the link's own."""
    told = _Told(line, before, clock)
    kind, text = _template(told)
    names: dict[str, Callable[[], str]] = {
        "who": lambda: who(line.actor),
        "customer": lambda: customer or _customer(line.row) or _customer(before) or "its customer",
        "former": lambda: _former(line.row) or _customer(before) or "its customer",
        "question": lambda: _question(before),
        "choice": lambda: _choice(told) or "",
        "field": lambda: _field(line),
        "undone": lambda: _undone(line),
        "waits": lambda: _waits(told),
        "why": lambda: refusal_in_the_log(line.code, line.facts) if line.verdict is Verdict.REFUSED else "",
    }
    # A page has up to 2,000 lines, and each of them tells one or two of these.
    told_whole = Markup(text).format(**{each: say() for each, say in names.items() if f"{{{each}}}" in text})  # noqa: S704  (the templates below; what is put in is escaped)
    if "given_back_to" in line.facts:
        told_whole += Markup("; the match was not carried out, so the other client keeps the customer")
    if "answer_stands" in line.facts:
        told_whole += Markup("; so the answer that was to be taken back stands")
    if "shares_email_with" in line.facts:
        told_whole += Markup("; client {} has the same email").format(line.facts["shares_email_with"])
    return kind, told_whole


def _template(told: _Told) -> Template:
    code, verdict = told.line.code, told.line.verdict
    if verdict is Verdict.REFUSED:
        return "problem", "<b>{who}</b> asked for something that was not done: {why}"
    if is_passed_over(code):
        return "idle", _passed_over(code)
    if verdict is Verdict.SKIPPED and is_reason(code):
        return "person", _not_sent(code, "added" if told.before is None else "edited")
    if is_intent(code):
        return "person", _intent(code, told)
    if is_event(code):
        if told.line.actor == OURSELVES and code == "client_edited":
            return "idle", "Canopy told of the change that was sent to it"
        return "person", _event(code)
    if is_work(code):
        return _work(code, told)
    return "quiet", "Decided by another version of this program"


def _intent(code: IntentCode, told: _Told) -> str:  # noqa: C901, PLR0912  (one case for each)
    match code:
        case "match" if told.has_another_customer:
            return "<b>{who}</b> matched this client with {customer}"
        case "match":
            return "<b>{who}</b> matched another client, which settled the question here"
        case "unmatch" if told.row.puts_values_back:
            return "<b>{who}</b> unmatched this client from {former}, and asked for QuickBooks' earlier values to be put back"
        case "unmatch":
            return "<b>{who}</b> unmatched this client from {former}"
        case "restore":
            return "<b>{who}</b> matched this client with {customer} again"
        case "create":
            return "<b>{who}</b> asked for a new QuickBooks customer"
        case "push":
            return "<b>{who}</b> sent the held changes"
        case "take_theirs":
            return "<b>{who}</b> took the other side's values in place of the held changes"
        case "leave_both":
            return "<b>{who}</b> left both sides as they are; the held changes are not sent"
        case "undo_leave_both":
            return "<b>{who}</b> took back that both sides stay as they are; the changes are held again"
        case "release_held":
            return "<b>{who}</b> sent all held changes"
        case "retry":
            return "<b>{who}</b> asked to try again"
        case "answer" if told.before is None or told.before.problem is None:
            return "<b>{who}</b> answered a question about another client"
        case "answer" if (kept := _kept(told.line)) is not None:
            return f"<b>{{who}}</b> {kept} {{field}}. The question was: {{question}}"
        case "answer" if _choice(told) is not None:
            return "<b>{who}</b> answered “{choice}”. The question was: {question}"
        case "answer":
            return "<b>{who}</b> answered the question: {question}"
        case "undo_add_client":
            return "<b>{who}</b> took back that {customer} is added to Canopy"
        case "undo_answer":
            return "<b>{who}</b> took back an answer. The question was: {undone}"
        case "put_back":
            return "<b>{who}</b> put back the earlier {field}"
        case "add_client":
            return "<b>{who}</b> added this client to Canopy from {customer}"
        case "connect":
            return "<b>{who}</b> connected QuickBooks"
        case "disconnect":
            return "<b>{who}</b> disconnected QuickBooks"
        case "erase":
            return "<b>{who}</b> erased this client: what was held of it until then is gone"
        case "pause":
            return "<b>{who}</b> paused syncing"
        case "resume":
            return "<b>{who}</b> resumed syncing"
        case "settings":
            return "<b>{who}</b> changed the settings"


def _event(code: EventCode) -> str:
    match code:
        case "client_created":
            return "<b>{who}</b> added this client in Canopy"
        case "client_edited":
            return "<b>{who}</b> edited this client in Canopy"
        case "client_archived":
            return "<b>{who}</b> archived this client in Canopy"
        case "client_restored":
            return "<b>{who}</b> restored this client in Canopy"
        case "client_deleted":
            return "<b>{who}</b> deleted this client in Canopy"


def _not_sent(reason: Reason, did: Literal["added", "edited"]) -> str:
    done = f"<b>{{who}}</b> {did} this client in Canopy"
    match reason:
        case Reason.LEFT_OUT if did == "added":
            return f"{done} with “Sync client” off"
        case Reason.CREATING_IS_OFF if did == "added":
            return f"{done} while “Creating new clients in Canopy” was off"
        case (
            Reason.LEFT_OUT
            | Reason.CREATING_IS_OFF
            | Reason.NEVER_MATCHED
            | Reason.CHOICE_UNKNOWN
            | Reason.UNMATCHED
            | Reason.CUSTOMER_GONE
            | Reason.MATCH_STALE
            | Reason.CLIENT_DELETED
            | Reason.DISCONNECTED
        ):
            return f"{done}; nothing is sent, since it is not synced"


def _work(code: WorkCode, told: _Told) -> Template:  # noqa: C901, PLR0912  (one case for each)
    match code:
        case "customer_saved":
            return "sync", "QuickBooks saved {customer}"
        case "client_saved":
            return "sync", "Canopy saved the change"
        case "customer_read" if any(each.what == "seen" for each in told.line.changes):
            return "sync", "{customer} was changed in QuickBooks"
        case "customer_read":
            return "sync", "Looked at {customer} in QuickBooks"
        case "customer_moved":
            return "sync", "{customer} was changed in QuickBooks meanwhile"
        case "client_moved":
            return "sync", "This client was changed in Canopy meanwhile"
        case "client_read":
            return "sync", "Looked at this client in Canopy"
        case "client_went_back":
            return (
                "sync",
                "Canopy went back to an older state, as after a backup; what stands there is taken as the truth",
            )
        case "customer_went_back":
            return (
                "sync",
                "QuickBooks went back to an older {customer}, as after a backup; what stands there is taken as the truth",
            )
        case "client_is_older":
            return "sync", "Canopy shows an older state than it had before; it is looked at again"
        case "customer_is_older":
            return (
                "sync",
                "QuickBooks shows an older state of {customer} than it had before; it is looked at again",
            )
        case "client_added":
            return "sync", "Added to Canopy from {customer}"
        case "customer_noticed" if _is_merged(told):
            return "sync", "In QuickBooks, its customer was merged into {customer}"
        case "customer_noticed":
            return "sync", "QuickBooks told of a change of {customer}"
        case "holders_found":
            return "sync", "Asked QuickBooks who has the display name"
        case "listed" | "clients_listed" if told.before is None:
            return "sync", "First seen in Canopy"
        case "listed" | "clients_listed":
            return "sync", "Compared when all clients were read"
        case "customers_listed":
            return "sync", "Compared when all customers were read"
        case "customers_checked" | "check_refused":
            return "sync", "Looked whether the matched customers are still in QuickBooks"
        case "links_planned" | "step_due":
            return "sync", "Compared again under the settings as they are now"
        case "reauthorised":
            return "sync", "QuickBooks was reauthorized"
        case "deferred":
            return "sync", "{waits}"
        case "not_done":
            return "sync", "The change did not go through; it is planned again"
        case "name_taken":
            return (
                "problem",
                "QuickBooks refused: the display name belongs to another customer, vendor or employee",
            )
        case "rejected":
            return "problem", "The other side rejected the change"
        case "failed":
            return "problem", "We hit an error of our own, so it is not sent; our operators have been told"
        case "customer_gone":
            return "problem", "QuickBooks no longer has the customer"
        case "client_gone":
            return "problem", "Canopy no longer has this client"
        case "unconfirmed":
            return "problem", "Nobody could confirm whether the last change still went through"


def _passed_over(code: PassedOverCode) -> str:
    match code:
        case "already_known":
            return "Canopy told again of what was known already"
        case "older_version":
            return "Canopy told of an older state of this client, which came late"
        case "already_read":
            return "QuickBooks told again of a change that was known already"
        case "repeat":
            return "The same request came again, and was not done twice"
        case "not_awaited" | "no_such_answer":
            return "An answer came that nobody waited for any more"
        case "other_realm":
            return "An answer came from another QuickBooks company"
        case "already_connected":
            return "QuickBooks was connected already"
        case "disconnected":
            return "QuickBooks told of a change while it was disconnected"


def _is_merged(told: _Told) -> bool:
    return told.before is not None and told.has_another_customer


def _question(before: LinkRow | None) -> str:
    return problem_text(before.problem) if before is not None and before.problem is not None else ""


def _choice(told: _Told) -> str | None:
    """Say with which of its choices the question was answered, where the record tells."""
    said = told.line.facts.get("choice")
    problem = told.before.problem if told.before is not None else None
    choices: tuple[Choice, ...] = get_args(Choice)
    return next((choice_label(problem, each) for each in choices if each == said), None) if problem else None


def _kept(line: HistoryLine) -> str | None:
    """Say what an answer about one field of several let stand there; None: it was about all of them."""
    if "field" not in line.facts:
        return None
    match line.facts.get("choice"):
        case "canopy":
            return "kept Canopy's"
        case "quickbooks":
            return "kept QuickBooks'"
        case "value":
            return "typed another"
        case _:
            return None


def _field(line: HistoryLine) -> str:
    said = line.facts.get("field")
    return next((FIELD_LABELS[field].lower() for field in Field if field == said), "value")


def _undone(line: HistoryLine) -> str:
    """Name the question whose answer was taken back."""
    said = line.facts.get("question")
    codes: tuple[ProblemCode, ...] = get_args(ProblemCode)
    return next((kind_text(code) for code in codes if code == said), "one of another version of this program")


def _waits(told: _Told) -> str:
    waiting, side = told.row.waiting, waits_for(told.row)
    if waiting is None:
        return f"{side_name(side)} would not take the change yet"
    return waiting_text(waiting.why, side, told.clock.second(waiting.until)).removesuffix(".")


def _customer(row: LinkRow | None) -> Markup | None:
    if row is None or row.customer_id is None:
        return None
    named = agreed_customer(row.customer_id, row.agreed)
    return customer_named(named.name, named.customer_id)


def _former(row: LinkRow) -> Markup | None:
    if row.former is None:
        return None
    named = agreed_customer(row.former.customer_id, row.former.agreed)
    return customer_named(named.name, named.customer_id)


def customer_named(name: str | None, customer_id: str) -> Markup:
    """Write a customer within a sentence."""
    if name is None:
        return Markup("customer {}").format(customer_id)
    return Markup("<b>{}</b> <span class=id>{}</span>").format(name, customer_id)
