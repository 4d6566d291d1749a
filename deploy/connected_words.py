"""What is said at a terminal of a company that is being connected."""

from collections.abc import Mapping

from deploy.asked_companies import NotNamed
from domain.ids import FirmId, RealmId

WHY: Mapping[NotNamed, str] = {
    NotNamed.NOT_LET_IN: "QuickBooks does not let us into it.",
    NotNamed.NOT_SIGNED_IN: "Nobody is signed in to it, so nothing is sent or taken before a manager of the firm does so in the console.",
    NotNamed.NOT_ASKED: "It was not asked for its name: the settings here lack QuickBooks' addresses, or the vault's keys.",
    NotNamed.NO_ANSWER: "QuickBooks did not answer, so nobody knows whether it is the right one.",
    NotNamed.SAYS_NONE: "QuickBooks knows it, and says no name of it.",
}


def connected(firm: FirmId, realm: RealmId, name: str | NotNamed) -> str:
    """Say which company it is, or why that is not known."""
    if isinstance(name, NotNamed):
        return f"{firm} is being connected with company {realm}. {WHY[name]}"
    return f"{firm} is being connected with {name}, company {realm}."
