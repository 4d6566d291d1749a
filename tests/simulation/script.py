"""What people do and what breaks, when: made from the seed alone, so that any part of it can be left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.dice import Dice
from tests.simulation.group import SESSION_SECONDS

FIRMS = ("f-1", "f-2")
"""Each has a partition of its own."""
NEIGHBOR = "f-3"
"""It lies in the partition of the first."""
CROWDED = 0.3
"""In so many worlds there is a neighbor."""
TAKEN_OVER = 0.4
"""In so many rounds a worker is taken over just while somebody changes their mind."""
TAKE_OVERS = 6
SPANS = (20.0, 90.0, 600.0, 2400.0)
"""Over how many seconds a round's acts are spread: the shorter, the more comes together."""

WEIGHTS: tuple[tuple[str, float], ...] = (
    ("add_client", 6),
    ("edit_client", 18),
    ("swap_names", 0.7),
    ("put_client_away", 1.5),
    ("add_customer", 4),
    ("edit_customer", 18),
    ("edit_customer_twice", 1),
    ("edit_both_sides", 5),
    ("switch_customer", 1.5),
    ("take_customer_away", 0.8),
    ("add_vendor", 0.3),
    ("match", 11),
    ("unmatch", 5),
    ("unmatch_in_haste", 3),
    ("unmatch_with_values_back", 2),
    ("restore", 8),
    ("create", 3),
    ("push", 4),
    ("take_theirs", 2),
    ("leave_both", 1),
    ("retry", 2),
    ("answer", 7),
    ("undo_answer", 3),
    ("undo_add_client", 0.5),
    ("settings", 3),
    ("put_back", 3),
    ("restore_to_version", 2),
    ("add_client_for", 3),
    ("release_held", 1.5),
    ("merge_customers", 0.7),
    ("disconnect", 0.7),
    ("connect", 1),
    ("connect_other", 0.4),
    ("change_company_in_haste", 0.2),
    ("pause_requests", 0.7),
    ("resume_requests", 0.7),
    ("replay", 1),
    ("crash", 1.2),
    ("pause", 1.5),
    ("move", 1),
    ("hold_up", 1.5),
    ("canopy_goes_back", 0.7),
    ("quickbooks_goes_back", 0.7),
    ("quickbooks_down", 0.5),
    ("canopy_down", 0.3),
    ("merge_a_new_customer", 1.2),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody does, or that breaks. `name` ties its chances to it."""

    at: float
    kind: str
    name: str


def firms_of(seed: int) -> tuple[str, ...]:
    """Name the firms of a world."""
    return (*FIRMS, NEIGHBOR) if Dice(seed).of("neighbor") < CROWDED else FIRMS


def opening(seed: int, firms: Sequence[str] = FIRMS) -> list[Act]:
    """Begin with records on both sides, of which the firms hear when they connect."""
    dice = Dice(seed)
    before = [Act(0.0, kind, f"o/{n}") for n in range(10) for kind in ("add_client", "add_customer")]
    return [*before, *(Act(1 + 5 * dice.of(f"c/{n}"), "connect", f"connect/{n}") for n in firms)]


def next_round(seed: int, number: int, firms: Sequence[str] = FIRMS) -> list[Act]:
    """Make one round's acts, in the order of their times."""
    dice = Dice(seed)
    span = dice.one_of(f"span/{number}", SPANS)
    acts = [
        Act(
            span * dice.of(f"at/{number}/{n}"),
            dice.weighted(f"kind/{number}/{n}", WEIGHTS),
            f"{number}/{n}",
        )
        for n in range(10 + dice.whole(f"many/{number}", 50))
    ]
    if dice.of(f"taken over/{number}") < TAKEN_OVER:
        acts += _taken_over(dice, f"{number}/over", span * dice.of(f"at/{number}/over"))
    # In most rounds somebody goes on in the end with what was paused or disconnected, so that there is something to see.
    if dice.of(f"close/{number}") < 0.8:
        acts += [Act(span + 200, "resume_requests", f"{number}/resume/{n}") for n in (*firms, "all")]
        acts += [Act(span + 201, "connect", f"{number}/connect/{n}") for n in firms]
    return sorted(acts, key=lambda act: act.at)


HASTES = 4 * ("unmatch_in_haste", "unmatch_all_in_haste", "unmatch_all_in_haste")
"""What people do within six seconds of a take-over: so often that some of it falls between a request and its answer."""


def round_of_take_overs(seed: int, number: int, firms: Sequence[str] = FIRMS) -> list[Act]:
    """Make a round in which workers are taken over, one time after the other, and clients are matched in between."""
    dice = Dice(seed)
    acts = [Act(300.0 * n, "connect", f"{number}/connect/{firm}") for n, firm in enumerate(firms)]
    for n in range(TAKE_OVERS):
        at = 300.0 * n
        acts += [Act(at + 8 * m, "match", f"{number}/{n}/match/{m}") for m in range(10)]
        acts += _taken_over(dice, f"{number}/over/{n}", at + 100)
    return sorted(acts, key=lambda act: act.at)


def _taken_over(dice: Dice, name: str, at: float) -> list[Act]:
    """Let a worker be missed, and people edit and take links apart as it wakes, while the next one begins."""
    begin = at + SESSION_SECONDS
    in_haste = [
        Act(begin + 6 * dice.of(f"at/{name}/{n}"), kind, f"{name}/{n}") for n, kind in enumerate(HASTES)
    ]
    return [Act(at, "oversleep", name), *in_haste]
