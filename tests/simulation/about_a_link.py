"""Staff in front of the console: what is asked about one client."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from domain import inputs
from domain.fields import Field
from domain.ids import ClientId, CustomerId, customer_key, link_key
from domain.rows import CustomerRow, LinkRow, LinkStatus
from tests.simulation.acting import NAMES, Acting, named
from tests.simulation.intents import intent, intent_about

CHOICES = {
    "both_changed": ("canopy", "quickbooks", "value"),
    "display_name_taken": ("name", "name", "match"),
    "possible_duplicate": ("match", "create_client", "leave"),
    "customers_merged": ("match", "leave"),
    "loop": ("go_on",),
    "no_progress": ("go_on",),
    "not_kept": ("canopy", "quickbooks", "value"),
}


def match(acting: Acting) -> None:
    """Match a client with a customer."""
    link = acting.link(LinkStatus.NOT_SYNCED)
    rows = [
        row
        for row in acting.company.judge.rows.values()
        if isinstance(row, CustomerRow) and row.firm_id == acting.firm
    ]
    if link is None or not rows:
        return
    taken = {other.customer_id for other in acting.links()}
    free = [row for row in rows if row.customer_id not in taken]
    row = acting.pick("whom", free if free and acting.chance("free") < 0.85 else rows)
    token = row.customer.sync_token if row.customer is not None and acting.chance("token") < 0.6 else None
    intent_about(acting, link, inputs.Match, customer_id=row.customer_id, customer_sync_token=token)


def unmatch(acting: Acting) -> None:
    """Take a link apart."""
    link = acting.link(
        LinkStatus.SYNCED, LinkStatus.CREATING, LinkStatus.MATCHING, LinkStatus.NEEDS_ATTENTION
    )
    intent_about(acting, link, inputs.Unmatch)


def unmatch_in_haste(acting: Acting) -> None:
    """Somebody edits, and takes the link apart while that edit is on its way, or waits behind those of an import."""
    linked = _linked(acting)
    if linked:
        chosen = acting.pick("hasty", linked)
        imported = acting.chance("imported") < 0.5
        _edit(acting, linked if imported else (chosen,))
        _unmatch(acting, chosen, 4 * acting.chance("haste"))


def unmatch_all_in_haste(acting: Acting) -> None:
    """A list of clients is imported, and turns out to be another firm's: all of the links are taken apart."""
    linked = _linked(acting)
    _edit(acting, linked)
    for n, client in enumerate(linked):
        one = replace(acting, act=replace(acting.act, name=f"{acting.act.name}/{n}"))
        _unmatch(one, client, 1 + 4 * one.chance("haste"))


def _linked(acting: Acting) -> list[ClientId]:
    present = (each for each, client in acting.canopy.clients.items() if client.presence == "present")
    return sorted(set(acting.holders().values()) & set(present))


def _edit(acting: Acting, clients: Iterable[ClientId]) -> None:
    for client in clients:
        values = {Field.PHONE: acting.value(Field.PHONE)}
        acting.canopy.edit(client, values)
        acting.tell(f"Dana edits client {client} to {named(values)} in Canopy.")


def _unmatch(acting: Acting, client: ClientId, seconds: float) -> None:
    """Let somebody unmatch a client so much later, as it stands now."""
    link = acting.company.judge.rows.get(link_key(acting.firm, client))
    if isinstance(link, LinkRow):
        acting.later(seconds, partial(intent_about, acting, link, inputs.Unmatch))


def unmatch_with_values_back(acting: Acting) -> None:
    """Take a link apart, and give QuickBooks what was overwritten there some time."""
    link = acting.link(LinkStatus.SYNCED)
    if link is None:
        return
    noted = sorted(acting.company.judge.noted, key=str)
    sent = [
        (field, gone)
        for key, what, side, field, gone in noted
        if (key, what, side) == (link.key, "sent", "quickbooks")
    ]
    if sent:
        few = {field: gone for field, gone in sent if acting.chance(f"back {field}") < 0.5}
        intent_about(acting, link, inputs.Unmatch, values_back=few)


def restore(acting: Acting) -> None:
    """Put back what was taken apart."""
    formers = [link for link in acting.links() if link.former is not None]
    links = formers if formers and acting.chance("sense") < 0.85 else acting.links()
    intent_about(acting, acting.pick("former", links) if links else None, inputs.Restore)


def restore_to_version(acting: Acting) -> None:
    """Go back to what stood at an older version."""
    past = acting.company.judge.past
    links = [link for link in acting.links() if past.get(link.key)]
    if links:
        link = acting.pick("past link", links)
        version, customer, agreed, realm = acting.one_of("past", past[link.key])
        held = {"version": version, "customer_id": customer, "agreed": agreed, "realm_id": realm}
        intent_about(acting, link, inputs.Restore, **held)


