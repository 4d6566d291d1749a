"""Both lists of a firm side by side: who is surely whom, who probably, who is on one side alone, and what people choose for each."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from adapters.batches.draft import Draft, DraftLine, Group, draft_of
from adapters.bounded import ClientIdText, CustomerIdText, WholeNumber
from adapters.store.cursors import cursor_of, number_key
from adapters.store.pairings import Paired
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation, PageQuery
from adapters.web.auth.people import Role
from adapters.web.parts import Parts
from domain import fields
from domain.ids import ClientId, CustomerId, FirmId
from domain.matching.choices import Act, Choice, ChoiceDo, row_name
from domain.matching.reasons import VERSION, Caution, Reason, Strength

PATH = FIRM_PATH + "/matching"
CHOICES = PATH + "/choices"
MOST_CHOICES = 5000


class MatchingQuery(PageQuery):
    """`show`: one group; absent: all, in the order of the totals."""

    show: Group | None = None


class MatchingTotals(BaseModel):
    """Of those that could be matched: `sure`, `likely` and the one-sided make up each side. `matched`: are so already."""

    clients: int
    customers: int
    sure: int
    likely: int
    only_in_canopy: int
    only_in_quickbooks: int
    matched: int


class MatchingRow(BaseModel):
    """A pair, or one of either side alone. The versions are what a match takes, so that it is done on what was seen.

    `do`: what a batch of the draft does with it; `can`: which acts would not be refused. `chosen_by`, `chosen_at`: who chose last;
    `moved`: they chose for what is another row by now, so it is not carried out.
    """

    group: Group
    client_id: str | None
    client_name: str | None
    link_version: int | None
    customer_id: str | None
    customer_name: str | None
    customer_sync_token: int | None
    reasons: list[Reason]
    cautions: list[Caution]
    do: ChoiceDo
    can: list[Act]
    chosen_by: str | None
    chosen_at: datetime | None
    moved: bool


class DraftTotals(BaseModel):
    """How many rows are done what with. `moved`: choices that hold no longer; `seen`: send it to commit just this, as `draft`."""

    match: int
    create: int
    create_client: int
    leave: int
    later: int
    moved: int
    seen: str


class MatchingAnswer(BaseModel):
    """Rows by group, and by name in each. `version`: of the rules that paired them; `cursor` None: the last page."""

    version: int
    totals: MatchingTotals
    draft: DraftTotals
    rows: list[MatchingRow]
    cursor: str | None


class ChoiceBody(BaseModel):
    """What somebody chooses for a row. `do` null: what holds without a choice. The versions: as the row showed them."""

    model_config = ConfigDict(extra="forbid")

    client_id: ClientIdText | None = None
    customer_id: CustomerIdText | None = None
    do: ChoiceDo | None
    link_version: WholeNumber | None = None
    customer_sync_token: WholeNumber | None = None


class ChoicesBody(BaseModel):
    """Choices; of one row the last counts."""

    model_config = ConfigDict(extra="forbid")

    choices: list[ChoiceBody] = Field(max_length=MOST_CHOICES)


class ChoicesAnswer(BaseModel):
    """What a batch would do now."""

    draft: DraftTotals


def totals_of(paired: Paired) -> MatchingTotals:
    """Count a pairing."""
    counts, pairing = paired.pairing.counts(), paired.pairing
    return MatchingTotals(
        clients=len(pairing.pairs) + len(pairing.only_clients),
        customers=len(pairing.pairs) + len(pairing.only_customers),
        sure=counts[Strength.SURE],
        likely=counts[Strength.LIKELY],
        only_in_canopy=len(pairing.only_clients),
        only_in_quickbooks=len(pairing.only_customers),
        matched=paired.matched,
    )


def draft_totals(draft: Draft) -> DraftTotals:
    """Count a draft."""
    counts = draft.counts
    return DraftTotals(
        match=counts.get("match", 0),
        create=counts.get("create", 0),
        create_client=counts.get("create_client", 0),
        leave=counts.get("leave", 0),
        later=counts.get("later", 0),
        moved=draft.moved,
        seen=draft.seen,
    )


async def draft_now(parts: Parts, firm: FirmId) -> tuple[Paired, Draft]:
    """Give a firm's lists as they are, with what is chosen for each row."""
    paired = await parts.read_model.pairings.of(firm)
    return paired, draft_of(firm, paired, await parts.choices.of(firm))


