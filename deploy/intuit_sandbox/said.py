"""What a run says of one step, or of one point that no page of Intuit's settles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`point`: a step of the walk, or a switch of the stand-in. `good`: None where either answer is right. No value or token is in it."""

    point: str
    answer: str
    good: bool | None = None
