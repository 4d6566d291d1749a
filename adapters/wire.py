"""What the HTTP answers of both outsides have in common: JSON within bounds, the time of an answer, and how long to wait."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import aiohttp
import orjson
from yarl import URL

from domain.bounds import MOST_ANSWER_BYTES, MOST_WAIT_SECONDS, too_deep, within

CHUNK_BYTES = 64 * 1024


def address(base: str, *parts: str) -> URL:
    """Put an address together; each part stays one, whatever is in it: `.` and `..` would be taken for folders."""
    return URL("/".join((base.rstrip("/"), *(_part(part) for part in parts))), encoded=True)


def scheme_of(address: str) -> str | None:
    """Give an address' scheme; None: nobody can read it as one, such as `https://[`."""
    try:
        return urlsplit(address).scheme
    except ValueError:
        return None


async def read_json(answer: aiohttp.ClientResponse) -> object:
    """Read a body as JSON. None if it is none that we read: HTML or XML of a gateway, too large, or too deep."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
        size += len(chunk)
        if size > MOST_ANSWER_BYTES:
            answer.close()  # whoever sends this may send it without end
            return None
        chunks.append(chunk)
    try:
        parsed = orjson.loads(b"".join(chunks))
    except orjson.JSONDecodeError:
        return None
    return None if too_deep(parsed) else parsed


def answered_at(answer: aiohttp.ClientResponse) -> datetime:
    """Say when an answer was given, by the clock of who gave it; by ours if it does not say."""
    return http_date(answer.headers.get("Date")) or datetime.now(UTC)


def wait_asked_for(answer: aiohttp.ClientResponse, at: datetime) -> float | None:
    """Give the seconds that `Retry-After` asks for; `at` is when the answer was given. None: it asks for none."""
    return seconds_to_wait(answer.headers.get("Retry-After"), at)


def seconds_to_wait(retry_after: str | None, at: datetime) -> float | None:
    """Read a Retry-After (RFC 9110): seconds, or a date. Never more than an hour: then we ask and are told again.

    None also where it asks for no time at all: our own pause is longer than that.
    """
    said = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]+", said):
        seconds = float(said)
    else:
        until = http_date(said)
        seconds = 0.0 if until is None else (until - at).total_seconds()
    return min(seconds, MOST_WAIT_SECONDS) if seconds > 0 else None


def http_date(text: str | None) -> datetime | None:
    """Read a date of a header, as UTC; None if it is none, or lies where no date of an answer can."""
    try:
        told = parsedate_to_datetime(text) if text else None
        return None if told is None else within(told if told.tzinfo else told.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _part(text: str) -> str:
    return text.replace(".", "%2E") if text in {".", ".."} else quote(text, safe="")
