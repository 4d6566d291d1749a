"""Awkward habits of the company, off unless a test asks for them: what QuickBooks may do, and no page of Intuit rules out.

Each is a switch: a client has to be right with it on and off.
"""

import re
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from deploy.sandbox.quickbooks.fields import WRAPPED, Json

PHONES = ("PrimaryPhone", "AlternatePhone", "Mobile", "Fax")
COUNTRIES = {"US": "USA", "CA": "CAN"}
DIGITS_OF_A_PHONE = 10


class Habits(BaseModel):
    """Which habits it has now.

    `clears_ignored`: an empty text in a sparse update changes nothing. `respells`: phones, email and country are kept
    in its own spelling. `ignores`: properties that no write changes, though it says that it saved them. `whole_seconds`: notifications tell the time in whole seconds.
    `xml_errors`: refusals come as XML, though JSON was asked for. `batch_turned`: the items of a batch are answered in another
    order. `batch_items_count`: each of them counts as a request. `batch_throttles_items`: the same, and one too many is refused by
    itself, the others are carried out. `batch_forgets`: a batch that is repeated under its request id is carried out once more;
    `batch_retries_refused`: of it, what was refused is. Of changes (CDC): `cdc_deletes_inactive`, inactive customers are
    named as deleted; `cdc_keeps_losers`, losers of merges are not; `cdc_in_pacific`, a time without an offset is the
    company's, not UTC; `cdc_excludes_its_moment`, what changed at that very second is left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    clears_ignored: bool = False
    respells: bool = False
    ignores: frozenset[str] = frozenset()
    whole_seconds: bool = False
    xml_errors: bool = False
    batch_turned: bool = False
    batch_items_count: bool = False
    batch_throttles_items: bool = False
    batch_forgets: bool = False
    batch_retries_refused: bool = False
    cdc_deletes_inactive: bool = False
    cdc_keeps_losers: bool = False
    cdc_in_pacific: bool = False
    cdc_excludes_its_moment: bool = False

    def taken(self, sent: Mapping[str, object], before: Mapping[str, object], *, sparse: bool) -> Json:
        """Give what of a write is taken, and how it is spelled. `before`: what stands there."""
        stays = {name: before[name] for name in self.ignores if name in before}
        values = {name: value for name, value in sent.items() if name not in self.ignores} | stays
        if self.clears_ignored and sparse:
            values = {name: value for name, value in values.items() if not _is_cleared(name, value)}
        return {name: _respelled(name, value) for name, value in values.items()} if self.respells else values


def _is_cleared(name: str, value: object) -> bool:
    if isinstance(value, dict) and name in WRAPPED:
        return value.get(WRAPPED[name][0]) in (None, "")
    return value in (None, "")


def _respelled(name: str, value: object) -> object:
    if not isinstance(value, dict):
        return value
    if name in PHONES and isinstance(number := value.get("FreeFormNumber"), str):
        digits = re.sub(r"\D", "", number)
        if len(digits) == DIGITS_OF_A_PHONE:
            return {"FreeFormNumber": f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"}
    if name == "PrimaryEmailAddr" and isinstance(address := value.get("Address"), str):
        return {"Address": address.lower()}
    if name == "BillAddr" and value.get("Country") in COUNTRIES:
        return {**value, "Country": COUNTRIES[value["Country"]]}
    return value
