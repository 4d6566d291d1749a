"""Why a change waits, as a sentence. Total: a new obstacle has no text until it has one here."""

from typing import assert_never

from domain.obstacles import Obstacle

SIGN_IN = "QuickBooks does not let us in any more. Reauthorise in the settings; what waits is sent then."
SUBSCRIPTION = (
    "QuickBooks says that the company's subscription has ended. Once it is paid for, reauthorise in the settings; what "
    "waits is sent then, or by ourselves within a day."
)


def shut_text(shut_by: Obstacle) -> str:
    """Say what holds up a whole company, and what a person can do about it."""
    return SUBSCRIPTION if shut_by is Obstacle.SUBSCRIPTION_ENDED else SIGN_IN


def waiting_text(why: Obstacle) -> str:
    """Say why a change is not sent yet."""
    match why:
        case Obstacle.THROTTLED:
            return "A change waits: the other side takes no more requests for now. We try again by ourselves."
        case Obstacle.UNAVAILABLE | Obstacle.UNREACHABLE | Obstacle.NO_ANSWER:
            return "A change waits: the other side does not answer for now. We try again by ourselves."
        case Obstacle.UNREADABLE:
            return "A change waits: the other side's answer can't be read. We try again by ourselves."
        case Obstacle.REFUSED:
            return "A change waits: the other side refuses to answer a look-up. We try again by ourselves."
        case Obstacle.NOT_AUTHORISED:
            return "A change waits: the other side does not let us in. We try again by ourselves."
        case Obstacle.SUBSCRIPTION_ENDED:
            return SUBSCRIPTION
        case Obstacle.NOT_YET_KNOWN:
            return "We are finding out whether the last change still went through."
        case Obstacle.BUG:
            return "A change waits because of a bug of ours. We try again by ourselves."
        case Obstacle.BEHIND:
            return (
                "A change waits: the other side shows an older state than it had before, as after a backup is restored. "
                "We look again, and then go by what stands there."
            )
        case Obstacle.NO_PROGRESS:
            return (
                "A change waits: it was asked for before and nothing came of it. We try again by ourselves."
            )
        case Obstacle.OTHER:
            return "A change waits because of the other side. We try again by ourselves."
        case _:
            assert_never(why)
