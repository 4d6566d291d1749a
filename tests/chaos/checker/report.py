"""What a finding says, for people: counts first, then each violation with what is needed to follow it up."""

from collections import Counter

from .history import Finding

SHOWN_OF_A_KIND = 8


def written(found: Finding) -> str:
    """Write a finding out."""
    width = max((len(name) for name in found.counts), default=0)
    lines = [f"  {name:<{width}}  {found.counts[name]:>7,}" for name in sorted(found.counts)]
    kinds = Counter((violation.rule, violation.what) for violation in found.violations)
    if not kinds:
        return "\n".join([*lines, "  no violation"])
    lines.append(f"  {len(found.violations)} violations:")
    for (rule, what), times in sorted(kinds.items()):
        lines.append(f"  {rule} {what}: {times}")
        of_a_kind = [each for each in found.violations if (each.rule, each.what) == (rule, what)]
        for violation in of_a_kind[:SHOWN_OF_A_KIND]:
            lines += ["      " + ", ".join(f"{name}={value}" for name, value in violation.facts.items())]
        if times > SHOWN_OF_A_KIND:
            lines.append(f"      … and {times - SHOWN_OF_A_KIND} more")
    return "\n".join(lines)
