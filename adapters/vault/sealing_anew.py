"""Seals all that the vault has with its first key, so that the ones before can be thrown away."""

from dataclasses import dataclass

from sqlalchemy import Table, select, update
from sqlalchemy.sql.elements import ColumnElement

from adapters.store.database import Database
from adapters.store.kept_tables import quickbooks_sign_ins, quickbooks_tokens
from adapters.vault.keys import Owner, Purpose, Sealed, SealedByOtherKeyError, VaultKeys

TABLES: tuple[tuple[Table, Purpose], ...] = (
    (quickbooks_tokens, "tokens"),
    (quickbooks_sign_ins, "sign_in"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAnew:
    """`sealed`: rows that have the first key now and had another; `shut`: companies whose rows no key of ours opens."""

    key_id: str
    sealed: int
    shut: tuple[str, ...]


async def seal_anew(database: Database, keys: VaultKeys) -> SealedAnew:
    """Seal what another key than the first has sealed. Safe beside everything else: what changes meanwhile has the first.

    Raises:
        StoreAwayError: the database does not answer; what is done is done.
    """
    count, shut = 0, []
    for table, purpose in TABLES:
        others = table.c.sealed.is_not(None) & (table.c.key_id != keys.first)
        async with database.read() as connection:
            rows = (await connection.execute(select(table).where(others))).all()
        for row in rows:
            owner = Owner(firm=row.firm_id, realm=row.realm_id, purpose=purpose)
            try:
                plain = keys.open(owner, Sealed(key_id=row.key_id, box=bytes(row.sealed)))
            except SealedByOtherKeyError:
                shut.append(str(row.realm_id))
                continue
            box = keys.seal(owner, plain)
            # Only over what was read: a worker may have saved newer tokens, with the key that it knows.
            unchanged: ColumnElement[bool] = table.c.sealed == row.sealed
            async with database.write() as connection:
                done = await connection.execute(
                    update(table).where(unchanged).values(key_id=box.key_id, sealed=box.box)
                )
                count += done.rowcount
    return SealedAnew(key_id=keys.first, sealed=count, shut=tuple(shut))
