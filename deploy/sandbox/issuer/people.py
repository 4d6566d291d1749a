"""Whom one may be here. What is said of a person are the claims of their tokens."""

from collections.abc import Iterable
from typing import Any

Claims = dict[str, Any]


def sample_people() -> list[Claims]:
    """Give the people of the page: each role, another firm's, and one whom no rule lets in."""
    return [
        {"sub": "dana", "name": "Dana", "role": "manager", "firms": ["f-1"]},
        {"sub": "vera", "name": "Vera", "role": "viewer", "firms": ["f-1"]},
        {"sub": "lee", "name": "Lee", "role": "operator", "firms": ["*"]},
        {"sub": "omar", "name": "Omar", "role": "manager", "firms": ["f-2"]},
        {"sub": "nora", "name": "Nora", "firms": ["f-1"]},
    ]


def somebody_else(sub: str, name: str, role: str, firms: str) -> Claims:
    """Give the claims of somebody who was typed in. `firms`: separated by commas; what is empty is not claimed."""
    named = [firm.strip() for firm in firms.split(",") if firm.strip()]
    typed: Claims = {"sub": sub.strip(), "name": name.strip(), "role": role.strip(), "firms": named}
    return {claim: value for claim, value in typed.items() if value}


def found(people: Iterable[Claims], sub: str) -> Claims | None:
    """Find somebody by the id."""
    return next((each for each in people if each.get("sub") == sub), None)
