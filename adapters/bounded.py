"""The bounds of `domain.bounds` as pydantic takes them: for what is asked of us, and for what others answer."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo

from domain.bounds import (
    BATCH,
    CLIENT,
    CODE,
    CURSOR,
    CUSTOMER,
    ENGINE,
    FIRM,
    ID,
    IDEMPOTENCY_KEY,
    LATEST,
    MOST_IN_A_TEXT,
    MOST_NUMBER,
    Bound,
    moment,
)

MOST_IN_A_PAGE_CURSOR = 8000
"""It holds the sort key of a row in base64, which may be a name."""

LATEST_TIME = "latest"
"""Under this name the context of a validation says until when a time may be."""


def _constraints(bound: Bound) -> StringConstraints:
    return StringConstraints(pattern=bound.pattern, max_length=bound.most)


def _digits_as_number(given: object) -> object:
    # Python would read more digits than these, with blanks and signs, and take its time over very many.
    return int(given) if isinstance(given, str) and re.fullmatch(r"[0-9]{1,19}", given) else given


def _moment(given: object, info: ValidationInfo) -> datetime:
    if not isinstance(given, str):
        raise ValueError("expected a time as a text")  # noqa: TRY004  (pydantic reports no other)
    latest: datetime = (info.context or {}).get(LATEST_TIME, LATEST)
    return moment(given, latest)


WholeNumber = Annotated[int, Field(strict=True, ge=0, le=MOST_NUMBER)]
Version = Annotated[int, Field(strict=True, ge=1, le=MOST_NUMBER)]
QueryVersion = Annotated[Version, BeforeValidator(_digits_as_number)]
"""In an address all is text."""
Token = Annotated[WholeNumber, BeforeValidator(_digits_as_number)]
"""QuickBooks' sync token: a text of digits, or a number."""

ActorText = Annotated[str, _constraints(ID)]
IdempotencyKeyText = Annotated[str, _constraints(IDEMPOTENCY_KEY)]
BatchText = Annotated[str, _constraints(BATCH)]
EngineText = Annotated[str, _constraints(ENGINE)]
CodeText = Annotated[str, _constraints(CODE)]
FirmText = Annotated[str, _constraints(FIRM)]
ClientIdText = Annotated[str, _constraints(CLIENT)]
CustomerIdText = Annotated[str, _constraints(CUSTOMER)]
IdText = Annotated[str, _constraints(ID)]
CursorText = Annotated[str, _constraints(CURSOR)]
PageCursor = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=MOST_IN_A_PAGE_CURSOR),
    Field(description="The `cursor` of an earlier page. Any other text is refused."),
]
"""Of our own lists, in the letters that base64 has in addresses; whether it is one is for the list to say."""

ShortText = Annotated[str, StringConstraints(max_length=MOST_IN_A_TEXT)]
Time = Annotated[datetime, BeforeValidator(_moment)]
