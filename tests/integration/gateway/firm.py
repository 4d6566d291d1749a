"""Rows of one firm, as an engine would have left them."""

import uuid
from dataclasses import dataclass

from domain.fields import Field
from domain.firm_rows import Connection, FirmRow
from domain.ids import ClientId, CustomerId, FirmId, RealmId
from domain.rows import CustomerRow, LinkRow, LinkStatus, Reason
from domain.snapshots import Client, Customer
from tests.integration.gateway.log_writer import NOW


@dataclass(frozen=True)
class Firm:
    """A firm and the company that it is, or may be, connected to."""

    id: FirmId
    realm: RealmId

    @property
    def api(self) -> str:
        """The path below which the API speaks of it."""
        return f"/api/v1/firms/{self.id}"

    def connected(self) -> FirmRow:
        """The firm itself, with all of its company's customers listed."""
        return FirmRow(
            firm_id=self.id,
            version=1,
            connection=Connection(
                realm_id=self.realm,
                connected_at=NOW,
                connected_by="user:dana",
                customers_listed=True,
                clients_listed=True,
            ),
        )

    def client_row(self, client_id: str, name: str, *, version: int = 1, **changed: object) -> LinkRow:
        """A client that was never matched, unless `changed` says otherwise."""
        client = Client(
            client_id=ClientId(client_id),
            version=1,
            type="individual",
            values={Field.DISPLAY_NAME: name, Field.EMAIL: f"{client_id}@example.com"},
            changed_at=NOW,
        )
        row = {
            "firm_id": self.id,
            "client_id": ClientId(client_id),
            "version": version,
            "decided_version": version,
            "client": client,
            "reason": Reason.NEVER_MATCHED,
            "since": NOW,
        }
        return LinkRow(**(row | changed))  # type: ignore[arg-type]

    def synced_row(
        self, client_id: str, name: str, customer_id: str, *, version: int = 2, **changed: object
    ) -> LinkRow:
        """A client that is synced with a customer."""
        synced = {"status": LinkStatus.SYNCED, "reason": None, "customer_id": CustomerId(customer_id)}
        return self.client_row(client_id, name, version=version, **(synced | changed))

    def customer_row(
        self, customer_id: str, name: str, *, email: str | None = None, job: bool = False
    ) -> CustomerRow:
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
        return CustomerRow(firm_id=self.id, customer_id=CustomerId(customer_id), version=1, customer=customer)


def another_firm() -> Firm:
    """A firm that no other test has, for where several share a gateway."""
    return Firm(FirmId(f"f-{uuid.uuid4().hex[:12]}"), RealmId(str(uuid.uuid4().int)[:15]))


F_1 = Firm(FirmId("f-1"), RealmId("91"))
FIRM = F_1.id
CONNECTED = F_1.connected()
client_row = F_1.client_row
synced_row = F_1.synced_row
customer_row = F_1.customer_row
