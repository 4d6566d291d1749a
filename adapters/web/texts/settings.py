"""A firm's settings in words: the four switches, the policies, and what follows from a change. Total: none is without them."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.settings import HOLD, SWITCHES, ConflictPolicy, Settings, Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One setting that is not the same. `switch` None: it is the policy for conflicts."""

    switch: Switch | None
    label: str
    before: str
    after: str


def switch_name(switch: Switch) -> str:
    """Name a switch, as the settings' page does."""
    match switch:
        case "actions_from_canopy.creating":
            return "Creating new clients in Canopy"
        case "actions_from_canopy.editing":
            return "Editing clients in Canopy"
        case "actions_from_qbo.creating":
            return "Creating new clients in QBO"
        case "actions_from_qbo.editing":
            return "Editing clients in QBO"


def policy_name(policy: ConflictPolicy) -> str:
    """Name a policy for conflicts."""
    match policy:
        case ConflictPolicy.LATER_WINS:
            return "The later change wins"
        case ConflictPolicy.CANOPY_WINS:
            return "Canopy wins"
        case ConflictPolicy.QUICKBOOKS_WINS:
            return "QuickBooks wins"
        case ConflictPolicy.ALWAYS_ASK:
            return "Always ask"


def policy_meaning(policy: ConflictPolicy) -> str:
    """Say what comes of a conflict under a policy."""
    match policy:
        case ConflictPolicy.LATER_WINS:
            return "If both changed within ten minutes, we ask you."
        case ConflictPolicy.CANOPY_WINS:
            return "QuickBooks' value stays in the timeline."
        case ConflictPolicy.QUICKBOOKS_WINS:
            return "Canopy's value stays in the timeline."
        case ConflictPolicy.ALWAYS_ASK:
            return "The client waits under Needs attention."


def what_follows(switch: Switch, *, on: bool, synced: int) -> str:
    """Say what is so once a switch is on or off. `synced`: how many clients are."""
    clients = "1 synced client" if synced == 1 else f"{synced:,} synced clients"
    match switch:
        case "actions_from_canopy.creating" if on:
            return (
                "Clients added from now on become customers. Those added while it was off stay out until "
                "somebody matches them."
            )
        case "actions_from_canopy.creating":
            return "Clients added from now on stay out of QuickBooks until somebody matches them."
        case "actions_from_qbo.creating" if on:
            return "Customers added in QuickBooks from now on become clients. Those there already stay unmatched."
        case "actions_from_qbo.creating":
            return "Customers added in QuickBooks from now on are listed as unmatched."
        case "actions_from_canopy.editing" if on:
            return "Edits in Canopy go to QuickBooks from now on."
        case "actions_from_canopy.editing":
            return f"Edits in Canopy of {clients} are held from now on."
        case "actions_from_qbo.editing" if on:
            return "Edits in QuickBooks go to Canopy from now on."
        case "actions_from_qbo.editing":
            return f"Edits in QuickBooks of {clients} are held from now on."


def differences(before: Settings, after: Settings) -> Iterator[Difference]:
    """List what is not the same, in the order of the settings' page."""
    for switch in SWITCHES:
        was, is_now = before.is_on(switch), after.is_on(switch)
        if was is not is_now:
            yield Difference(
                switch=switch, label=switch_name(switch), before=_on_or_off(was), after=_on_or_off(is_now)
            )
    if before.conflicts is not after.conflicts:
        yield Difference(
            switch=None,
            label="When both sides changed the same field",
            before=policy_name(before.conflicts),
            after=policy_name(after.conflicts),
        )


def sends_what_was_held(before: Settings, after: Settings) -> bool:
    """Say whether edits go out again that a switch has held, so that somebody may want to send those too."""
    return any(after.is_on(switch) and not before.is_on(switch) for switch in HOLD)


def _on_or_off(on: bool) -> str:
    return "on" if on else "off"
