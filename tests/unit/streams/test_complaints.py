"""What is said of an input that can't be read holds our own words, and nothing of what stood there."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.inputs import Match
from domain.outcomes import CustomerRead, NameTaken
from streams.wire.complaints import complaints
from streams.wire.inputs import _RESULT

CANARY = "Canary Featherstone"
CUSTOMER = {
    "customer_id": "58",
    "sync_token": 0,
    "values": {},
    "created_at": "2026-11-23T10:00:00Z",
    "updated_at": "2026-11-23T10:00:00Z",
}


def _said(shape: Any, data: object) -> str:
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(shape).validate_python(data)
    return complaints(raised.value)


def test_a_missing_field_is_named() -> None:
    """A producer reads which one."""
    assert "customer_id: Field required" in _said(
        Match, {"firm_id": "f-1", "intent_id": "i-1", "client_id": "c-1"}
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"sync_token": CANARY},
        {"values": {CANARY: "x"}},
        {"values": {"email": 7, CANARY: [CANARY]}},
        {"updated_at": CANARY},
        {"active": CANARY},
        {"customer_id": [CANARY]},
    ],
)
def test_neither_a_value_nor_a_key_of_others_is_repeated(wrong: dict[str, object]) -> None:
    """A name may stand as a value, or in the place of a field's name."""
    said = _said(CustomerRead, {"customer": CUSTOMER | wrong})

    assert said
    assert CANARY not in said


def test_an_unknown_kind_is_not_repeated() -> None:
    """Pydantic would quote it."""
    with pytest.raises(ValidationError) as raised:
        _RESULT({"kind": CANARY})

    assert complaints(raised.value) == "data: expected one of our kinds"
    assert _RESULT({"kind": "name_taken"}) == NameTaken()
