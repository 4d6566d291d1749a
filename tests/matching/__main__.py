"""`make matching`: how good the suggestions are, on each labelled list, beside simpler ways to match; and how quick."""

from time import process_time

from domain.matching.lists import Lists
from domain.matching.suggestions import pair_up, suggest
from tests.bench.report import say
from tests.matching.febrl import febrl
from tests.matching.figures import IN_SIGHT, Figures, by_name, by_rapidfuzz, ours, shuffled
from tests.matching.labelled import Labelled
from tests.matching.made_lists import clean
from tests.matching.scenes import adversarial

SIZE = 10_000
AIM_SECONDS = 5
AIM_MS = 20


def main() -> None:
    """Measure, and print as it goes."""
    say(
        f"{'list':<24}{'true pairs':>11}   {'ours: sure':>12}{'wrong':>7}{f'in first {IN_SIGHT}':>12}   {'same name':>12}{'wrong':>7}   {'RapidFuzz 90':>12}{'wrong':>7}   shuffled"
    )
    for labelled in (*febrl(), adversarial(), clean(2_000)):
        _show(labelled)
    _time()


def _show(labelled: Labelled) -> None:
    mine = ours(labelled)
    before, after = shuffled(labelled, seed=7)
    say(
        f"{labelled.name:<24}{mine.pairs:>11,}   {_linked(mine)}{mine.in_sight:>12.1%}   "
        f"{_linked(by_name(labelled))}   {_linked(by_rapidfuzz(labelled))}   "
        f"{'the same' if before == after else 'OTHERWISE'}"
    )


def _linked(found: Figures) -> str:
    return f"{found.sure:>5,} {found.recall:>6.1%}{found.wrong:>7,}"


def _time() -> None:
    begun = process_time()
    made = clean(SIZE)
    told = process_time()
    lists = Lists(made.clients, made.customers)
    pairs = pair_up(lists).pairs
    done = process_time()
    say(
        f"{SIZE:,} x {SIZE:,}: {len(pairs):,} pairs in {done - told:.1f} s of processor time (aim {AIM_SECONDS}); made in {told - begun:.1f} s"
    )
    fresh = Lists(made.clients, made.customers)
    each = []
    for client in list(made.same)[:500]:
        begun = process_time()
        suggest(fresh, client)
        each.append(1000 * (process_time() - begun))
    each.sort()
    say(f"a client's suggestions among them: p50 {each[250]:.2f} ms, p99 {each[494]:.2f} ms (aim {AIM_MS})")


if __name__ == "__main__":
    main()
