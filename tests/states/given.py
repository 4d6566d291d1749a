"""Each input, as it would reach a link in whatever state it is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from domain.agreed import Pair
from domain.decision import Decision
from domain.effects import PlanLinks, UpdateClient
from domain.fields import Field
from domain.ids import ClientId, CustomerId, EffectId, RealmId, link_key
from domain.inputs import Choice, ClientObserved, CustomerNotified, Outcome
from domain.link.offers import refusal_of_action
from domain.obstacles import Obstacle
from domain.outcomes import (
    ClientGone,
    ClientMoved,
    CustomerGone,
    CustomerMoved,
    CustomerRead,
    CustomerSaved,
    Deferred,
    Failed,
    NameTaken,
    NotDone,
    Rejected,
    Result,
    StepDue,
    Unconfirmed,
)
from domain.remembered import ChangedAt, Settled
from domain.rows import LinkRow
from domain.settings import Actions, Settings
from domain.snapshots import Client, Customer
from tests.states.states import FREE, NAME, OTHERS, its_customer
from tests.unit.domain.holding_again import hold_again, left
from tests.unit.domain.outside import changed, fields
from tests.unit.domain.world import FIRM, REALM, World

C1 = ClientId("c-1")
NOBODYS = EffectId("work-that-nobody-awaits")

Given = Callable[[World], Decision | None]


def link_of(world: World) -> LinkRow | None:
    """Give the row of c-1, if there is one."""
    return world.table.link(FIRM, C1)


def client_of(world: World, **values: Any) -> Client:
    """Give c-1 as Canopy has it after one more edit."""
    known = world.canopy.clients.get(C1)
    if known is None:
        known = replace(world.canopy.add("c-1", world.now, fields(display_name=NAME)), version=0)
    return replace(
        known,
        version=known.version + 1,
        values=changed(known.values, fields(**values)),
        changed_at=world.now,
    )


def customer_of(world: World, **values: Any) -> Customer:
    """Give its customer as QuickBooks has it after one more edit, by somebody else."""
    name = its_customer(world)
    row = world.table.customer(FIRM, name)
    known = world.quickbooks.customers.get(name) or (row.customer if row is not None else None)
    known = (
        known
        or world.quickbooks.customers.get(FREE)
        or Customer(customer_id=name, sync_token=0, values={}, created_at=world.now, updated_at=world.now)
    )
    return replace(
        known,
        sync_token=known.sync_token + 1,
        values=changed(known.values, fields(**values)),
        updated_at=world.now,
        gone=False,
    )


def client_event(
    happened: Any, *, toggle: bool | None = None, presence: Any = None, older: bool = False
) -> Given:
    """A client event arrives."""

    def tell(world: World) -> Decision | None:
        client = client_of(world, **({"phone": "773"} if happened == "edited" else {}))
        client = replace(client, presence=presence or client.presence)
        if older:
            client = replace(client, version=0)
        event = ClientObserved(firm_id=FIRM, client=client, happened=happened, sync_client=toggle)
        return world.tell_perhaps(event)

    return tell


def notified(*, merged: bool = False, into: CustomerId = FREE) -> Given:
    """QuickBooks notifies of its customer; or that it went into another one.

    Where c-1 has none it is about the free one, which then goes into a customer that is new to us.
    """

    def tell(world: World) -> Decision | None:
        gone = its_customer(world)
        if merged:  # the one that it went into is read later
            world.quickbooks.customers.pop(gone, None)
        return world.tell_perhaps(
            CustomerNotified(
                firm_id=FIRM,
                realm_id=REALM,
                customer_id=(into if gone != into else CustomerId("77")) if merged else gone,
                operation="merged" if merged else "updated",
                deleted_id=gone if merged else None,
                time=world.now,
            )
        )

    return tell


def read(result: Callable[[World], Result]) -> Given:
    """Its customer is read, after a notification."""

    def tell(world: World) -> Decision | None:
        notified()(world)
        row = world.table.customer(FIRM, its_customer(world))
        effect = row.reads[0].id if row is not None and row.reads else NOBODYS
        key = row.key if row is not None else world.firm.key
        return world.tell_perhaps(Outcome(firm_id=FIRM, effect_id=effect, key=key, result=result(world)))

    return tell


def intent(kind: str, **more: Any) -> Given:
    """A person asks for something."""

    def tell(world: World) -> Decision | None:
        return world.intent(kind, "c-1", **more)

    return tell


def answer(choice: str) -> Given:
    """A person answers what is asked, if anything is."""

    def tell(world: World) -> Decision | None:
        link = link_of(world)
        problem = link.problem if link is not None else None
        field = problem.fields[0] if problem is not None and problem.fields else Field.EMAIL
        value = "Fiona G. Gallagher" if choice == "name" else "chosen@example.com"
        question = problem.id if problem is not None else "none"
        return world.intent("answer", "c-1", question=question, choice=choice, field=field, value=value)

    return tell


def firm_intent(kind: str, **more: Any) -> Given:
    """A person asks for something of the whole firm, and it has come round to this link."""

    def tell(world: World) -> Decision | None:
        decision = world.intent(kind, None, **more)
        while steps := [effect for effect in world.firm.pending if isinstance(effect, PlanLinks)]:
            world.deliver(world.firm.key, steps[0], StepDue())
        return decision

    return tell


def add_client(world: World) -> Decision | None:
    """A person wants a Canopy client for the customer that c-1 has; for the free one, where it has none."""
    return world.intent("add_client", customer_id=its_customer(world))


def take_client_back(world: World) -> Decision | None:
    """A person wants no Canopy client for that customer after all."""
    return world.intent("undo_add_client", customer_id=its_customer(world))


def undo_answer(world: World) -> Decision | None:
    """A person takes an answer back that let both sides' present email stand, and before which each had another one."""
    link = link_of(world)
    client = link.client if link is not None else None
    row = world.table.customer(FIRM, link.customer_id) if link is not None and link.customer_id else None
    stands = client.values.get(Field.EMAIL) if client is not None else None
    settled = Settled(
        version=1,
        question="both_changed",
        customer_id=row.customer_id if row is not None else None,
        stands={Field.EMAIL: stands},
        canopy={Field.EMAIL: stands},
        quickbooks={Field.EMAIL: "before@example.com"},
        agreed={Field.EMAIL: Pair("agreed@example.com", "agreed@example.com")},
        changed_at={Field.EMAIL: ChangedAt()},
    )
    return world.intent("undo_answer", "c-1", version=1, settled=settled)


