"""Words that are probably the same, mistyped."""

from rapidfuzz.distance import OSA

SHORTEST = 4
LONG = 8
"""From so many letters on two mistakes are let pass, before that one, and in a short word none."""


def mistyped(left: str, right: str) -> bool:
    """Say whether two words differ by a letter or two: one that is wrong, missing, too many, or changed places."""
    shorter, longer = sorted((len(left), len(right)))
    if shorter < SHORTEST or longer - shorter > 2:  # noqa: PLR2004
        return False
    most = 2 if shorter >= LONG else 1
    return OSA.distance(left, right, score_cutoff=most) <= most
