"""What putting a link back would do, as the window shows it before anybody confirms it."""

import re
import shlex
from dataclasses import dataclass

from aiohttp import web

from adapters.web.api.clients import known_client
from adapters.web.api.refusals import refused
from adapters.web.api.restore_preview import NOT_ASKED_YET, RestorePreview, of_version, restore_preview
from adapters.web.console.visit import Visit
from adapters.web.console.words import name_in, named, text_of
from adapters.web.problems import Problem
from adapters.web.texts.fields import FIELD_LABELS
from domain.bounds import MOST_NUMBER
from domain.codes import is_refusal
from domain.ids import ClientId
from domain.inputs import Restore
from domain.refusals import Refusal
from domain.restoring import Fate, RestoredField

CHANGES: tuple[Fate, ...] = ("to_quickbooks", "to_canopy", "asked", "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedLine:
    """One field: what stands on each side, and what comes of it. `after`: of the side that is written, its new value."""

    label: str
    canopy: str
    canopy_after: str | None
    quickbooks: str
    quickbooks_after: str | None
    remark: str


async def show_restore_review(visit: Visit) -> web.Response:
    """Show, field by field, what goes where once the client is matched again."""
    client = ClientId(visit.request.match_info["client"])
    row = (await known_client(visit.parts.read_model, visit.firm, client)).row
    plain = Restore(firm_id=visit.firm, intent_id=NOT_ASKED_YET, client_id=client)
    version = _version(visit)
    intent = await of_version(visit.parts.read_model, plain, version)
    seen = await restore_preview(visit.parts.read_model, intent, visit.parts.now())
    told = seen.told
    if told.outcome == "blocked" and is_refusal(told.code):
        raise refused(409, Refusal(told.code, told.facts))
    return visit.render(
        "restore_review.html",
        name=(name_in(row.client.values) if row.client is not None else None) or client,
        customer=named(told.customer) if told.customer is not None else None,
        text=seen.text,
        being_read=seen.being_read,
        command=_command(visit, client, version) if visit.is_operator else None,
        body=_seen(seen, version),
        changed=[reviewed_line(each) for each in told.fields if each.fate in CHANGES],
        same=[reviewed_line(each) for each in told.fields if each.fate not in CHANGES],
    )


def _version(visit: Visit) -> int | None:
    """Read to which version the link is to return; None: to what an unmatch took apart last."""
    text = visit.request.query["restore"]
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,19}", text):
        raise Problem(404, "version_unknown", "This client had no such version. Its timeline lists them.")
    return min(int(text), MOST_NUMBER)


def _command(visit: Visit, client: ClientId, version: int | None) -> str:
    """Write the command that does the same."""
    to = [] if version is None else ["--to", str(version)]
    return shlex.join(["client-sync", "restore", visit.firm, client, *to]) + ' --reason "…"'


def _seen(seen: RestorePreview, version: int | None) -> dict[str, int]:
    """Give what is asked for, and as of when both sides were looked at."""
    known = {
        "version": version,
        "link_version": seen.link_version,
        "customer_sync_token": seen.told.customer_sync_token,
        "client_version": seen.told.client_version,
    }
    return {name: version for name, version in known.items() if version is not None}


def reviewed_line(line: RestoredField) -> ReviewedLine:
    """Write one field out in words."""
    return ReviewedLine(
        label=FIELD_LABELS[line.field],
        canopy=text_of(line.canopy),
        canopy_after=text_of(line.canopy_after) if line.fate == "to_canopy" else None,
        quickbooks=text_of(line.quickbooks),
        quickbooks_after=text_of(line.quickbooks_after) if line.fate == "to_quickbooks" else None,
        remark=_remark(line.fate),
    )


def _remark(fate: Fate) -> str:
    match fate:
        case "to_quickbooks":
            return "sent to QuickBooks"
        case "to_canopy":
            return "sent to Canopy"
        case "asked":
            return "you will be asked"
        case "held":
            return "held, not sent"
        case "same":
            return "same"
        case "spelled_differently":
            return "same, spelled differently"
        case "apart":
            return "stays as it is on each side"