def undo_leave_both(world: World) -> Decision | None:
    """A person leaves both sides as they are, where something is held, and takes that back."""
    link = link_of(world)
    is_held = link is not None and refusal_of_action(world.table, link, "leave_both") is None
    return hold_again(world, left(world) if is_held else None)


def switched(*, on: bool) -> Given:
    """All four switches are set, and it has come round to this link."""
    actions = Actions(creating=on, editing=on)
    return firm_intent("settings", settings=Settings(actions_from_canopy=actions, actions_from_qbo=actions))


def came_back(result: Callable[[World], Result]) -> Given:
    """The write of c-1 came back; or one that nobody awaits, where none is pending."""

    def tell(world: World) -> Decision | None:
        link = link_of(world)
        write = link.write if link is not None else None
        effect = write.id if write is not None else NOBODYS
        return world.tell_perhaps(
            Outcome(firm_id=FIRM, effect_id=effect, key=link_key(FIRM, C1), result=result(world))
        )

    return tell


def saved(world: World) -> Result:
    link = link_of(world)
    if link is not None and link.write is not None:
        return world.carry_out(link.write)
    return CustomerSaved(customer=customer_of(world))


def moved(world: World) -> Result:
    if _writes_to_canopy(world):
        return ClientMoved(client=client_of(world, phone="773"))
    return CustomerMoved(customer=customer_of(world, phone="773"))


def gone(world: World) -> Result:
    if _writes_to_canopy(world):
        return ClientGone(client_id=C1)
    return CustomerGone(customer_id=its_customer(world))


def _writes_to_canopy(world: World) -> bool:
    link = link_of(world)
    return link is not None and isinstance(link.write, UpdateClient)


INPUTS: Mapping[str, Mapping[str, Given]] = {
    "Canopy says": {
        "created, sync on": client_event("created", toggle=True),
        "created, sync off": client_event("created", toggle=False),
        "edited": client_event("edited"),
        "edited, an older event": client_event("edited", older=True),
        "archived": client_event("archived", presence="archived"),
        "restored in Canopy": client_event("restored", presence="present"),
        "deleted": client_event("deleted", presence="deleted"),
    },
    "QuickBooks says": {
        "notified": notified(),
        "merged into a free customer": notified(merged=True),
        "merged into c-2's customer": notified(merged=True, into=OTHERS),
        "read: edited": read(lambda world: CustomerRead(customer=customer_of(world, mobile="999"))),
        "read: inactive": read(
            lambda world: CustomerRead(customer=replace(customer_of(world), active=False))
        ),
        "read: gone": read(lambda world: CustomerGone(customer_id=its_customer(world))),
    },
    "A person asks": {
        "match": intent("match", customer_id=FREE),
        "match, c-2 has it": intent("match", customer_id=OTHERS),
        "unmatch": intent("unmatch"),
        "unmatch, values back": intent("unmatch", values_back=fields(email="before@example.com")),
        "restore": intent("restore"),
        "create": intent("create"),
        "push": intent("push"),
        "take theirs": intent("take_theirs"),
        "leave both": intent("leave_both"),
        "undo leaving both": undo_leave_both,
        "retry": intent("retry"),
        "undo an answer": undo_answer,
        "put back": intent("put_back", field=Field.EMAIL, value="before@example.com"),
        "erase": intent("erase"),
        **{f"answer: {choice}": answer(choice) for choice in get_args(Choice)},
    },
    "A person asks for the firm": {
        "all switches on": switched(on=True),
        "all switches off": switched(on=False),
        "release held": firm_intent("release_held"),
        "client for its customer": add_client,
        "no client for its customer": take_client_back,
        "connect": firm_intent("connect", realm_id=REALM),
        "connect another company": firm_intent("connect", realm_id=RealmId("realm-3"), replaces=True),
        "disconnect": firm_intent("disconnect"),
        "pause": firm_intent("pause"),
        "resume": firm_intent("resume"),
    },
    "Its write came back": {
        "saved": came_back(saved),
        "name taken": came_back(lambda _: NameTaken()),
        "rejected": came_back(lambda _: Rejected(code="2210")),
        "moved": came_back(moved),
        "gone": came_back(gone),
        "not done": came_back(lambda _: NotDone()),
        "unconfirmed": came_back(lambda _: Unconfirmed()),
        "failed": came_back(lambda _: Failed(why="raised")),
        "deferred": came_back(lambda world: Deferred(until=world.now, why=Obstacle.THROTTLED)),
    },
}
"""The inputs by who sends them."""
