"""What people choose for a row of both lists, and what is carried out of it: only what still holds, and can be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.ids import ClientId, CustomerId, FirmId, IntentId
from domain.inputs import Create
from domain.known import Known
from domain.link.allowed import refusal_of
from domain.link.free_customers import not_to_become_a_client
from domain.link.matches import not_to_be_matched
from domain.refusals import Refusal
from domain.rows import CustomerRow, LinkRow

ChoiceDo = Literal["match", "create", "create_client", "leave", "later"]
"""`create`: a customer in QuickBooks; `create_client`: a client in Canopy; `leave`: it stays out; `later`: not decided."""

Act = Literal["match", "create", "create_client"]
ACTS: tuple[Act, ...] = ("match", "create", "create_client")

_NOT_SENT = IntentId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody chose for a row, with both sides as they saw them."""

    do: ChoiceDo
    client_id: ClientId | None
    customer_id: CustomerId | None
    link_version: int | None = None
    customer_sync_token: int | None = None
    chosen_by: str = ""
    chosen_at: datetime | None = None

    @property
    def row(self) -> str:
        """Name the row: two people who choose for the same client, or the same lone customer, choose for one row."""
        return row_name(self.client_id, self.customer_id)


def row_name(client: ClientId | None, customer: CustomerId | None) -> str:
    """Name a row of both lists."""
    return f"client/{client}" if client is not None else f"customer/{customer}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What holds for a row. `moved`: somebody chose, and the row is another one since, or its values are.

    `hindered`: why what was chosen can't be done as things are.
    """

    do: ChoiceDo
    moved: bool = False
    hindered: Refusal | None = None


def what_can_be_done(
    known: Known, firm: FirmId, link: LinkRow | None, customer: CustomerRow | None
) -> Mapping[Act, Refusal | None]:
    """Say of each act that a row offers why it would be refused; None: it would not. By the same rules as the decision."""
    can: dict[Act, Refusal | None] = {}
    row = known.firm(firm)
    apart = None if row is not None and row.is_connected else Refusal("not_connected")
    if link is not None and customer is not None:
        can["match"] = apart or not_to_be_matched(known, link, customer.customer_id)
    if link is not None:
        create = Create(firm_id=firm, client_id=link.client_id, intent_id=_NOT_SENT)
        can["create"] = refusal_of(known, link, create)
    if customer is not None:
        can["create_client"] = apart or not_to_become_a_client(known, firm, customer)
    return can


def is_ticked(link: LinkRow | None, customer: CustomerRow | None, *, is_sure: bool) -> bool:
    """Say whether a pair is matched unless somebody says otherwise: not where a person has taken just these two apart, or is being asked."""
    if link is None or customer is None or not is_sure or link.problem is not None:
        return False
    return link.former is None or link.former.customer_id != customer.customer_id


def weigh(
    link: LinkRow | None,
    customer: CustomerRow | None,
    choice: Choice | None,
    can: Mapping[Act, Refusal | None],
    *,
    is_sure: bool,
) -> Weighed:
    """Say what is done with a row: what was chosen, if it still holds; what is ticked is matched unless somebody says otherwise."""
    ticked = is_ticked(link, customer, is_sure=is_sure)
    if choice is not None and _has_moved(link, customer, choice):
        return Weighed(do="later", moved=True)
    do: ChoiceDo = choice.do if choice is not None else "match" if ticked else "later"
    for act, refusal in can.items():
        if act == do:
            return Weighed(do="later", hindered=refusal) if refusal is not None else Weighed(do=do)
    is_act = do not in ("leave", "later")
    return Weighed(do="later", moved=True) if is_act else Weighed(do=do)


def _has_moved(link: LinkRow | None, customer: CustomerRow | None, choice: Choice) -> bool:
    """Say whether a row is no longer what was chosen for. That values changed counts only where something would be done with them."""
    client_id = link.client_id if link is not None else None
    customer_id = customer.customer_id if customer is not None else None
    if (client_id, customer_id) != (choice.client_id, choice.customer_id):
        return True
    if choice.do in ("leave", "later"):
        return False
    if link is not None and choice.link_version is not None and link.decided_version > choice.link_version:
        return True
    token = customer.customer.sync_token if customer is not None and customer.customer is not None else None
    return choice.customer_sync_token not in (None, token)
