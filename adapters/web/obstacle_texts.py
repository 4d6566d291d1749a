"""Why a change waits, as a sentence. Total, as a test says: no obstacle is without one."""

from collections.abc import Mapping

from domain.obstacles import Obstacle

SIGN_IN = "QuickBooks does not let us in any more. Reauthorise in the settings; what waits is sent then."
SUBSCRIPTION = (
    "QuickBooks says that the company's subscription has ended. Once it is paid for, reauthorise in the settings; what "
    "waits is sent then, or by ourselves within a day."
)


def shut_text(shut_by: Obstacle) -> str:
    """Say what holds up a whole company, and what a person can do about it."""
    return SUBSCRIPTION if shut_by is Obstacle.SUBSCRIPTION_ENDED else SIGN_IN


_WAITING: Mapping[Obstacle, str] = {
    Obstacle.THROTTLED: "A change waits: the other side takes no more requests for now. We try again by ourselves.",
    Obstacle.UNAVAILABLE: "A change waits: the other side does not answer for now. We try again by ourselves.",
    Obstacle.UNREACHABLE: "A change waits: the other side does not answer for now. We try again by ourselves.",
    Obstacle.NO_ANSWER: "A change waits: the other side does not answer for now. We try again by ourselves.",
    Obstacle.UNREADABLE: "A change waits: the other side's answer can't be read. We try again by ourselves.",
    Obstacle.REFUSED: "A change waits: the other side refuses to answer a look-up. We try again by ourselves.",
    Obstacle.NOT_AUTHORISED: "A change waits: the other side does not let us in. We try again by ourselves.",
    Obstacle.SUBSCRIPTION_ENDED: SUBSCRIPTION,
    Obstacle.NOT_YET_KNOWN: "We are finding out whether the last change still went through.",
    Obstacle.OUR_ERROR: "We hit an error of our own on this client, and try again by ourselves. Our operators have been told.",
    Obstacle.NO_SUCH_ADDRESS: "A change waits: nobody answers at the address where the other side should be. Operators can set it.",
    Obstacle.BEHIND: (
        "A change waits: the other side shows an older state than it had before, as after a backup is restored. "
        "We look again, and then go by what stands there."
    ),
    Obstacle.NO_PROGRESS: (
        "A change waits: it was asked for before and nothing came of it. We try again by ourselves."
    ),
    Obstacle.OTHER: "A change waits because of the other side. We try again by ourselves.",
}


def waiting_text(why: Obstacle) -> str:
    """Say why a change is not sent yet."""
    return _WAITING[why]
