"""People at work: in Canopy, in QuickBooks, and in front of our console, where what they see may be old."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from zlib import crc32

from domain import inputs
from domain.fields import Address, Field, Value
from domain.ids import ClientId, CustomerId, FirmId, IntentId, firm_key, link_key
from domain.inputs import Intent
from domain.rows import CustomerRow, FirmRow, LinkRow, LinkStatus
from domain.settings import Actions, ConflictPolicy, Settings
from tests.simulation.quickbooks import UNACCEPTABLE
from tests.simulation.script import Act
from tests.simulation.topics import INTENTS

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

NAMES = tuple(
    f"{first}{last}"
    for first in ("Ana ", "Ben  ", " Cy ", "Eve ", "ana ", "Gus ", "Ida ")
    for last in ("Lee", "Ray", "Fox", "Oak ")
)
VALUES = (None, "a", " b", "c  d", "E")
ADDRESSES = (None, Address(line1="1 Main St", city="Alma"), Address(line1="9 Oak Rd", city="Bend"))
PLAIN = (Field.EMAIL, Field.PHONE, Field.COMPANY_NAME, Field.FIRST_NAME)
MOST_RECORDS = 14


class People:
    """Does what the script says. Chances are tied to the act's name."""

    def __init__(self, company: "Simulation") -> None:
        self._company = company
        self._dice = company.dice
        self._tell = company.story.tell
        self._act = Act(0.0, "", "")
        self._firm = FirmId("f-1")

    def do(self, act: Act) -> None:
        """Do one act, in one of the two firms."""
        self._act = act
        firms = tuple(self._company.quickbooks)
        self._firm = firms[int(self._dice.of(f"firm/{act.name}") > 0.75)]
        getattr(self, f"_{act.kind}")()

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        """Go on with this act later, in the same firm and with its own chances."""
        act, firm = self._act, self._firm

        def go_on() -> None:
            self._act, self._firm = act, firm
            do()

        self._company.agenda.after(seconds, go_on)

    # ---- chances

    def _chance(self, what: str) -> float:
        return self._dice.of(f"{what}/{self._act.name}")

    def _one_of(self, what: str, among: Any) -> Any:
        return self._dice.one_of(f"{what}/{self._act.name}", among)

    def _pick(self, what: str, among: Any) -> Any:
        """Choose a record; of links, by their clients."""
        name, by_id = f"{what}/{self._act.name}", {getattr(item, "key", item): item for item in among}
        return by_id[self._dice.pick(name, by_id)]

    def _value(self, field: Field, n: int = 0) -> Value:
        if field is Field.DISPLAY_NAME:
            return str(self._one_of(f"name{n}", NAMES))
        if field is Field.ADDRESS:
            address: Value = self._one_of(f"address{n}", ADDRESSES)
            return address
        value: Value = self._one_of(f"value{n}", VALUES)
        return value

    def _values(self) -> dict[Field, Value]:
        chance = self._chance("field")
        if chance < 0.15:
            field = Field.DISPLAY_NAME
        elif chance < 0.3:
            field = Field.ADDRESS
        else:
            # Mostly the same two, so that both sides meet in them.
            field = self._one_of("plain", PLAIN[:2] if chance < 0.8 else PLAIN)
        values = {field: self._value(field)}
        if self._chance("second") < 0.25:
            second = self._one_of("other", PLAIN)
            values.setdefault(second, self._value(second, 1))
        return values

    # ---- in Canopy

    @property
    def _canopy(self) -> Any:
        return self._company.canopy[self._firm]

    def _any_client(self) -> ClientId | None:
        clients = [c for c, client in self._canopy.clients.items() if client.presence != "deleted"]
        if self._chance("linked client") < 0.6:
            linked = [c for c in clients if c in set(self._holders().values())][:4]
            clients = linked or clients
        return self._pick("client", clients) if clients else None

    def _add_client(self) -> None:
        if len(self._canopy.clients) >= MOST_RECORDS:
            self._edit_client()
            return
        values = {
            Field.DISPLAY_NAME: self._value(Field.DISPLAY_NAME),
            Field.EMAIL: self._value(Field.EMAIL, 1),
        }
        toggle = self._one_of("toggle", (True, True, None, None, False))
        client = self._canopy.add(values, toggle, f"c-{self._act.name.replace('/', '-')}")
        self._tell(f"Dana adds client {client.client_id} {_named(values)} in Canopy, Sync client: {toggle}.")

    def _edit_client(self) -> None:
        client = self._any_client()
        if client is None or self._canopy.clients[client].presence != "present":
            return
        values = self._values()
        if self._chance("unacceptable") < 0.02:
            values = {Field.EMAIL: UNACCEPTABLE}
        version = self._canopy.edit(client, values).version
        self._tell(f"Dana edits client {client} to {_named(values)} in Canopy (version {version}).")

    def _put_client_away(self) -> None:
        away = [c for c, client in self._canopy.clients.items() if client.presence == "archived"]
        client = self._pick("back", away) if away and self._chance("which") < 0.6 else self._any_client()
        if client is None:
            return
        archived_or_deleted = "archived" if self._chance("away") < 0.9 else "deleted"
        happened = "restored" if client in away else archived_or_deleted
        self._canopy.put_away(client, happened)
        self._tell(f"Client {client} is {happened} in Canopy.")

    def _holders(self) -> dict[CustomerId, ClientId]:
        holders = self._company.judge.holders
        return {customer: client for (firm, customer), client in holders.items() if firm == self._firm}

    # ---- in QuickBooks

    @property
    def _books(self) -> Any:
        return self._company.quickbooks[self._firm]

    def _any_customer(self) -> CustomerId | None:
        customers = [c for c in self._books.customers if c not in self._books.merged]
        if self._chance("linked customer") < 0.6:
            holders = self._holders()
            first = sorted(set(holders.values()))[:4]
            customers = [c for c in customers if holders.get(c) in first] or customers
        return self._pick("customer", customers) if customers else None

    def _add_customer(self) -> None:
        if len(self._books.customers) >= MOST_RECORDS:
            self._edit_customer()
            return
        values = {
            Field.DISPLAY_NAME: self._value(Field.DISPLAY_NAME),
            Field.PHONE: self._value(Field.PHONE, 1),
        }
        customer = self._books.add(values, f"{1000 + crc32(self._act.name.encode())}")
        if customer is not None:
            self._tell(f"Bo adds customer {customer.customer_id} {_named(values)} in QuickBooks.")

    def _edit_customer(self) -> None:
        customer = self._any_customer()
        if customer is None:
            return
        values = self._values()
        changed = self._books.edit(customer, values)
        if changed is not None:
            self._tell(
                f"Bo edits customer {customer} to {_named(values)} in QuickBooks (token {changed.sync_token})."
            )

    def _edit_both_sides(self) -> None:
        """Two people change the same field of one pair, at nearly the same time."""
        pairs = [(c, k) for k, c in sorted(self._holders().items()) if k in self._books.customers]
        if not pairs:
            return
        client, customer = self._pick("pair", pairs)
        field = self._one_of("plain", PLAIN[:2])
        if self._canopy.clients[client].presence == "present":
            values = {field: self._value(field)}
            self._canopy.edit(client, values)
            self._tell(f"Dana edits client {client} to {_named(values)} in Canopy.")
        values = {field: self._value(field, 1)}
        self._books.edit(customer, values)
        self._tell(f"Bo edits customer {customer} to {_named(values)} in QuickBooks.")

    def _switch_customer(self) -> None:
        asleep = [c for c, customer in self._books.customers.items() if not customer.active]
        customer = self._pick("asleep", asleep) if asleep else self._any_customer()
        if customer is not None and customer not in self._books.merged:
            active = not self._books.customers[customer].active
            self._books.edit(customer, {}, active=active)
            self._tell(f"Bo makes customer {customer} {'active' if active else 'inactive'} in QuickBooks.")

    def _take_customer_away(self) -> None:
        customer = self._any_customer()
        if customer is not None:
            self._books.take_away(customer)
            self._tell(f"Customer {customer} is gone from QuickBooks.")

    def _add_vendor(self) -> None:
        name = str(self._value(Field.DISPLAY_NAME))
        if self._books.add_vendor(name):
            self._tell(f"Bo adds vendor {name!r} in QuickBooks.")

    # ---- in front of the console

    def _links(self) -> list[LinkRow]:
        rows = self._company.judge.rows.values()
        return [row for row in rows if isinstance(row, LinkRow) and row.firm_id == self._firm]

    def _link(self, *wanted: LinkStatus) -> LinkRow | None:
        links = self._links()
        fitting = [link for link in links if link.status in wanted]
        if fitting and self._chance("sense") < 0.85:
            links = fitting
        return self._pick("link", links) if links else None

    def _connect(self) -> None:
        # One act for each firm.
        self._firm = FirmId("f-2" if self._act.name.endswith("1") else "f-1")
        self._wish(inputs.Connect, realm_id=self._books.realm)

    def _match(self) -> None:
        link = self._link(LinkStatus.NOT_SYNCED)
        rows = [
            row
            for row in self._company.judge.rows.values()
            if isinstance(row, CustomerRow) and row.firm_id == self._firm
        ]
        if link is None or not rows:
            return
        taken = {other.customer_id for other in self._links()}
        free = [row for row in rows if row.customer_id not in taken]
        row = self._pick("whom", free if free and self._chance("free") < 0.85 else rows)
        token = row.customer.sync_token if row.customer is not None and self._chance("token") < 0.6 else None
        self._wish_about(link, inputs.Match, customer_id=row.customer_id, customer_sync_token=token)

    def _unmatch(self) -> None:
        link = self._link(
            LinkStatus.SYNCED, LinkStatus.CREATING, LinkStatus.MATCHING, LinkStatus.NEEDS_ATTENTION
        )
        self._wish_about(link, inputs.Unmatch)

    def _unmatch_in_haste(self) -> None:
        """Somebody edits, and takes the link apart while that edit is on its way."""
        linked = sorted(self._holders().values())
        link = (
            self._company.judge.rows.get(link_key(self._firm, self._pick("hasty", linked)))
            if linked
            else None
        )
        if isinstance(link, LinkRow) and self._canopy.clients[link.client_id].presence == "present":
            values = {Field.PHONE: self._value(Field.PHONE)}
            self._canopy.edit(link.client_id, values)
            self._tell(f"Dana edits client {link.client_id} to {_named(values)} in Canopy.")
            about = link
            self._later(4 * self._chance("haste"), lambda: self._wish_about(about, inputs.Unmatch))

    def _restore(self) -> None:
        formers = [link for link in self._links() if link.former is not None]
        links = formers if formers and self._chance("sense") < 0.85 else self._links()
        self._wish_about(self._pick("former", links) if links else None, inputs.Restore)

    def _create(self) -> None:
        self._wish_about(self._link(LinkStatus.NOT_SYNCED), inputs.Create)

    def _push(self) -> None:
        held = [link for link in self._links() if link.held.to_canopy or link.held.to_quickbooks]
        self._wish_about(self._pick("held", held) if held else None, inputs.Push)

    def _retry(self) -> None:
        self._wish_about(self._link(LinkStatus.NEEDS_ATTENTION), inputs.Retry)

    def _answer(self) -> None:
        asked = [
            link for link in self._links() if link.problem is not None and link.problem.code == "both_changed"
        ]
        link = self._pick("asked", asked) if asked else None
        if link is not None and link.problem is not None:
            choice = self._one_of("choice", ("canopy", "quickbooks"))
            self._wish_about(link, inputs.Answer, question=link.problem.id, choice=choice)

    def _settings(self) -> None:
        row = self._company.judge.rows.get(firm_key(self._firm))
        before = row.settings if isinstance(row, FirmRow) else Settings()
        which, on = self._one_of("switch", range(5)), self._chance("on") < 0.6

        def actions(old: Actions, first: int) -> Actions:
            return Actions(
                creating=on if which == first else old.creating,
                editing=on if which == first + 1 else old.editing,
            )

        settings = Settings(
            actions_from_canopy=actions(before.actions_from_canopy, 0),
            actions_from_qbo=actions(before.actions_from_qbo, 2),
            conflicts=self._one_of("policy", tuple(ConflictPolicy)) if which == 4 else before.conflicts,
        )
        self._wish(inputs.ChangeSettings, settings=settings)

    def _wish_about(self, link: LinkRow | None, kind: Any, **more: Any) -> None:
        if link is None:
            return
        seen = link.version if self._chance("seen") < 0.5 else None
        self._wish(kind, client_id=link.client_id, link_version=seen, **more)

    def _wish(self, kind: Any, **more: Any) -> None:
        name = IntentId(f"intent-{self._act.name}")
        wish: Intent = kind(firm_id=self._firm, intent_id=name, **more)
        if self._company.story.telling:
            said = ", ".join(f"{k} {v}" for k, v in more.items() if v is not None)
            self._tell(f"Dana asks: {kind.__name__} ({self._firm}: {said}).")

        def write() -> None:
            self._company.write(INTENTS, wish, name, "user:dana", None)

        slow = self._chance("slow")
        self._company.agenda.after(
            0.02 + (10 * self._chance("how slow") if slow < 0.1 else 0.2 * slow), write
        )
        if self._company.faults.fires("intent_doubled", self._act.name):
            self._company.agenda.after(20 * self._chance("again"), write)


def _named(values: dict[Field, Value]) -> str:
    return ", ".join(f"{field}={value!r}" for field, value in values.items())