def create(acting: Acting) -> None:
    """Create a customer for a client."""
    intent_about(acting, acting.link(LinkStatus.NOT_SYNCED), inputs.Create)


def push(acting: Acting) -> None:
    """Send what is held of a link."""
    _about_held(acting, inputs.Push)


def take_theirs(acting: Acting) -> None:
    """Take the other side's value for what is held of a link."""
    _about_held(acting, inputs.TakeTheirs)


def leave_both(acting: Acting) -> None:
    """Let each side keep its own value of what is held of a link."""
    _about_held(acting, inputs.LeaveBoth)


def undo_leave_both(acting: Acting) -> None:
    """Hold again what was left on both sides, mostly the last time, and where it still stands so."""
    times = acting.company.judge.left
    links = [link for link in acting.links() if times.get(link.key)]
    stand = [link for link in links if set(times[link.key][-1].stands.items()) & set(link.agreed.items())]
    links = stand if stand and acting.chance("sense") < 0.85 else links
    if links:
        link = acting.pick("left", links)
        left = times[link.key][-1] if acting.chance("last") < 0.8 else acting.one_of("which", times[link.key])
        seen = _both_sides(acting, link) if acting.chance("sides") < 0.5 else {}
        intent_about(acting, link, inputs.UndoLeaveBoth, version=left.version, left=left, **seen)


def _about_held(acting: Acting, kind: type[inputs.Push | inputs.TakeTheirs | inputs.LeaveBoth]) -> None:
    held = [link for link in acting.links() if link.held.to_canopy or link.held.to_quickbooks]
    if held:
        link = acting.pick("held", held)
        seen = _both_sides(acting, link) if acting.chance("sides") < 0.5 else {}
        intent_about(acting, link, kind, **seen)


def _both_sides(acting: Acting, link: LinkRow) -> dict[str, int]:
    """Say as of when both sides are seen, as a page shows them."""
    row = acting.company.judge.rows.get(customer_key(acting.firm, link.customer_id or CustomerId("")))
    customer = row.customer if isinstance(row, CustomerRow) else None
    return {
        **({"client_version": link.client.version} if link.client is not None else {}),
        **({"customer_sync_token": customer.sync_token} if customer is not None else {}),
    }


def retry(acting: Acting) -> None:
    """Try again what was refused."""
    intent_about(acting, acting.link(LinkStatus.NEEDS_ATTENTION), inputs.Retry)


def answer(acting: Acting) -> None:
    """Answer a question."""
    asked = [link for link in acting.links() if link.problem is not None and link.problem.code in CHOICES]
    link = acting.pick("asked", asked) if asked else None
    if link is None or link.problem is None:
        return
    problem = link.problem
    choice, more = acting.one_of("choice", CHOICES[problem.code]), {}
    if choice == "name":
        more = {"value": acting.one_of("free", problem.free or NAMES), "field": Field.DISPLAY_NAME}
    elif choice == "value" and problem.fields:
        field = acting.one_of("which", problem.fields)
        more = {"field": field, "value": acting.value(field)}
    intent_about(acting, link, inputs.Answer, question=problem.id, choice=choice, **more)


def undo_answer(acting: Acting) -> None:
    """Take an answer back, mostly the last one."""
    answers = acting.company.judge.answers
    links = [link for link in acting.links() if answers.get(link.key)]
    if links:
        link = acting.pick("answered", links)
        given = answers[link.key]
        settled = given[-1] if acting.chance("last") < 0.8 else acting.one_of("settled", given)
        intent_about(acting, link, inputs.UndoAnswer, version=settled.version, settled=settled)


def undo_add_client(acting: Acting) -> None:
    """Create no client for a customer after all."""
    rows = [
        row
        for row in acting.company.judge.rows.values()
        if isinstance(row, CustomerRow) and row.firm_id == acting.firm and row.create is not None
    ]
    if rows:
        intent(acting, inputs.UndoAddClient, customer_id=acting.pick("added", rows).customer_id)


def put_back(acting: Acting) -> None:
    """Let a value stand again that gave way."""
    lost = [
        (key, field, before)
        for key, what, _, field, before in sorted(acting.company.judge.noted, key=str)
        if what == "lost" and key.startswith(f"link/{acting.firm}/")
    ]
    if lost:
        key, field, before = acting.one_of("lost", lost)
        link = acting.company.judge.rows[key]
        if isinstance(link, LinkRow):
            intent_about(acting, link, inputs.PutBack, field=field, value=before)


def add_client_for(acting: Acting) -> None:
    """Create a client for a customer."""
    customers = [
        k for k in acting.books.customers if k not in acting.holders() or acting.chance("taken") < 0.1
    ]
    if customers:
        intent(acting, inputs.AddClient, customer_id=acting.pick("customer", customers))
