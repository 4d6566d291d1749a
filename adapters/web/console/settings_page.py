"""What happens by itself, and who wins when both sides changed the same field."""

from aiohttp import web

from adapters.store.views import ConnectionView
from adapters.vault.connect_desk import SignedIn
from adapters.web.console.connection_page import undecided
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.texts.obstacles import shut_text
from adapters.web.texts.settings import policy_meaning, policy_name, switch_name
from adapters.web.texts.who_and_when import who
from domain.ids import RealmId
from domain.settings import ConflictPolicy

SWITCHES = (
    (
        "Actions from Canopy",
        (
            (
                "actions_from_canopy",
                "creating",
                switch_name("actions_from_canopy.creating"),
                "A client added in Canopy becomes a customer in QuickBooks, unless “Sync client” was off.",
            ),
            (
                "actions_from_canopy",
                "editing",
                switch_name("actions_from_canopy.editing"),
                "What is changed on a synced client goes to its QuickBooks customer.",
            ),
        ),
    ),
    (
        "Actions from QBO",
        (
            (
                "actions_from_qbo",
                "creating",
                switch_name("actions_from_qbo.creating"),
                "A customer added in QuickBooks becomes a client in Canopy.",
            ),
            (
                "actions_from_qbo",
                "editing",
                switch_name("actions_from_qbo.editing"),
                "What is changed on a synced customer goes to its Canopy client.",
            ),
        ),
    ),
)


async def show_settings(visit: Visit) -> web.Response:
    """Show the switches and the connection."""
    reads = visit.parts.read_model
    connection = await reads.firms.connection(visit.firm)
    signed_in = await _signed_in(visit, connection)
    return visit.render(
        "settings.html",
        frame=await frame(visit),
        settings=(await reads.firms.row(visit.firm)).settings,
        switches=SWITCHES,
        who=who,
        conflicts=[(policy, policy_name(policy), policy_meaning(policy)) for policy in ConflictPolicy],
        connection=connection,
        signed_in=signed_in,
        company_name=signed_in.name if signed_in is not None else None,
        shut=shut_text(connection.shut_by) if connection.shut_by is not None else None,
        paused=(await reads.firms.row(visit.firm)).paused,
        syncing="Syncing is held up." if connection.shut_by is not None else "Syncing normally.",
        due=(await reads.due.page(visit.firm, limit=1)).total,
        held=(await reads.held.page(visit.firm, limit=1)).total,
        letters_waiting=await _letters_waiting(visit, connection),
        undecided=await undecided(visit, connection),
        connected_by=who(connection.connected_by) if connection.connected_by else None,
        place="settings",
    )


async def _signed_in(visit: Visit, connection: ConnectionView) -> SignedIn | None:
    if connection.realm_id is None or connection.status != "connected":
        return None
    return await visit.parts.companies.signed_in(RealmId(connection.realm_id))


async def _letters_waiting(visit: Visit, connection: ConnectionView) -> int | None:
    if connection.realm_id is None or connection.status != "connected":
        return None
    return await visit.parts.desk.waiting_of(RealmId(connection.realm_id))
