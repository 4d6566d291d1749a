"""Why a change waits, as a sentence that names who it waits for, and when it is tried again. Total: no obstacle is without one."""

from collections.abc import Mapping

from domain.ids import Side
from domain.obstacles import Obstacle

SIDES: Mapping[Side, str] = {"canopy": "Canopy", "quickbooks": "QuickBooks"}
SIGN_IN = "QuickBooks does not let us in any more. Reauthorise in the settings; what waits is sent then."
SUBSCRIPTION = (
    "QuickBooks says that the company's subscription has ended. Once it is paid for, reauthorise in the settings; what "
    "waits is sent then, or by ourselves within a day."
)


def shut_text(shut_by: Obstacle) -> str:
    """Say what holds up a whole company, and what a person can do about it."""
    return SUBSCRIPTION if shut_by is Obstacle.SUBSCRIPTION_ENDED else SIGN_IN


_AWAY = "A change waits: {side} does not answer for now. We try again at {time}."
_WAITING: Mapping[Obstacle, str] = {
    Obstacle.THROTTLED: "A change waits: {side} takes no more requests for now. We try again at {time}.",
    Obstacle.UNAVAILABLE: _AWAY,
    Obstacle.UNREACHABLE: _AWAY,
    Obstacle.NO_ANSWER: _AWAY,
    Obstacle.UNREADABLE: "A change waits: {side}'s answer can't be read. We try again at {time}.",
    Obstacle.REFUSED: "A change waits: {side} refuses to answer a look-up. We try again at {time}.",
    Obstacle.NOT_AUTHORISED: "A change waits: {side} does not let us in. We try again at {time}.",
    Obstacle.SUBSCRIPTION_ENDED: SUBSCRIPTION,
    Obstacle.NOT_YET_KNOWN: "We are finding out whether the last change still went through in {side}; we look again at {time}.",
    Obstacle.OUR_ERROR: "We hit an error of our own on this client, and try again at {time}. Our operators have been told.",
    Obstacle.NO_SUCH_ADDRESS: (
        "A change waits: nobody answers at the address where {side} should be. Operators can set it; we try again at {time}."
    ),
    Obstacle.BEHIND: (
        "A change waits: {side} shows an older state than it had before, as after a backup is restored. "
        "We look again at {time}, and then go by what stands there."
    ),
    Obstacle.NO_PROGRESS: (
        "A change waits: {side} was asked for it before, and nothing came of it. We try again at {time}."
    ),
    Obstacle.OTHER: "A change waits because of {side}. We try again at {time}.",
}


def waiting_text(why: Obstacle, side: Side, time: str) -> str:
    """Say why a change is not sent yet. `side`: who it waits for; `time`: when it is tried again."""
    return _WAITING[why].format(side=SIDES[side], time=time)
