"""Rows of one firm, as an engine would have left them."""

from domain.fields import Field
from domain.ids import ClientId, CustomerId, FirmId, RealmId
from domain.rows import Connection, CustomerRow, FirmRow, LinkRow, LinkStatus, Reason
from domain.snapshots import Client, Customer
from tests.integration.gateway.log_writer import NOW

FIRM = FirmId("f-1")
CONNECTED = FirmRow(
    firm_id=FIRM,
    version=1,
    connection=Connection(
        realm_id=RealmId("91"),
        connected_at=NOW,
        connected_by="user:dana",
        customers_listed=True,
        clients_listed=True,
    ),
)


def client_row(client_id: str, name: str, *, version: int = 1, **changed: object) -> LinkRow:
    """A client that was never matched, unless `changed` says otherwise."""
    client = Client(
        client_id=ClientId(client_id),
        version=1,
        type="individual",
        values={Field.DISPLAY_NAME: name, Field.EMAIL: f"{client_id}@example.com"},
        changed_at=NOW,
    )
    row = {
        "firm_id": FIRM,
        "client_id": ClientId(client_id),
        "version": version,
        "decided_version": version,
        "client": client,
        "reason": Reason.NEVER_MATCHED,
        "since": NOW,
    }
    return LinkRow(**(row | changed))  # type: ignore[arg-type]


def synced_row(
    client_id: str, name: str, customer_id: str, *, version: int = 2, **changed: object
) -> LinkRow:
    """A client that is synced with a customer."""
    synced = {"status": LinkStatus.SYNCED, "reason": None, "customer_id": CustomerId(customer_id)}
    return client_row(client_id, name, version=version, **(synced | changed))


def customer_row(customer_id: str, name: str, *, email: str | None = None, job: bool = False) -> CustomerRow:
    """A customer as last read."""
    values = {Field.DISPLAY_NAME: name} | ({Field.EMAIL: email} if email else {})
    customer = Customer(
        customer_id=CustomerId(customer_id),
        sync_token=3,
        values=values,
        created_at=NOW,
        updated_at=NOW,
        job=job,
    )
    return CustomerRow(firm_id=FIRM, customer_id=CustomerId(customer_id), version=1, customer=customer)
