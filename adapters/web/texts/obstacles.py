"""Why a change waits, as a sentence that names who it waits for, and when it is tried again. Total: no obstacle is without one."""

from domain.ids import Side
from domain.obstacles import Obstacle


def side_name(side: Side) -> str:
    """Name a side."""
    match side:
        case "canopy":
            return "Canopy"
        case "quickbooks":
            return "QuickBooks"


SIGN_IN = "QuickBooks no longer accepts our sign-in. Reauthorize the company; what waits is sent then."
SUBSCRIPTION = (
    "QuickBooks says that the company's subscription has ended. Once it is paid for, reauthorize the company; what "
    "waits is sent then, or by ourselves within a day."
)


def shut_text(shut_by: Obstacle) -> str:
    """Say what holds up a whole company, and what a person can do about it."""
    return SUBSCRIPTION if shut_by is Obstacle.SUBSCRIPTION_ENDED else SIGN_IN


def waiting_text(why: Obstacle, side: Side, time: str) -> str:  # noqa: C901  (one case for each)
    """Say why a change is not sent yet. `side`: who it waits for; `time`: when it is tried again."""
    who, again = side_name(side), f"The change waits; we'll try again at {time}."
    match why:
        case Obstacle.THROTTLED:
            return f"{who} takes no more requests for now. {again}"
        case Obstacle.UNAVAILABLE | Obstacle.UNREACHABLE | Obstacle.NO_ANSWER:
            return f"{who} isn't answering. {again}"
        case Obstacle.UNREADABLE:
            return f"{who}'s answer can't be read. {again}"
        case Obstacle.REFUSED:
            return f"{who} refuses to answer a look-up. {again}"
        case Obstacle.NOT_AUTHORISED:
            return f"{who} no longer accepts our sign-in. {again}"
        case Obstacle.SUBSCRIPTION_ENDED:
            return SUBSCRIPTION
        case Obstacle.NOT_YET_KNOWN:
            return f"We are finding out whether the last change still went through in {who}; we'll look again at {time}."
        case Obstacle.OUR_ERROR:
            return f"We hit an error of our own on this client. Our operators have been told; we'll try again at {time}."
        case Obstacle.NO_SUCH_ADDRESS:
            return f"Nobody answers at the address where {who} should be, which operators can set. {again}"
        case Obstacle.BEHIND:
            return (
                f"{who} shows an older state than it had before, as after a backup is restored. The change waits; we'll look "
                f"again at {time}, and then go by what stands there."
            )
        case Obstacle.NO_PROGRESS:
            return f"{who} was sent this before, and nothing came of it. {again}"
        case Obstacle.OTHER:
            return f"The change can't be sent to {who} yet. We'll try again at {time}."
