"""Refusals name people and days as the rest of the product does, whatever the facts are."""

import pytest

from adapters.web.texts.refusals import refusal_text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "with another client. "),
        ({"client_id": "c-9"}, "with client c-9. "),
        ({"actor": "user:dana"}, "with another client, by Dana. "),
        (
            {"actor": "user:dana", "since": "2026-11-09T23:30:00-04:00"},
            "with another client since Nov 10, 2026, by Dana. ",
        ),
        (
            {"actor": "system:client-sync", "since": "0001-01-01T00:00:00+14:00"},
            "with another client, by Client sync. ",
        ),
        ({"since": "lately"}, "with another client. "),
    ],
)
def test_who_and_since_when_are_said_as_far_as_they_are_known(facts: dict[str, str], said: str) -> None:
    assert f"already matched {said}" in refusal_text("customer_linked", facts)
