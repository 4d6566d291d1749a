"""What speaks for a match and against it, in a few words each: total, so that no reason is shown as its code."""

from collections.abc import Mapping
from typing import assert_never

from domain.matching.reasons import Bar, Caution, Reason, Strength


def reason_text(reason: Reason) -> str:  # noqa: C901, PLR0912  (one case for each)
    """Name what the two have in common."""
    match reason:
        case Reason.SAME_EMAIL:
            return "Same email"
        case Reason.SIMILAR_EMAIL:
            return "Nearly the same email"
        case Reason.SAME_NAME:
            return "Same name"
        case Reason.NAME_TURNED_ROUND:
            return "Same name, in another order"
        case Reason.SAME_NAME_BUT_MIDDLE:
            return "Same name but for the middle name"
        case Reason.SAME_NAME_BUT_FORM:
            return "Same name but for the legal form"
        case Reason.NICKNAME:
            return "Nickname"
        case Reason.SIMILAR_NAME:
            return "Similar name"
        case Reason.SAME_INITIAL:
            return "Same initial and last name"
        case Reason.SAME_COMPANY:
            return "Same company"
        case Reason.SAME_HOUSEHOLD:
            return "Same household"
        case Reason.SAME_CONTACT:
            return "This person is its contact"
        case Reason.PART_OF_NAME:
            return "Part of the name"
        case Reason.SAME_LAST_NAME:
            return "Same last name"
        case Reason.SAME_PHONE:
            return "Same phone"
        case Reason.SAME_ADDRESS:
            return "Same address"
        case Reason.SIMILAR_ADDRESS:
            return "Similar address"
        case Reason.SAME_PLACE:
            return "Same city or ZIP"
        case _:
            assert_never(reason)


def caution_text(caution: Caution) -> str:  # noqa: C901, PLR0912  (one case for each)
    """Name what speaks against it."""
    match caution:
        case Caution.OTHER_FIRST_NAME:
            return "Other first name"
        case Caution.OTHER_MIDDLE_NAME:
            return "Other middle name"
        case Caution.OTHER_LAST_NAME:
            return "Other last name"
        case Caution.OTHER_GENERATION:
            return "Not the same Jr. or Sr."
        case Caution.OTHER_NUMBER:
            return "Other number in the name"
        case Caution.OTHER_LEGAL_FORM:
            return "Other legal form"
        case Caution.OTHER_ADDITION:
            return "Other addition in brackets"
        case Caution.OTHER_COMPANY:
            return "Other company"
        case Caution.PERSON_AND_BUSINESS:
            return "A person and a business"
        case Caution.OTHER_EMAIL:
            return "Other email"
        case Caution.OTHER_PHONE:
            return "Other phone"
        case Caution.OTHER_ADDRESS:
            return "Other address"
        case Caution.SHARED_EMAIL:
            return "Others have this email too"
        case Caution.SHARED_PHONE:
            return "Others have this phone too"
        case Caution.EQUALLY_GOOD:
            return "Another one fits as well"
        case Caution.BETTER_FOR_ANOTHER:
            return "Fits another client better"
        case _:
            assert_never(caution)


def bar_text(bar: Bar) -> str:
    """Say why it can't be matched as things are."""
    match bar:
        case Bar.ALREADY_MATCHED:
            return "Already matched"
        case Bar.INACTIVE:
            return "Inactive"
        case Bar.SUB_CUSTOMER:
            return "Sub-customer"
        case Bar.VENDOR:
            return "Vendor"
        case Bar.EMPLOYEE:
            return "Employee"
        case Bar.GONE:
            return "Gone"
        case _:
            assert_never(bar)


STRENGTHS: Mapping[Strength, str] = {
    Strength.SURE: "Sure match",
    Strength.LIKELY: "Likely match",
    Strength.POSSIBLE: "Possible match",
}
