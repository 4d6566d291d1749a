"""A client and its link as the API shows them (docs: `/openapi.json`)."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from adapters.canopy.mapping import client_body
from adapters.store.status import StatusWord, status_word
from adapters.web.api.field_values import FieldValues
from adapters.web.texts.problems import choice_label, problem_text
from domain.fields import Field
from domain.inputs import Choice
from domain.known import Known
from domain.link.choices import open_choices
from domain.link.offers import Action, actions
from domain.problem import Problem
from domain.remembered import Held
from domain.rows import LinkRow, LinkStatus
from domain.snapshots import Client
from domain.standing import Around, Standing, standing


class ClientHead(BaseModel):
    """What of a client is no field."""

    client_id: str
    version: int | None = None
    type: Literal["individual", "business"] | None = None


class ClientShape(FieldValues, ClientHead):
    """A client as Canopy has it. `version` None: we have only heard of its id so far."""

    active: bool = True
    presence: Literal["present", "archived", "deleted"] = "present"


class ChoiceShape(BaseModel):
    """One way to settle a problem. `field`: what a value is for; None: one of the problem's."""

    id: str
    label: str
    field: str | None = None
    needs_value: bool = False


class ProblemShape(BaseModel):
    """What needs a person."""

    id: str
    code: str
    text: str
    fields: list[Field]
    since: datetime
    choices: list[ChoiceShape]


class HeldShape(BaseModel):
    """Fields edited while a switch was off."""

    to_quickbooks: list[Field]
    to_canopy: list[Field]


class WaitingShape(BaseModel):
    """The other side would not take a change yet."""

    until: datetime
    why: str


class FormerShape(BaseModel):
    """What an unmatch took apart; `restore` puts it back. `unmatched_reason`: in the words of `unmatched_by`."""

    customer_id: str
    unmatched_at: datetime
    unmatched_by: str | None
    unmatched_reason: str | None
    unconfirmed: list[Field]


class LinkShape(BaseModel):
    """How a client stands with QuickBooks. `version` is what an action takes as `link_version`.

    `standing`: what people are told, which also counts in its customer, its firm and a pause; None: not to be said right now.
    """

    status: StatusWord
    standing: Standing | None
    reason: str | None
    customer_id: str | None
    version: int
    since: datetime | None
    in_step: bool
    problem: ProblemShape | None
    can: list[Action]
    held: HeldShape
    waiting: WaitingShape | None
    former: FormerShape | None


class ClientAnswer(BaseModel):
    """One client. Both None in a 202 about a client that is not known yet."""

    client: ClientShape | None
    link: LinkShape | None


def client_answer(row: LinkRow, known: Known, around: Around | None) -> ClientAnswer:
    """Show a row. `known`: the rows around it; `around`: what holds for its firm, None: not known right now."""
    client = client_shape(row.client) if row.client else ClientShape(client_id=row.client_id)
    return ClientAnswer(client=client, link=link_shape(row, known, around))


def client_shape(client: Client) -> ClientShape:
    """Show a client as Canopy has it."""
    return ClientShape.model_validate({**client_body(client), "presence": client.presence})


def link_shape(row: LinkRow, known: Known, around: Around | None) -> LinkShape:
    """Show the link of a row, as `client_answer` does."""
    waiting, former = row.waiting, row.former
    customer = known.customer(row.firm_id, row.customer_id) if row.customer_id is not None else None
    return LinkShape(
        status=status_word(row),
        standing=standing(row, customer, around) if around is not None else None,
        reason=row.reason if row.status is LinkStatus.NOT_SYNCED else None,
        customer_id=row.customer_id,
        version=row.version,
        since=row.since,
        in_step=is_in_step(row),
        problem=_problem(row, known),
        can=actions(known, row),
        held=held_shape(row.held),
        waiting=WaitingShape(until=waiting.until, why=waiting.why) if waiting and row.pending else None,
        former=FormerShape(
            customer_id=former.customer_id,
            unmatched_at=former.unmatched_at,
            unmatched_by=former.unmatched_by,
            unmatched_reason=former.because,
            unconfirmed=list(former.unconfirmed),
        )
        if former
        else None,
    )


def held_shape(held: Held) -> HeldShape:
    """Show what is held of a link."""
    return HeldShape(to_quickbooks=list(held.to_quickbooks), to_canopy=list(held.to_canopy))


def is_in_step(row: LinkRow) -> bool:
    """Say whether both sides hold the same, as far as we know: nothing under way, held or different."""
    return row.status is LinkStatus.SYNCED and not row.pending and row.held == Held() and not row.changed_at


def _problem(row: LinkRow, known: Known) -> ProblemShape | None:
    problem = row.problem
    if problem is None:
        return None
    offered = open_choices(known, row)
    return ProblemShape(
        id=problem.id,
        code=problem.code,
        text=problem_text(problem, offered),
        fields=list(problem.fields),
        since=problem.since,
        choices=[
            ChoiceShape(
                id=choice,
                label=choice_label(problem, choice),
                field=_field(problem, choice),
                needs_value=choice in {"name", "value"},
            )
            for choice in offered
        ],
    )


def _field(problem: Problem, choice: Choice) -> Field | None:
    if choice == "name":
        return Field.DISPLAY_NAME
    return problem.fields[0] if choice == "value" and len(problem.fields) == 1 else None
