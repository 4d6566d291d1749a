"""What the application and its routes hold in hand."""

from dataclasses import dataclass, field

from aiohttp import web

from deploy.sandbox.clock import iso_milliseconds, utc_now
from deploy.sandbox.ledger import Call
from deploy.sandbox.quickbooks.books import Books, Company
from deploy.sandbox.quickbooks.events import Operation
from deploy.sandbox.quickbooks.gateway import no_access
from deploy.sandbox.quickbooks.habits import Habits
from deploy.sandbox.quickbooks.oauth.grants import Grants
from deploy.sandbox.quickbooks.oauth.rules import Rights
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.throttle import Throttle
from deploy.sandbox.quickbooks.webhooks import Webhooks
from deploy.sandbox.reception import TENANT, Desk


@dataclass(slots=True)
class Service:
    """The stand-in's parts."""

    settings: QuickBooksSettings
    desk: Desk
    books: Books
    webhooks: Webhooks
    throttle: Throttle
    habits: Habits
    grants: Grants
    rights: dict[str, Rights] = field(default_factory=dict)
    """Of companies that refuse everybody, until told otherwise."""

    def announce(
        self, cause: Call, realm: str, entity_id: str, operation: Operation, deleted: str | None = None
    ) -> None:
        """Queue what tells of one change, with the time as the company tells it. In that change's transaction."""
        now = utc_now()
        told = now.replace(microsecond=0) if self.habits.whole_seconds else now
        self.webhooks.announce(cause, realm, entity_id, operation, deleted, at=iso_milliseconds(told))

    def company(self, request: web.Request) -> Company:
        """Find the realm that a path names.

        Raises:
            HTTPException: there is no such path.
            GatewayRefusal: 403 / 3100 for a realm that does not exist.
        """
        if request.match_info.http_exception is not None:
            raise request.match_info.http_exception
        company = self.books.companies.get(request.match_info[TENANT])
        if company is None:
            raise no_access()
        return company
