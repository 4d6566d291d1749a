"""One decision about a client as a sentence: who did what."""

from collections.abc import Mapping
from typing import Literal

from markupsafe import Markup

from adapters.store.views import HistoryLine
from adapters.web.console.clock import Clock
from adapters.web.console.words import agreed_customer, who
from adapters.web.obstacle_texts import SIDES
from adapters.web.refusal_texts import refusal_text
from domain.decision import Verdict
from domain.ids import OURSELVES
from domain.rows import LinkRow
from domain.standing import waits_for

Kind = Literal["person", "sync", "quiet", "problem"]
"""How loud a line is: a person's doing, the engine's own, one that changed nothing, one that went wrong."""


_PEOPLE: Mapping[str, str] = {
    "match": "<b>{who}</b> matched this client with {customer}",
    "unmatch": "<b>{who}</b> unmatched this client from {former}",
    "restore": "<b>{who}</b> put the link with {customer} back",
    "create": "<b>{who}</b> asked for a new QuickBooks customer",
    "push": "<b>{who}</b> sent what was held",
    "retry": "<b>{who}</b> asked to try again",
    "answer": "<b>{who}</b> answered the question",
    "put_back": "<b>{who}</b> let a value that gave way stand again",
    "client_created": "<b>{who}</b> added this client in Canopy",
    "client_edited": "<b>{who}</b> edited this client in Canopy",
    "client_archived": "<b>{who}</b> archived this client in Canopy",
    "client_restored": "<b>{who}</b> restored this client in Canopy",
    "client_deleted": "<b>{who}</b> deleted this client in Canopy",
}
_SYNC: Mapping[str, str] = {
    "customer_saved": "QuickBooks saved {customer}",
    "client_saved": "Canopy saved the change",
    "customer_read": "Read {customer} in QuickBooks after a change there",
    "customer_moved": "{customer} had just changed in QuickBooks, so it was read again",
    "client_moved": "This client had just changed in Canopy, so it was read again",
    "client_read": "Looked at this client in Canopy",
    "client_went_back": "Canopy went back to an older state, as after a backup; what stands there is taken as the truth",
    "customer_went_back": "QuickBooks went back to an older state of {customer}, as after a backup; what stands there is "
    "taken as the truth",
    "client_is_older": "Canopy shows an older state than it had before; it is looked at again",
    "customer_is_older": "QuickBooks shows an older state of {customer} than it had before; it is looked at again",
    "client_added": "Added to Canopy from {customer}",
    "holders_found": "Asked QuickBooks who has the display name",
    "listed": "Found when all clients were read",
    "customers_listed": "Compared when all customers were read",
    "customers_checked": "Looked whether the matched customers are still in QuickBooks",
    "links_planned": "Compared again under the settings as they are now",
    "deferred": "{side} would not take the change yet; it is tried again",
    "not_done": "The change did not go through; it is planned again",
}
_PROBLEMS: Mapping[str, str] = {
    "name_taken": "QuickBooks refused: the display name belongs to another customer, vendor or employee",
    "rejected": "The other side rejected the change",
    "failed": "We hit an error of our own, so it is not sent; our operators have been told",
    "customer_gone": "QuickBooks no longer has the customer",
    "client_gone": "Canopy no longer has this client",
    "unconfirmed": "Nobody could confirm whether the last change still went through",
}
_QUIET: Mapping[str, str] = {
    "already_known": "Canopy told of a change that was known already",
    "older_version": "An older copy of this client arrived late; nothing changed",
    "repeat": "The same request came again; nothing was done twice",
    "not_awaited": "An answer came that nobody waited for any more",
}
_NOT_SENT: Mapping[str, str] = {
    "left_out": "<b>{who}</b> {did} this client in Canopy with “Sync client” off",
    "creating_is_off": "<b>{who}</b> {did} this client in Canopy while “Creating new clients in Canopy” was off",
}
_NOT_SYNCED = "<b>{who}</b> {did} this client in Canopy; nothing is sent, since it is not synced"


def sentence(line: HistoryLine, before: LinkRow | None, clock: Clock) -> tuple[Kind, Markup]:
    """Tell a line. `before`: the row as the decision found it, if that is known."""
    names = {
        "who": who(line.actor),
        "customer": _customer(line.row) or _customer(before) or "the customer",
        "former": _former(line.row) or _customer(before) or "its customer",
        "did": "added" if before is None else "edited",
        "side": SIDES[waits_for(line.row)],
    }
    kind, text = _template(line, names)
    told = Markup(text).format(**names)  # noqa: S704  (the templates above; what is put in is escaped)
    if "given_back_to" in line.facts:
        told += Markup("; the match was not carried out, so the other client keeps the customer")
    if "shares_email_with" in line.facts:
        told += Markup("; client {} has the same e-mail").format(line.facts["shares_email_with"])
    waiting = line.row.waiting
    if line.code == "deferred" and waiting is not None:
        told += Markup(" at {}").format(clock.second(waiting.until))
    return kind, told


def _template(line: HistoryLine, names: dict[str, str]) -> tuple[Kind, str]:
    code = line.code
    if line.verdict is Verdict.REFUSED:
        names["why"] = refusal_text(code, line.facts)
        return "problem", "<b>{who}</b> was refused: {why}"
    if code in _QUIET:
        return "quiet", _QUIET[code]
    if line.actor == OURSELVES and code == "client_edited":
        return "quiet", "Canopy told of the change that was sent to it"
    if line.verdict is Verdict.SKIPPED:
        return "person", _NOT_SENT.get(code, _NOT_SYNCED)
    if code in _PEOPLE:
        return "person", _PEOPLE[code]
    if code in _PROBLEMS:
        return "problem", _PROBLEMS[code]
    names["code"] = code.replace("_", " ").capitalize()
    return "sync", _SYNC.get(code, "{code}")


def _customer(row: LinkRow | None) -> Markup | None:
    if row is None or row.customer_id is None:
        return None
    named = agreed_customer(row.customer_id, row.agreed)
    return _named(named.name, named.customer_id)


def _former(row: LinkRow) -> Markup | None:
    if row.former is None:
        return None
    named = agreed_customer(row.former.customer_id, row.former.agreed)
    return _named(named.name, named.customer_id)


def _named(name: str | None, customer_id: str) -> Markup:
    if name is None:
        return Markup("customer {}").format(customer_id)
    return Markup("<b>{}</b> <span class=id>{}</span>").format(name, customer_id)