async def _matching(call: Call) -> Answer:
    asked = call.query_as(MatchingQuery)
    paired, draft = await draft_now(call.parts, call.firm)
    lines = [each for each in draft.lines if asked.show in (None, each.line.group)]
    begin = max(number_key(asked.cursor, 1)[0], 0) if asked.cursor is not None else 0
    end = begin + asked.limit
    return Answer(
        body=MatchingAnswer(
            version=VERSION,
            totals=totals_of(paired),
            draft=draft_totals(draft),
            rows=[_shape(each) for each in lines[begin:end]],
            cursor=cursor_of(end) if end < len(lines) else None,
        )
    )


async def _choose(call: Call) -> Answer:
    parts, given = call.parts, call.body_as(ChoicesBody).choices
    chosen = [_choice(each) for each in given]
    kept = {each.row: each for each in chosen if each is not None}
    await parts.choices.put(call.firm, list(kept.values()), by=call.person.actor, at=parts.now())
    undone = [row for row in map(_row_of, (each for each in given if each.do is None)) if row not in kept]
    await parts.choices.forget(call.firm, undone)
    _, draft = await draft_now(parts, call.firm)
    return Answer(body=ChoicesAnswer(draft=draft_totals(draft)))


def _choice(given: ChoiceBody) -> Choice | None:
    if given.do is None:
        return None
    return Choice(
        do=given.do,
        client_id=_client(given),
        customer_id=_customer(given),
        link_version=given.link_version,
        customer_sync_token=given.customer_sync_token,
    )


def _row_of(given: ChoiceBody) -> str:
    return row_name(_client(given), _customer(given))


def _client(given: ChoiceBody) -> ClientId | None:
    return ClientId(given.client_id) if given.client_id is not None else None


def _customer(given: ChoiceBody) -> CustomerId | None:
    return CustomerId(given.customer_id) if given.customer_id is not None else None


def _shape(each: DraftLine) -> MatchingRow:
    line, choice = each.line, each.choice
    link, customer, made = line.link, line.customer, line.made
    client_name = line.of_client.get(fields.Field.DISPLAY_NAME)
    customer_name = line.of_customer.get(fields.Field.DISPLAY_NAME)
    return MatchingRow(
        group=line.group,
        client_id=link.client_id if link is not None else None,
        client_name=client_name if isinstance(client_name, str) else None,
        link_version=link.version if link is not None else None,
        customer_id=customer.customer_id if customer is not None else None,
        customer_name=customer_name if isinstance(customer_name, str) else None,
        customer_sync_token=line.sync_token,
        reasons=list(made.reasons) if made is not None else [],
        cautions=list(made.cautions) if made is not None else [],
        do=each.weighed.do,
        can=[act for act, refusal in each.can.items() if refusal is None],
        chosen_by=choice.chosen_by if choice is not None else None,
        chosen_at=choice.chosen_at if choice is not None else None,
        moved=each.weighed.moved,
    )


MATCHING = (
    Operation(
        method="GET",
        path=PATH,
        summary="Both lists side by side, paired as far as they can be, with what is chosen for each row",
        handle=_matching,
        answer=MatchingAnswer,
        query=MatchingQuery,
    ),
    Operation(
        method="POST",
        path=CHOICES,
        summary="Choose what a batch is to do with rows; everybody of the firm sees it",
        handle=_choose,
        answer=ChoicesAnswer,
        body=ChoicesBody,
        role=Role.MANAGER,
    ),
)
