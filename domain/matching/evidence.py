"""What there is for and against a pair, by itself and beside everybody else of both lists."""

from dataclasses import dataclass

from domain.matching.contact_evidence import Contact, compare_emails, compare_phones, compare_streets
from domain.matching.name_evidence import NameEvidence, compare_names
from domain.matching.party import Party
from domain.matching.reasons import Bar, Caution, Reason, Strength
from domain.replacing import replace

LIKELY = 42
POSSIBLE = 5
MARGIN = 15
"""Who comes within so many points of the best is a rival: nobody can be sure which of the two it is."""

_COSTS = {
    Caution.OTHER_GENERATION: 25,
    Caution.OTHER_NUMBER: 25,
    Caution.OTHER_LEGAL_FORM: 15,
    Caution.OTHER_FIRST_NAME: 10,
    Caution.OTHER_MIDDLE_NAME: 15,
    Caution.OTHER_LAST_NAME: 5,
}
_TOLERATED = frozenset({Caution.OTHER_PHONE, Caution.OTHER_ADDRESS, Caution.SHARED_PHONE})
"""People move and change numbers: with an email address of their own that agrees, this is no contradiction."""

_TOLERATED_OF_BUSINESSES = _TOLERATED - {Caution.OTHER_ADDRESS}
"""A chain has one owner, one name, and a shop at each address."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A client and a customer, compared. `points` put pairs in order; `is_clear`: by itself there is no doubt.

    `bar`: why a match of the two can't be made as things are.
    """

    client_id: str
    customer_id: str
    points: int
    reasons: tuple[Reason, ...]
    cautions: tuple[Caution, ...]
    is_clear: bool
    bar: Bar | None

    @property
    def strength(self) -> Strength | None:
        """How strong it is without a look at others; never sure. None: too little to be shown."""
        if self.points >= LIKELY:
            return Strength.LIKELY
        return Strength.POSSIBLE if self.points >= POSSIBLE else None

    def but(self, *cautions: Caution) -> "Evidence":
        """Give it with what others stand in its way."""
        return replace(
            self, cautions=(*self.cautions, *(each for each in cautions if each not in self.cautions))
        )


def compare(client: Party, customer: Party, *, shared_email: bool, shared_phone: bool) -> Evidence:
    """Compare a client with a customer. `shared_…`: what they have in common, others of either list have too."""
    name = compare_names(client, customer)
    email = compare_emails(client, customer, shared=shared_email)
    phone = compare_phones(client, customer, shared=shared_phone)
    street = compare_streets(client.street, customer.street)
    contacts = (email, phone, street)
    cautions = (*name.cautions, *(each.caution for each in contacts if each.caution is not None))
    points = (
        name.points + sum(each.points for each in contacts) - sum(_COSTS.get(each, 0) for each in cautions)
    )
    reasons = (email.reason, name.reason, phone.reason, street.reason)
    return Evidence(
        client_id=client.id,
        customer_id=customer.id,
        points=max(points, 0),
        reasons=tuple(each for each in reasons if each is not None),
        cautions=cautions,
        is_clear=_is_clear(name, email, phone, street, business=client.name.is_business),
        bar=customer.bar or client.bar,
    )


def _is_clear(name: NameEvidence, email: Contact, phone: Contact, street: Contact, *, business: bool) -> bool:
    """Say whether name and something else agree, and nothing speaks against it.

    One's own email address is enough beside a name. A phone or an address is so where nothing at all speaks against
    it; with a nickname, both. A business' long name needs nothing else.
    """
    if not name.firm or name.cautions:
        return False
    if email.reason is Reason.SAME_EMAIL and email.caution is None:
        tolerated = _TOLERATED_OF_BUSINESSES if business else _TOLERATED
        return all(each.caution is None or each.caution in tolerated for each in (phone, street))
    if any(each.caution is not None for each in (email, phone, street)):
        return False
    match name.reason:
        case Reason.NICKNAME:
            return phone.firm and street.reason is Reason.SAME_ADDRESS
        case Reason.SIMILAR_NAME:
            return phone.firm or street.reason is Reason.SAME_ADDRESS
        case _:
            return phone.firm or street.firm or name.telling
