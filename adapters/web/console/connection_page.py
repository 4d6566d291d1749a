"""All about a firm's QuickBooks company: who connected it, how it is signed in to, what was heard of it, and what can be done."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from adapters.store.connections import Claim, is_open
from adapters.store.recent_work import Sweep
from adapters.store.views import ConnectionView
from adapters.vault.connect_desk import SignedIn
from adapters.web.console.connection_look import connection_look
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.figures import QUICKBOOKS_TAKES
from adapters.web.metered_reads import ReadsSoFar, reads_so_far
from adapters.web.texts.obstacles import shut_text
from adapters.web.texts.who_and_when import who
from domain.ids import RealmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a company that is connected. `answers`: of QuickBooks, in the last minute; `letters`: dead ones that wait for it."""

    signed_in: SignedIn | None
    webhook: datetime | None
    sweep: Sweep | None
    answers: int
    reads: ReadsSoFar
    letters: int | None


async def show_connection(visit: Visit) -> web.Response:
    """Show it; of a company that is not connected, what it takes to connect it."""
    connection = await visit.parts.read_model.firms.connection(visit.firm)
    realm = RealmId(connection.realm_id) if connection.realm_id is not None else None
    row = await visit.parts.read_model.firms.row(visit.firm)
    return visit.render(
        "connection.html",
        frame=await frame(visit),
        connection=connection,
        look=connection_look(connection.status, connection.reauthorise_since),
        name=await visit.parts.companies.name(realm, visit.parts.now()) if realm is not None else None,
        facts=await _facts(visit, connection, realm) if realm is not None else None,
        asleep=row.connection,
        claim=await undecided(visit, connection),
        shut=shut_text(connection.shut_by) if connection.shut_by is not None else None,
        reads_month=f"{visit.parts.now():%B}",
        drifted=(await visit.parts.read_model.drifted.page(visit.firm, limit=1)).total,
        takes=QUICKBOOKS_TAKES,
        who=who,
        place="settings",
    )


async def _facts(visit: Visit, connection: ConnectionView, realm: RealmId) -> Facts | None:
    if connection.status != "connected":
        return None
    parts = visit.parts
    recent = parts.read_model.recent
    return Facts(
        signed_in=await parts.companies.signed_in(realm),
        webhook=await recent.last_webhook(visit.firm),
        sweep=await recent.last_sweep(visit.firm),
        answers=await recent.answers(visit.firm, parts.now()),
        reads=await reads_so_far(parts, realm),
        letters=await parts.desk.waiting_of(realm),
    )


async def undecided(visit: Visit, connection: ConnectionView) -> Claim | None:
    """Give the company that somebody said yes to, and the engine has not decided about; none where one was connected after that."""
    claim = await visit.parts.connections.claimed(visit.firm, visit.parts.now())
    return claim if claim is not None and is_open(claim, connection) else None
