"""What the application and its routes hold in hand."""

from dataclasses import dataclass

from aiohttp import web

from deploy.sandbox.quickbooks.books import Books, Company
from deploy.sandbox.quickbooks.gateway import no_access
from deploy.sandbox.quickbooks.settings import QuickBooksSettings
from deploy.sandbox.quickbooks.throttle import Throttle
from deploy.sandbox.quickbooks.webhooks import Webhooks
from deploy.sandbox.reception import TENANT, Desk


@dataclass(frozen=True, slots=True)
class Service:
    """The stand-in's parts."""

    settings: QuickBooksSettings
    desk: Desk
    books: Books
    webhooks: Webhooks
    throttle: Throttle

    def company(self, request: web.Request) -> Company:
        """Find the realm that a path names.

        Raises:
            GatewayRefusal: 403 / 3100 for a realm that does not exist.
        """
        company = self.books.companies.get(request.match_info[TENANT])
        if company is None:
            raise no_access()
        return company
