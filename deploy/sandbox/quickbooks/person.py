"""What a person does in QuickBooks. Webhooks follow as from any other change."""

from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from deploy.sandbox.clock import utc_now
from deploy.sandbox.quickbooks import errors, records
from deploy.sandbox.quickbooks.answers import envelope, respond
from deploy.sandbox.quickbooks.bodies import json_object
from deploy.sandbox.quickbooks.books import Kind
from deploy.sandbox.quickbooks.events import Operation
from deploy.sandbox.quickbooks.fields import ADDRESSES, Json, read
from deploy.sandbox.quickbooks.pacific import pacific_seconds
from deploy.sandbox.quickbooks.service import Service
from deploy.sandbox.quickbooks.writing import find
from deploy.sandbox.reception import CALL


class NewRealm(BaseModel):
    """A realm to make; one that exists stays as it is."""

    model_config = ConfigDict(extra="forbid")

    realm_id: str
    company_name: str = ""


class Merging(BaseModel):
    """The customer that stays, and what is left of the other one.

    What a GET of it says afterwards is not documented: that it is inactive, which is the likelier, or error 610.
    """

    model_config = ConfigDict(extra="forbid")

    into: str
    loser: Literal["inactive", "gone"] = "inactive"


@dataclass(frozen=True, slots=True)
class Person:
    """Handles the requests under `/_control/realms`."""

    service: Service
    backups: dict[str, list[Json]] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        """Make the routes."""
        realm = "/_control/realms/{tenant}"
        return [
            web.post("/_control/realms", self.open_realm),
            web.get(f"{realm}/customers", self.customers),
            web.post(f"{realm}/customers", self.create_customer),
            web.post(f"{realm}/vendors", self.create_vendor),
            web.post(f"{realm}/employees", self.create_employee),
            web.patch(f"{realm}/customers/{{id}}", self.edit),
            web.post(f"{realm}/customers/{{id}}/merge", self.merge),
            web.post(f"{realm}/customers/{{id}}/spoil", self.spoil),
            web.post(f"{realm}/backup", self.back_up),
            web.post(f"{realm}/restore", self.restore),
        ]

    async def open_realm(self, request: web.Request) -> web.Response:
        """Make a realm."""
        wanted = NewRealm.model_validate_json(request[CALL].body)
        with self.service.desk.state.transaction():
            is_new = self.service.books.open_company(wanted.realm_id, wanted.company_name)
        return web.json_response({**wanted.model_dump(), "created": is_new})

    async def customers(self, request: web.Request) -> web.Response:
        """List all customers, inactive ones too, as whole objects."""
        return web.json_response({"customers": list(self.service.company(request).all(Kind.CUSTOMER))})

    async def create_customer(self, request: web.Request) -> web.Response:
        """Make a customer."""
        return self._create(request, Kind.CUSTOMER)

    async def create_vendor(self, request: web.Request) -> web.Response:
        """Make a vendor, who takes a name."""
        return self._create(request, Kind.VENDOR)

    async def create_employee(self, request: web.Request) -> web.Response:
        """Make an employee, who takes a name."""
        return self._create(request, Kind.EMPLOYEE)

    async def spoil(self, request: web.Request) -> web.Response:
        """Make a customer one that fails each query whose page it is on (4002), until somebody edits it."""
        company = self.service.company(request)
        company.bad.add(find(company, Kind.CUSTOMER, request.match_info["id"])["Id"])
        return web.json_response({"spoiled": sorted(company.bad)})

    async def back_up(self, request: web.Request) -> web.Response:
        """Take a backup of the company's customers."""
        company = self.service.company(request)
        self.backups[company.realm] = list(company.all(Kind.CUSTOMER))
        return web.json_response({"customers": len(self.backups[company.realm])})

    async def restore(self, request: web.Request) -> web.Response:
        """Put the backup back: tokens and values go back, what came since is gone, and nobody is told."""
        company = self.service.company(request)
        with self.service.desk.state.transaction():
            company.put_back(Kind.CUSTOMER, self.backups[company.realm])
        return web.json_response({"customers": len(self.backups[company.realm])})

    def _create(self, request: web.Request, kind: Kind) -> web.Response:
        company, call = self.service.company(request), request[CALL]
        values = read(json_object(call.body), by_person=True)
        with self.service.desk.state.transaction():
            record = records.create(company, kind, values)
            if kind is Kind.CUSTOMER:
                self.service.announce(call, company.realm, record["Id"], Operation.CREATE)
        return respond(envelope({kind.value: record}))

    async def edit(self, request: web.Request) -> web.Response:
        """Edit, rename, deactivate or reactivate a customer."""
        company, call = self.service.company(request), request[CALL]
        before = find(company, Kind.CUSTOMER, request.match_info["id"])
        values = read(_with_rest_of_addresses(before, json_object(call.body)), by_person=True)
        with self.service.desk.state.transaction():
            record = records.change(company, Kind.CUSTOMER, before, values, sparse=True)
            company.bad.discard(record["Id"])
            self.service.announce(call, company.realm, record["Id"], Operation.UPDATE)
        return respond(envelope({Kind.CUSTOMER.value: record}))

    async def merge(self, request: web.Request) -> web.Response:
        """Merge a customer into another; the answer is the one that stays."""
        company, call = self.service.company(request), request[CALL]
        loser = find(company, Kind.CUSTOMER, request.match_info["id"])
        merging = Merging.model_validate_json(call.body)
        survivor = find(company, Kind.CUSTOMER, merging.into)
        if loser["Id"] == survivor["Id"]:
            raise errors.business("A customer can't be merged into itself.")
        with self.service.desk.state.transaction():
            if merging.loser == "gone":
                company.forget(Kind.CUSTOMER, loser)
            else:
                loser = records.change(company, Kind.CUSTOMER, loser, {"Active": False}, sparse=True)
            company.lose(loser["Id"], loser["SyncToken"], pacific_seconds(utc_now()))
            record = records.change(company, Kind.CUSTOMER, survivor, {}, sparse=True)
            self.service.announce(call, company.realm, record["Id"], Operation.MERGE, loser["Id"])
        return respond(envelope({Kind.CUSTOMER.value: record}))


def _with_rest_of_addresses(before: Json, sent: Json) -> Json:
    """A person who edits one line of an address leaves the other lines as they were."""
    return {
        name: {**before.get(name, {}), **value} if name in ADDRESSES and isinstance(value, dict) else value
        for name, value in sent.items()
    }
