"""The stand-ins' ledgers: what really reached the outside."""

from typing import Any

import aiohttp

Json = dict[str, Any]
WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})


async def entries(http: aiohttp.ClientSession, stand_in: str, since: int) -> list[Json]:
    """Read what came after number `since`, oldest first."""
    async with http.get(f"{stand_in}/_control/ledger", params={"since": str(since)}) as answer:
        found: list[Json] = await answer.json()
        return found


async def newest(http: aiohttp.ClientSession, stand_in: str, known: int = 0) -> int:
    """Give the number of the newest entry; `known` is one that it can't be before."""
    later = await entries(http, stand_in, known)
    return int(later[-1]["n"]) if later else known


def is_our_write(entry: Json) -> bool:
    """Tell our writes from reads, and from what people do on the stand-ins' own screens, who send no key."""
    is_write = entry["method"] in WRITES and not entry["path"].endswith("/query")
    return bool(is_write and entry["request_id"])
