"""Whatever a restore comes to is said in sentences that a bookkeeper reads."""

from typing import get_args

import pytest

from adapters.web.texts.restoring import restore_text
from domain.codes import RefusalCode
from domain.fields import Field
from domain.problem import ProblemCode
from domain.restoring import ForeseenCode, RestoredCode

EVERY_CODE: tuple[ForeseenCode, ...] = (
    *get_args(RestoredCode),
    "unmatched",
    "already_so",
    "unmatched_since",
    *get_args(RefusalCode),
    *get_args(ProblemCode),
)


@pytest.mark.parametrize("code", EVERY_CODE)
def test_each_code_is_a_sentence(code: ForeseenCode) -> None:
    """With and without facts; none shows its code, or a name that stands in code alone."""
    told = {
        restore_text(code, {}, {}, ()),
        restore_text(
            code,
            {"actor": "user:dana", "since": "2026-11-24T09:00:00+00:00", "merged_into": "93"},
            {"canopy": {Field.PHONE: "1"}, "quickbooks": {Field.EMAIL: "a@b", Field.FAX: None}},
            (Field.PHONE,),
        ),
    }

    for text in told:
        assert text.endswith((".", "?"))
        assert text[0].isupper()
        assert "_" not in text
        assert "user:" not in text


def test_what_is_written_is_named_by_side() -> None:
    """So that nobody is surprised."""
    writes = {"quickbooks": {Field.EMAIL: "a@b", Field.FAX: None}, "canopy": {Field.PHONE: "1"}}

    told = restore_text("restored", {}, writes, ())  # type: ignore[arg-type]

    assert told == (
        "It is matched again with the same customer. Email and fax are written to QuickBooks; phone is written to Canopy."
    )
