"""A firm's QuickBooks company: how it is connected, where its person signs in to it, and letting go of it."""

from datetime import datetime
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel

from adapters.store.connections import is_open
from adapters.web.api.firm_intents import firm_intent
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from adapters.web.api.refusals import refused
from adapters.web.auth.people import Role
from adapters.web.metered_reads import reads_so_far
from domain.ids import RealmId
from domain.inputs import Disconnect
from domain.obstacles import Obstacle
from domain.read_budget import BudgetState
from domain.refusals import Refusal

PATH = FIRM_PATH + "/connection"


class UnreadableShape(BaseModel):
    """A record of one side that can't be read, and so is not synced. `wrong`: names of fields, or that side's code."""

    side: Literal["canopy", "quickbooks"]
    id: str | None
    wrong: str
    since: datetime


class ReadsShape(BaseModel):
    """Reads of QuickBooks that Intuit meters, in the calendar month (UTC) so far.

    `answered`: the company's, each answered by 200; `unanswered`: those of it that left and got no answer, which may be metered
    too. `all_companies`, `budget`: both kinds of all companies, and what a month has; for operators alone. `state`: how far
    that goes: enough, short (80 % are used) or spent. `saving`: sweeps are rarer, so that it lasts.
    """

    month: str
    answered: int
    unanswered: int
    state: BudgetState
    saving: bool
    all_companies: int | None = None
    budget: int | None = None


class HeardShape(BaseModel):
    """Changes made in QuickBooks that our regular searches have found, since the company was connected first.

    `told`: a webhook had told of them before; `untold`: none had; `late`: of those, one did after all; `missed`: none ever did.
    """

    told: int
    untold: int
    late: int
    missed: int


class SweepShape(BaseModel):
    """The last search for what no webhook told of. It found `told` and `untold` changes: a webhook had told of them before, or none had."""

    at: datetime
    told: int
    untold: int


class ClaimShape(BaseModel):
    """A company that was to be connected. `late`: that was not decided within ten minutes, so it is to be connected again."""

    realm_id: str
    since: datetime
    late: bool


class ConnectionAnswer(BaseModel):
    """`status`: connected, disconnected or never_connected. `listed`: all of both sides has been read once.

    `reauthorise_since`: QuickBooks lets us in no longer, because of `shut_by`; what is due waits until a person connects
    the company again, or until it lets us in by itself. `letters_waiting`: dead letters that were parked since nobody was
    connected to this company; null: not known just now. `reads`: null while no company is connected.

    `company_name`: as it called itself when somebody signed in; `sign_in_ends`: when that ends, if nobody signs in again.
    `last_webhook_at`: when QuickBooks told of a change last; `last_sweep`: null until one has ended since it was connected.
    `undecided`: somebody has said yes to another company, and the engine has not decided yet.
    """

    status: str
    realm_id: str | None
    connected_at: datetime | None
    connected_by: str | None
    reauthorise_since: datetime | None
    shut_by: Obstacle | None
    listed: bool
    clients: int
    customers: int
    sub_customers: int
    unreadable: list[UnreadableShape]
    heard: HeardShape
    letters_waiting: int | None = 0
    reads: ReadsShape | None = None
    company_name: str | None = None
    sign_in_ends: datetime | None = None
    last_webhook_at: datetime | None = None
    last_sweep: SweepShape | None = None
    undecided: ClaimShape | None = None


class SignInPlace(BaseModel):
    """`authorize_url`: the console's page at which a manager of the firm signs in to QuickBooks and says yes to the company.

    It is not Intuit's own address: a sign-in belongs to the person, the firm and the browser that began it, and begins at the page.
    """

    authorize_url: str


async def _connection(call: Call) -> Answer:
    view = await call.parts.read_model.firms.connection(call.firm)
    answer = ConnectionAnswer.model_validate(view, from_attributes=True)
    if view.realm_id is not None and view.status == "connected":
        answer.letters_waiting = await call.parts.desk.waiting_of(RealmId(view.realm_id))
        answer.reads = await _reads(call, RealmId(view.realm_id))
        await _heard(call, answer, RealmId(view.realm_id))
    claim = await call.parts.connections.claimed(call.firm, call.parts.now())
    if claim is not None and is_open(claim, view):
        answer.undecided = ClaimShape(realm_id=claim.realm_id, since=claim.since, late=claim.late)
    return Answer(body=answer)


async def _heard(call: Call, answer: ConnectionAnswer, realm: RealmId) -> None:
    recent, signed_in = call.parts.read_model.recent, await call.parts.companies.signed_in(realm)
    if signed_in is not None:
        answer.company_name, answer.sign_in_ends = signed_in.name, signed_in.ends
    answer.last_webhook_at = await recent.last_webhook(call.firm)
    sweep = await recent.last_sweep(call.firm)
    if sweep is not None:
        answer.last_sweep = SweepShape(at=sweep.at, told=sweep.told, untold=sweep.untold)


async def _reads(call: Call, realm: RealmId) -> ReadsShape:
    seen = await reads_so_far(call.parts, realm)
    sees_all = call.person.role >= Role.OPERATOR
    return ReadsShape(
        month=seen.month,
        answered=seen.answered,
        unanswered=seen.unanswered,
        state=seen.state,
        saving=seen.saving,
        all_companies=seen.used if sees_all else None,
        budget=seen.budget if sees_all else None,
    )


def _disconnect(call: Call) -> Disconnect:
    return Disconnect(firm_id=call.firm, intent_id=call.intent_id)


async def _connect(call: Call) -> Answer:
    return Answer(body=_sign_in_place(call))


async def _reauthorize(call: Call) -> Answer:
    view = await call.parts.read_model.firms.connection(call.firm)
    if view.status != "connected":
        raise refused(
            409, Refusal("never_connected" if view.status == "never_connected" else "not_connected")
        )
    return Answer(body=_sign_in_place(call))


def _sign_in_place(call: Call) -> SignInPlace:
    return SignInPlace(authorize_url=f"{call.parts.public_url}/firms/{quote(call.firm, safe='')}/connect")


CONNECTION = (
    Operation(
        method="GET",
        path=PATH,
        summary="The firm's QuickBooks company",
        handle=_connection,
        answer=ConnectionAnswer,
    ),
    Operation(
        method="POST",
        path=PATH,
        summary="Where a person connects the firm's company, in a browser",
        handle=_connect,
        answer=SignInPlace,
        role=Role.MANAGER,
    ),
    Operation(
        method="POST",
        path=PATH + "/reauthorize",
        summary="Where a person signs in again to the company that is connected, in a browser",
        handle=_reauthorize,
        answer=SignInPlace,
        role=Role.MANAGER,
    ),
    firm_intent("DELETE", PATH, "Disconnect; links are kept, and stand still", _disconnect),
)
