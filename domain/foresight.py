"""What an act would do, decided by today's rules on rows that nobody else sees: nothing is sent, and nothing written.

The rows are a copy. Each write that the act plans is answered as both sides answer when nothing comes in between, and
that answer is decided too, until nothing more is planned.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.decide import decide
from domain.decision import Decision, Verdict
from domain.effects import CreateCustomer, UpdateClient, UpdateCustomer, Write
from domain.fields import Field, Value, Values
from domain.ids import EffectId, Side
from domain.inputs import Cause, Input, LinkIntent, Outcome
from domain.limits import as_written
from domain.outcomes import ClientSaved, CustomerSaved, Result
from domain.progress import side_of
from domain.replacing import replace
from domain.rows import LinkRow
from domain.table import Table
from domain.write_back import with_the_rest

MOST_WRITES = 10
"""An act plans a write to each side, and perhaps one that a person chose before."""

_A_MOMENT = timedelta(seconds=1)
_UNSEEN = "foresight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """How an act would be decided, and how its link would stand in the end. `link` None: there is none.

    `writes`: of each side, the fields that would be written there; `requests`: how many requests those are.
    """

    verdict: Verdict
    code: str
    facts: Mapping[str, str]
    link: LinkRow | None
    writes: Mapping[Side, Values] = field(default_factory=dict)
    requests: int = 0


def foresee(table: Table, intent: LinkIntent, at: datetime, started: Container[EffectId]) -> Foreseen:
    """Decide an intent and all that follows from it; the table then holds what that would leave.

    `at`: when it would be asked for. `started`: the effects that may be under way by now.
    """
    decision = _taken_in(table, intent, at, started)
    if decision is None or decision.verdict is not Verdict.APPLIED:
        return Foreseen(
            verdict=decision.verdict if decision is not None else Verdict.SKIPPED,
            code=decision.code if decision is not None else "not_connected",
            facts=decision.facts if decision is not None else {},
            link=table.link(intent.firm_id, intent.client_id),
        )
    written: dict[Side, dict[Field, Value]] = {"quickbooks": {}, "canopy": {}}
    requests = 0
    while requests < MOST_WRITES:
        link = table.link(intent.firm_id, intent.client_id)
        write = link.write if link is not None else None
        if link is None or write is None or write.not_before is not None:
            break
        requests += 1
        at += _A_MOMENT
        written[side_of(write)].update(write.values)
        answer = _answer(table, link, write, at)
        if answer is None:
            break  # nobody can say which id a new customer gets
        _taken_in(
            table,
            Outcome(firm_id=link.firm_id, effect_id=write.id, key=link.key, result=answer),
            at,
            started,
        )
    return Foreseen(
        verdict=decision.verdict,
        code=decision.code,
        facts=decision.facts,
        link=table.link(intent.firm_id, intent.client_id),
        writes=written,
        requests=requests,
    )


def _taken_in(table: Table, given: Input, at: datetime, started: Container[EffectId]) -> Decision | None:
    cause = Cause(topic=_UNSEEN, partition=0, offset=0, id=_UNSEEN, at=at)
    decision = decide(table, given, cause, started)
    for row in decision.rows if decision is not None else ():
        table.put(row)
    return decision


def _answer(table: Table, link: LinkRow, write: Write, at: datetime) -> Result | None:
    """Answer a write as its side does that takes it; None: that can't be told."""
    match write:
        case CreateCustomer():
            return None
        case UpdateCustomer():
            row = table.customer(link.firm_id, write.customer_id)
            customer = row.customer if row is not None else None
            if customer is None:
                return None
            beside = customer.write_back
            emails = with_the_rest(Field.EMAIL, write.values.get(Field.EMAIL), beside)
            if Field.EMAIL in write.values and beside.emails is not None and isinstance(emails, str):
                beside = replace(beside, emails=emails)
            if Field.DISPLAY_NAME in write.values:
                beside = replace(beside, marked_name=None)
            return CustomerSaved(
                customer=replace(
                    customer,
                    sync_token=max(customer.sync_token, write.sync_token) + 1,
                    values=_changed(customer.values, as_written("quickbooks", write.values)),
                    updated_at=at.replace(microsecond=0),
                    write_back=beside,
                )
            )
        case UpdateClient():
            client = link.client
            if client is None:
                return None
            version = max(client.version, write.client_version) + 1
            values = _changed(client.values, as_written("canopy", write.values))
            return ClientSaved(client=replace(client, version=version, values=values, changed_at=at))


def _changed(before: Values, written: Values) -> dict[Field, Value]:
    """Lay what is written over what stands there; None clears."""
    return {name: value for name, value in {**before, **written}.items() if value is not None}
