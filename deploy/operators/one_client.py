"""One client: why it is or is not syncing, what happened to it, and its link put back."""

from datetime import UTC, datetime

from adapters.store.read_model import ReadModel
from adapters.store.suggested import Suggested, suggested_for
from adapters.store.views import HistoryLine
from adapters.web.api.restore_preview import RestorePreview, restore_preview
from adapters.web.texts.why import Why, why
from deploy.operators.asking import Decided, ask, new_intent
from deploy.own_database import database
from deploy.settings import Settings
from domain.ids import ClientId, FirmId
from domain.inputs import Restore
from domain.link.choices import open_choices
from domain.link.offers import refusal_of_action
from streams.wire.inputs import partition_of


class UnknownClientError(Exception):
    """We never heard of it."""


class NothingThereError(Exception):
    """Says why there is nothing to go back to."""


async def explain(settings: Settings, firm: FirmId, client: ClientId) -> Why:
    """Say why a client is or is not syncing.

    Raises:
        UnknownClientError: there is none.
    """
    async with database(settings) as store:
        reads = ReadModel(store)
        found = await reads.links.one(firm, client)
        if found is None:
            raise UnknownClientError(f"No client {client} of firm {firm} is known here.")
        around = await reads.firms.around(firm, partition_of(firm, settings.partitions))
        known = await reads.surroundings.of(firm, [found.row])
        offered, no_restore = (
            open_choices(known, found.row),
            refusal_of_action(known, found.row, "restore"),
        )
        return why(found.row, around, found.customer, offered, no_restore)


async def suggestions(settings: Settings, firm: FirmId, client: ClientId) -> list[Suggested]:
    """Give the customers that a client may be, the best first.

    Raises:
        UnknownClientError: there is none.
    """
    async with database(settings) as store:
        reads = ReadModel(store)
        found = await reads.links.one(firm, client)
        if found is None:
            raise UnknownClientError(f"No client {client} of firm {firm} is known here.")
        return await suggested_for(reads.near, found.row)


async def history(settings: Settings, firm: FirmId, client: ClientId) -> list[HistoryLine]:
    """Give all that was decided about a client, the oldest first.

    Raises:
        UnknownClientError: nothing ever was.
    """
    lines: list[HistoryLine] = []
    async with database(settings) as store:
        links, cursor = ReadModel(store).links, None
        while True:
            page = await links.timeline(firm, client, cursor=cursor)
            lines += page.lines
            cursor = page.cursor
            if cursor is None:
                break
    if not lines:
        raise UnknownClientError(f"No client {client} of firm {firm} is known here.")
    return lines[::-1]


async def preview(settings: Settings, firm: FirmId, client: ClientId, version: int | None) -> RestorePreview:
    """Look at what a restore would do; nothing is asked for.

    Raises:
        UnknownClientError: there is none.
        NothingThereError: that version had no customer, or is not known.
    """
    intent = Restore(firm_id=firm, intent_id=new_intent(), client_id=client)
    if version is not None:
        intent = await _of_version(settings, intent, version)
    async with database(settings) as store:
        seen = await restore_preview(ReadModel(store), intent, datetime.now(UTC))
    if seen.told.before is None:
        raise UnknownClientError(f"No client {client} of firm {firm} is known here.")
    return seen


async def restore(
    settings: Settings, firm: FirmId, client: ClientId, reason: str, version: int | None
) -> Decided:
    """Undo an unmatch, or return the link to what it was at a version.

    Raises:
        NothingThereError: that version had no customer, or is not known.
    """
    intent = Restore(firm_id=firm, intent_id=new_intent(), client_id=client, reason=reason)
    if version is not None:
        intent = await _of_version(settings, intent, version)
    (decided,) = await ask(settings, intent)
    return decided


async def _of_version(settings: Settings, intent: Restore, version: int) -> Restore:
    async with database(settings) as store:
        past = await ReadModel(store).links.at_version(intent.firm_id, intent.client_id, version)
    if past is None:
        raise NothingThereError(
            f"No version {version} of client {intent.client_id} is known; `timeline` lists them."
        )
    if past.customer_id is None:
        raise NothingThereError(f"At version {version} client {intent.client_id} had no customer.")
    return past.put_into(intent, version)
