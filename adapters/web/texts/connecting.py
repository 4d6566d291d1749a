"""Why a sign-in to QuickBooks came to nothing, and what to do about it. Total: no reason is without a sentence."""

from adapters.vault.connect_desk import NotConnected


def not_connected_text(why: NotConnected) -> str:
    """Say why in a sentence or two."""
    match why:
        case NotConnected.NOT_THE_SAME:
            return (
                "This sign-in was begun in another browser, is too old, or was used before. Nothing was connected. Begin it again "
                "from the firm's settings."
            )
        case NotConnected.DENIED:
            return "You cancelled at QuickBooks. Nothing was connected."
        case NotConnected.NOT_TAKEN:
            return "QuickBooks did not take this sign-in. Nothing was connected. Begin it again."
        case NotConnected.AWAY:
            return "QuickBooks does not answer right now. Nothing was connected. Begin it again in a moment."
        case NotConnected.OTHER_FIRM:
            return (
                "This QuickBooks company is connected to another firm. A company belongs to one firm: disconnect it there "
                "first, or choose another company. Nothing was connected, and nothing was read."
            )
