"""Which of people's sign-ins have been used, for all gateways: each is good once.

Only those that the issuer has said yes to get here, so no stranger fills the table.
"""

from datetime import datetime

from sqlalchemy import delete

from adapters.store.database import Database
from adapters.store.hashed_secret import hashed
from adapters.store.kept_tables import used_sign_ins
from adapters.store.upsert import insert_first


class UsedSignIns:
    """By their state, as a hash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def use(self, state: str, now: datetime, ends_at: datetime) -> bool:
        """Use one up; False if it was used before. `ends_at`: from then on it is too old anyway, and forgotten.

        Raises:
            StoreAwayError: nobody knows.
        """
        row = {"state_hash": hashed(state), "ends_at": ends_at}
        async with self._database.write() as connection:
            await connection.execute(delete(used_sign_ins).where(used_sign_ins.c.ends_at <= now))
            return await insert_first(connection, used_sign_ins, row)
