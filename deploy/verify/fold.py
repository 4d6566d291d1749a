"""One partition of the log, folded by its rules and without a line of the worker's fold, which it is to be held against.

Only decoding is shared (`streams.wire.records`). Of a row stays what is compared: where its newest record lies, its
version, a digest of it, its customer and what is pending.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from aiokafka import ConsumerRecord

from deploy.verify.findings import Code, Fact, Finding, Tell
from domain.ids import ALL_FIRMS, ClientId, CustomerId, FirmId, all_key, customer_key, firm_key, link_key
from streams.wire.inputs import partition_of
from streams.wire.records import IMPORT_BEGUN, NO_ROW, check_schema, claimed
from streams.wire.row_names import firm_in, row_key
from streams.wire.unreadable import UnreadableRecordError

OF_A_PARTITION = ("all", NO_ROW)


class Known(NamedTuple):
    """The newest record of a row. `customer`: of a link. `pending`: ids of its effects."""

    offset: int
    version: int
    digest: int
    firm: str
    customer: str | None
    pending: tuple[str, ...]


class Line(NamedTuple):
    """A record that is a decision, as history should have it.

    `data`: without its row. `row`: that as it is written, where this version wrote it. `whole`: all of the record.
    """

    offset: int
    key: str
    data: Mapping[str, Any]
    row: bytes
    whole: bytes


@dataclass(slots=True)
class PartitionFold:
    """What a partition says up to before `end`."""

    number: int
    partitions: int
    tell: Tell
    end: int = 0
    records: int = 0
    rows: dict[str, Known] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    _hidden: dict[str, int] = field(default_factory=dict)
    _importing: int | None = None

    def take(self, message: "ConsumerRecord[bytes, bytes]") -> Line | None:
        """Take in the next record; gives what history should have of it."""
        self.records += 1
        self.end = message.offset + 1
        event = claimed(message.value, message.offset)
        if event is None:
            self._disbelieve(message)
            return None
        try:
            check_schema(event)
            return self._believe(message, event["data"])
        except (UnreadableRecordError, KeyError, TypeError, AttributeError):
            self._say(Code.RECORD_UNREADABLE, offset=message.offset)
            return None

    def _believe(self, message: "ConsumerRecord[bytes, bytes]", data: dict[str, Any]) -> Line | None:
        row, version, cause = data["row"], data["version"], data["input"]
        key = (message.key or b"").decode(errors="replace")
        if self._hidden:
            self._hidden.pop(key, None)
        for topic, decided in data["positions"].items():
            if decided > self.positions.get(topic, -1):
                self.positions[topic] = decided
        if row["kind"] in OF_A_PARTITION:
            if key == all_key(self.number):
                self._importing = message.offset if data["code"] == IMPORT_BEGUN else None
            if row["kind"] == NO_ROW:
                return None
        if not self._is_in_place(key, row):
            self._say(Code.RECORD_MISPLACED, key=key, offset=message.offset)
        before = self.rows.get(key)
        # What no input led to decides nothing: the row as it was, written again.
        due = None if before is None else before.version + (cause is not None)
        if version != row["version"] or due not in (None, version):
            self._say(
                Code.VERSION_NOT_NEXT,
                key=key,
                offset=message.offset,
                version=version,
                before=before.version if before is not None else row["version"],
            )
        written = _as_written(message.value or b"")
        self.rows[key] = Known(
            message.offset,
            version,
            digest_of(written),
            row["firm_id"],
            row["customer_id"] if row["kind"] == "link" else None,
            tuple([effect["id"] for effect in row["pending"]]) if row["pending"] else (),
        )
        if cause is None:
            return None
        del data["row"]  # what is let go of at once costs a third of what is kept for a while
        return Line(message.offset, key, data, written, message.value or b"")

    def _is_in_place(self, key: str, row: Mapping[str, Any]) -> bool:
        kind = row["kind"]
        if kind == "all":
            return key == all_key(row["partition"]) == all_key(self.number)
        firm = _firm(row["firm_id"], self.partitions)
        if firm.home != self.number:
            return False
        if kind == "link":
            return bool(key == firm.links + row["client_id"])
        if kind == "customer":
            return bool(key == firm.customers + row["customer_id"])
        return key == firm.key

    def _disbelieve(self, message: "ConsumerRecord[bytes, bytes]") -> None:
        key = row_key(message.key)
        # Under a key that names no row of this partition it hides none.
        firm = None if key is None else firm_in(key, self.number)
        if key is not None and firm is not None and self._lives_here(firm):
            self._hidden[key] = message.offset

    def _lives_here(self, firm: FirmId) -> bool:
        return firm == ALL_FIRMS or _firm(firm, self.partitions).home == self.number

    def conclude(self) -> None:
        """Say what can be said only at the end."""
        for key, offset in self._hidden.items():
            self._say(Code.ROW_HIDDEN, key=key, offset=offset)
        if self._importing is not None:
            self._say(Code.IMPORT_UNFINISHED, offset=self._importing)
        self._say_who_share()

    def _say_who_share(self) -> None:
        clients: dict[tuple[str, str], str] = {}
        shared: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        waiting: dict[str, str] = {}
        for key, row in self.rows.items():
            if row.customer is not None:
                at = row.firm, row.customer
                if at in clients:
                    shared[at] |= {clients[at], _own_id(key)}
                clients[at] = _own_id(key)
            for effect in row.pending:
                if effect in waiting:
                    self._say(Code.EFFECT_PENDING_TWICE, effect=effect, key=key, other=waiting[effect])
                waiting[effect] = key
        for (firm, customer), several in shared.items():
            for client in sorted(several):
                self._say(
                    Code.CUSTOMER_LINKED_TWICE,
                    firm=firm,
                    client_id=client,
                    customer_id=customer,
                    clients=sorted(several),
                )

    def linked(self) -> Iterator[tuple[str, str, Known]]:
        """Give each link that has a customer: its firm, its key, and what is known of it."""
        for key, row in self.rows.items():
            if row.customer is not None:
                yield row.firm, key, row

    def _say(self, code: Code, **facts: Fact) -> None:
        of_key = facts_of_key(str(facts["key"])) if "key" in facts else {}
        self.tell(Finding(code, {"partition": self.number, **facts, **of_key}))


def digest_of(row: bytes) -> int:
    """Give by what two rows are told apart in this process: 64 bits, drawn anew in each."""
    return hash(row)


def facts_of_key(key: str) -> dict[str, str]:
    """Name the firm and the record that a key names."""
    match key.split("/", 2):
        case ["link", firm, client]:
            return {"firm": _unescaped(firm), "client_id": client}
        case ["customer", firm, customer]:
            return {"firm": _unescaped(firm), "customer_id": customer}
        case ["firm", firm]:
            return {"firm": _unescaped(firm)}
        case _:
            return {}


def _unescaped(firm: str) -> str:
    return firm.replace("%2F", "/").replace("%25", "%")


def _own_id(key: str) -> str:
    return key.split("/", 2)[2]


def _as_written(record: bytes) -> bytes:
    """Cut a row out of its record, as this version lays records out; of another one comes something else.

    By these bytes only what is the same is known, at a tenth of what writing the row again would cost. What differs is read.
    """
    begin = record.find(b'"row":') + 6
    return record[begin : record.rfind(b',"positions":{')]


class _Firm(NamedTuple):
    """Where a firm's rows lie, and how their keys begin."""

    home: int
    key: str
    links: str
    customers: str


@cache
def _firm(firm: FirmId, partitions: int) -> _Firm:
    return _Firm(
        partition_of(firm, partitions),
        firm_key(firm),
        link_key(firm, ClientId("")),
        customer_key(firm, CustomerId("")),
    )
