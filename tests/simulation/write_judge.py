"""Watches every request and every write as it happens: whether it may be, and what it overwrites."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from domain.effects import CreateClient, CreateCustomer, Effect, FirmWork, Write
from domain.fields import Field, Value
from domain.firm_rows import AllFirmsRow, FirmRow
from domain.ids import CustomerId, EffectId, FirmId, RealmId, RowKey, all_key, firm_key
from domain.meaning import alike
from domain.rows import CustomerRow, LinkRow, LinkStatus, Row
from domain.settings import Settings
from domain.snapshots import Client, Customer
from tests.simulation.door import Asked
from tests.simulation.group import SESSION_SECONDS
from tests.simulation.network import Network
from tests.simulation.quickbooks import kept
from tests.simulation.story import Story
from tests.simulation.topics import home_of_row

if TYPE_CHECKING:
    from tests.simulation.judge import Judge
    from tests.simulation.process import Process

History = Mapping[Any, list[tuple[int, Value]]]


MOST_IN_VAIN = 9
LEASE_SECONDS = SESSION_SECONDS / 2
"""So old may be what a worker has seen of the log as it begins something."""

BEGINS: Mapping[str, str] = {
    "create_customer": "create_customer",
    "update_customer": "update_customer",
    "create_client": "add_client",
    "update_client": "update_client",
    "read_client": "read_client",
    "read_customer": "read_customer",
    "find_holder": "find_holders",
    "list_customers": "list_customers",
    "check_customers": "read_customers",
    "list_clients": "list_clients",
}
"""With which request each effect begins. Others of it only look what became of that one."""
READS_FOR_SEVERAL = ("read_customer", "read_customers")


class WriteJudge:
    """`commits`: how many writes were carried out. `begun`: effects that were asked for. `left_out`: links for which no rule may create a customer.

    `histories`: which values each side's records had, by their versions. `firm_of`: whose each side is.
    """

    def __init__(self, judge: "Judge", story: Story, network: Network) -> None:
        self._judge = judge
        self._story = story
        self._network = network
        self._ignored: Counter[RowKey] = Counter()
        self._made_way: Counter[RowKey] = Counter()
        self.commits = 0
        self.begun: set[EffectId] = set()
        self.left_out: set[RowKey] = set()
        self.histories: dict[tuple[str, FirmId], History] = {}
        self.firm_of: dict[str, FirmId] = {}
        self._late = 0
        # By company too: another one gives the same ids to others.
        self._created: Counter[tuple[RowKey, RealmId | None]] = Counter()
        self._asked_to_create: Counter[RowKey] = Counter()
        self._committed: Counter[RowKey] = Counter()
        self._allowed: Counter[RowKey] = Counter()
        self._asked: defaultdict[tuple[RowKey, str, str, int], set[EffectId]] = defaultdict(set)
        self._sent_version: dict[tuple[str, str, Field], int] = {}
        self._made_by: dict[tuple[FirmId, CustomerId], CreateCustomer] = {}

    def asks(self, asked: Asked, effect_id: EffectId | None, worker: "Process") -> RowKey | None:
        """A worker is about to ask; what is over, stopped or held must not be sent. Gives the row that it is for.

        None: it is a read for several rows at once.
        """
        if effect_id is None:
            assert asked.what in READS_FOR_SEVERAL, f"{asked.what} is asked for nothing that was planned"
            return None
        planned = self._judge.planned(effect_id)
        assert planned is not None, f"I14: {asked.what} is asked for {effect_id}, which nobody planned"
        key, effect = planned
        firm = self._judge.rows[key].firm_id
        assert self.firm_of[asked.args[0]] == firm, f"{asked.what} of {key} is asked of another firm's side"
        if asked.what == BEGINS[effect.kind]:
            self.begun.add(effect_id)
            self._begins(key, effect, worker)
        return key

    def _begins(self, key: RowKey, effect: Effect, worker: "Process") -> None:
        if self._story.telling and not isinstance(effect, FirmWork):
            self._story.tell(f"  Worker {worker.name} asks for {effect.kind} {effect.id[:6]} of {key}.")
        if worker.woke_at == worker.agenda.now:
            return
        partition = home_of_row(self._judge.rows[key])
        age = worker.agenda.now - worker.looked_at[partition]
        assert age < LEASE_SECONDS, (
            f"I4: {effect.kind} of {key} is sent, and the log was not looked at for {age:.0f} s"
        )
        assert partition in worker.partitions, (
            f"I4: {effect.kind} of {key} is sent by a worker that was told that it is not its own"
        )
        if not worker.sees_all(partition):
            return
        if isinstance(effect, Write):
            self._check_progress(key, effect)
        why = self._why_not(key, effect.id)
        assert why is None, f"I4: {effect.kind} of {key} is sent although {why}"

    def _check_progress(self, key: RowKey, effect: Write) -> None:
        """The same is asked for under so many names at most, as long as nobody edits either side or asks for anything."""
        values = repr(sorted((field.value, repr(value)) for field, value in effect.values.items()))
        asked = self._asked[key, effect.kind, values, self._allowance(key)]
        asked.add(effect.id)
        assert len(asked) <= MOST_IN_VAIN, f"I6: {effect.kind} of {key} is asked for again and again"

    def _allowance(self, key: RowKey) -> int:
        return self._allowed[key] + sum(self._allowed[c] for c in self._judge.customers_of[key])

    def _why_not(self, key: RowKey, effect_id: EffectId) -> str | None:
        row = self._judge.rows[key]
        current = next((e for e in row.pending if e.id == effect_id), None)
        firm = self._judge.rows[RowKey(f"firm/{row.firm_id}")]
        assert isinstance(firm, FirmRow)
        if current is None:
            return "it is over"
        if isinstance(current, Write) and getattr(current, "stop_at", None) is not None:
            return "it was stopped"
        connection = firm.connection
        if connection is None or connection.asleep_since is not None:
            return "the firm is not connected"
        everybody = self._judge.rows.get(all_key(home_of_row(row)))
        if firm.paused is not None or (isinstance(everybody, AllFirmsRow) and everybody.paused is not None):
            return "requests are paused"
        if not isinstance(current, Write | CreateClient):
            return None
        if current.asked_by == "rule" and not _is_on(firm.settings, current):
            return "its switch is off"
        return None

    def edited(self, key: RowKey) -> None:
        """A person changed a client or a customer: its link may cost a write more."""
        self._allowed[key] += 1

    def allow_for_intent(self, rows: tuple[Row, ...], code: str) -> None:
        """A person's intent was granted: it may cost writes, and ends being left out."""
        about = rows[0]
        if code == "unmatch":
            self.left_out.add(about.key)
        elif isinstance(about, LinkRow):
            self.left_out.discard(about.key)
        if code in {"create", "retry", "answer", "add_client"}:
            self._asked_to_create[about.key] += 1
        if isinstance(about, FirmRow):
            for row in self._judge.rows.values():
                if isinstance(row, LinkRow) and row.firm_id == about.firm_id:
                    self._allowed[row.key] += 3
        else:
            self._allowed[about.key] += 3
            for row in rows[1:]:
                if isinstance(row, CustomerRow):
                    self._allowed[row.key] += 1  # an answer may have a client created for it
                    # Asked once more, since somebody took the answer before back, it is another one.
                    self._asked_to_create[row.key] += code == "answer" and row.create is not None

    def committed(
        self,
        side: str,
        effect: Write | CreateClient,
        before: Client | Customer | None,
        after: Client | Customer,
    ) -> None:
        """One side has carried out a write of ours."""
        trip = self._network.trip
        assert trip is not None
        key = trip.key
        assert key is not None, "a write is for one row"
        self.commits += 1
        self._committed[key] += 1
        if self._story.telling:
            self._tell(side, effect, after)
        row = self._judge.rows[key]
        wanted = any(e.id == effect.id for e in row.pending)
        if not wanted:
            assert (
                trip.late or effect.id in self._judge.unconfirmed or self._is_of_a_company_before(row, effect)
            ), f"I4: {effect.kind} of {key} is carried out after it was said to be over"
            self._late += 1
        self._check_created(key, effect, wanted=wanted)
        self._check_whose_it_is(key, effect, after)
        if "(being renamed)" in str(effect.values.get(Field.DISPLAY_NAME)):
            self._made_way[key] += (
                1  # for one that another edit gave its name to, which cost that one nothing yet
            )
            assert self._made_way[key] <= self._allowance(key), f"I6: {key} makes way again and again"
        most = self._allowance(key) + self._late + self._ignored[key] + self._made_way[key]
        assert self._committed[key] <= most, f"I6: too many writes for {key}"
        if not all(
            alike(field, after.values.get(field), kept(value)) for field, value in effect.values.items()
        ):
            self._ignored[key] += 1  # said to be saved, and not kept: it may be written once more
        # Where versions went back the same number may stand for two states, and nobody can tell them apart.
        counts = not ({key, *self._judge.customers_of[key]} & self._judge.went_back)
        if isinstance(row, LinkRow) and counts and not trip.late and not self._as_a_person_saw(row, effect):
            self._check_age(row, side, effect, after)
        if before is not None and wanted and counts and isinstance(row, LinkRow):
            self._check_overwritten(row, side, effect, before)

    def _is_of_a_company_before(self, row: Row, effect: Write | CreateClient) -> bool:
        """Say whether another company has replaced that one since: nobody can call back what is on its way."""
        firm = self._judge.rows.get(firm_key(row.firm_id))
        connection = firm.connection if isinstance(firm, FirmRow) else None
        return connection is not None and connection.realm_id != self._judge.company_then.get(effect.id)

    def _tell(self, side: str, effect: Write | CreateClient, after: Client | Customer) -> None:
        named = ", ".join(f"{f}={v!r}" for f, v in effect.values.items())
        about = after.customer_id if isinstance(after, Customer) else after.client_id
        self._story.tell(f"  {side} carries out {effect.kind} {effect.id[:6]} on {about}: {named}.")

    def _check_created(self, key: RowKey, effect: Write | CreateClient, *, wanted: bool) -> None:
        if not isinstance(effect, CreateCustomer | CreateClient):
            return
        # A request that was held up may be carried out when another company is connected.
        realm = self._judge.company_then.get(effect.id)
        self._created[key, realm] += 1
        assert self._created[key, realm] <= 1 + self._asked_to_create[key], (
            f"I2: {effect.kind} twice for {key}"
        )
        # One that an unmatch found under way is looked for; that it is not sent again is checked as it is asked for.
        stopped = any(getattr(e, "stop_at", None) for e in self._judge.rows[key].pending if e.id == effect.id)
        by_rule = wanted and not stopped and effect.asked_by == "rule"
        assert not (by_rule and key in self.left_out), f"I4: {key} was left out, and is created"

    def is_being_made(self, firm: FirmId, customer: CustomerId) -> bool:
        """Say whether a create has made a customer, and the log does not say so yet."""
        made_by = self._made_by.get((firm, customer))
        return made_by is not None and not self._judge.is_over(made_by.id)

    def _check_whose_it_is(self, key: RowKey, effect: Write | CreateClient, after: Client | Customer) -> None:
        """What a create has made for one client gets nothing of another's before its answer says whose it is, unless a person matched the two."""
        if not isinstance(after, Customer):
            return
        place = self._judge.rows[key].firm_id, after.customer_id
        if isinstance(effect, CreateCustomer):
            self._made_by[place] = effect
        if getattr(effect, "for_match", False) or not self.is_being_made(*place):
            return
        planned = self._judge.planned(self._made_by[place].id)
        whose = planned[0] if planned is not None else None
        assert whose == key, f"I3: {after.customer_id} is being created for {whose}, and gets values of {key}"

    def _check_age(self, link: LinkRow, side: str, effect: Any, after: Client | Customer) -> None:
        """What is sent is never older than what was sent before: by the source's own versions."""
        source = "canopy" if side == "quickbooks" else "quickbooks"
        history = self.histories[source, link.firm_id]
        firm = self._judge.rows[firm_key(link.firm_id)]
        assert isinstance(firm, FirmRow)
        realm = firm.connection.realm_id if firm.connection is not None else None
        about = link.client_id if source == "canopy" else link.customer_id
        target = after.customer_id if isinstance(after, Customer) else link.customer_id
        for field, value in effect.values.items():
            versions = [
                version for version, stood in history.get((about, field), ()) if kept(stood) == kept(value)
            ]
            place = (f"{link.key} {realm} {target}", side, field)
            if versions:
                assert versions[-1] >= self._sent_version.get(place, 0), (
                    f"I13: {side} gets an older {field} of {link.key} than it had"
                )
                # The same value may have come back by now: what was sent is of the first version that it can be of.
                before = self._sent_version.get(place, 0)
                self._sent_version[place] = min(version for version in versions if version >= before)

    def _check_overwritten(self, link: LinkRow, side: str, effect: Any, before: Client | Customer) -> None:
        """Whatever a write overwrites is on the timeline, and as lost if the other side had changed it too."""
        for field, value in effect.values.items():
            gone = before.values.get(field)
            if gone == value:
                continue
            assert (link.key, "sent", side, field, gone) in self._judge.noted, (
                f"I9: {field} of {link.key} is overwritten and the timeline does not say what stood there"
            )
            pair = self._judge.agreed_then[effect.id].get(field)
            agreed = None if pair is None else (pair.customer if side == "quickbooks" else pair.client)
            if (
                gone is not None
                and not alike(field, gone, agreed)
                and not self._as_a_person_saw(link, effect)
            ):
                assert (link.key, "lost", side, field, gone) in self._judge.noted, (
                    f"I9: {field} of {link.key} is overwritten in silence"
                )

    def _as_a_person_saw(self, link: LinkRow, effect: Any) -> bool:
        """Say whether a person chose what it writes, field by field: also what an unmatch, or the undo of an answer, gives back."""
        gives_back = link.status is LinkStatus.UNMATCHING and getattr(effect, "stop_at", None) is None
        gives_back = gives_back or effect.id in self._judge.undoes
        return gives_back or getattr(effect, "for_match", False) or getattr(effect, "chosen", False)


def _is_on(settings: Settings, effect: Write | CreateClient) -> bool:
    switches = {
        "create_customer": settings.actions_from_canopy.creating,
        "update_customer": settings.actions_from_canopy.editing,
        "create_client": settings.actions_from_qbo.creating,
        "update_client": settings.actions_from_qbo.editing,
    }
    return switches[effect.kind]
