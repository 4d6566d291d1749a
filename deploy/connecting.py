"""Connects firms with their companies, as the terminal asks for it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from adapters.store.connections import Connections
from deploy.asked_companies import NotNamed, asked_companies
from deploy.own_database import database
from deploy.settings import Settings
from deploy.way_to_engine import intents, operator
from domain.ids import FirmId, IntentId, RealmId
from domain.inputs import Connect


class OtherRealmError(Exception):
    """The firm has, or had, another company: its links would be let go, so a person is asked first."""


class UnknownCompanyError(Exception):
    """QuickBooks lets nobody into the company."""


async def connect_firms(
    settings: Settings, realms: Mapping[FirmId, RealmId], *, replaces: bool = False
) -> Mapping[FirmId, str | NotNamed]:
    """Ask for firms to be connected with QuickBooks companies. The company is kept for the firm until that is decided.

    Gives each company's name, or why it is not known: that QuickBooks is away, or that nobody has signed in yet, keeps
    nobody from it. What the firm then needs waits.

    Each time is an intent of its own: a firm that has disconnected connects again with the same words.

    Raises:
        RealmTakenError: another firm has the company.
        OtherRealmError: the firm had another one, and nobody said that this one `replaces` it.
        UnknownCompanyError: QuickBooks does not know the company, or does not let us into it.
        KafkaAwayError: nothing was asked for, as far as anybody knows.
    """
    names: dict[FirmId, str | NotNamed] = {}
    async with (
        database(settings) as store,
        intents(settings) as writer,
        asked_companies(store, settings) as companies,
    ):
        connections = Connections(store)
        for firm, realm in realms.items():
            before = await connections.of_firm(firm)
            if before is not None and before.realm_id != realm and not replaces:
                raise OtherRealmError(
                    f"{firm} belongs to company {before.realm_id}. Connecting {realm} instead lets go of all links "
                    "with it; say so by --replace."
                )
            now = datetime.now(UTC)
            await connections.claim(firm, realm, now)
            intent = Connect(firm_id=firm, intent_id=IntentId(uuid4().hex), realm_id=realm, replaces=replaces)
            try:
                # By its number before its name: a company of another firm's is not even asked.
                names[firm] = _let_in(realm, await companies.name(realm))
                await writer.submit(intent, operator(), now)
            except BaseException:
                # If it was written all the same, the log will say so, and the table follows.
                await connections.withdraw(firm, realm)
                raise
    return names


def _let_in(realm: RealmId, name: str | NotNamed) -> str | NotNamed:
    if name is NotNamed.NOT_LET_IN:
        raise UnknownCompanyError(
            f"QuickBooks does not know company {realm}, or does not let us into it. Look whether the number is the company's own; if it is, "
            "a manager of the firm connects it in the console, and signs in there."
        )
    return name
