"""What speaks for a match and against it: closed, so that each has its words wherever people read them."""

from enum import StrEnum

VERSION = 2
"""Of the rules. It grows whenever the same two lists may get another answer than before."""


class Strength(StrEnum):
    """How far a proposal may be trusted. `SURE`: a person may take a whole list of these at a glance."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Reason(StrEnum):
    """What the two have in common. Of names there is at most one: what describes best how they agree."""

    SAME_EMAIL = "same_email"
    SIMILAR_EMAIL = "similar_email"
    SAME_NAME = "same_name"
    NAME_TURNED_ROUND = "name_turned_round"
    SAME_NAME_BUT_MIDDLE = "same_name_but_middle"
    SAME_NAME_BUT_FORM = "same_name_but_form"
    NICKNAME = "nickname"
    SIMILAR_NAME = "similar_name"
    SAME_INITIAL = "same_initial"
    SAME_COMPANY = "same_company"
    SAME_HOUSEHOLD = "same_household"
    SAME_CONTACT = "same_contact"
    PART_OF_NAME = "part_of_name"
    SAME_LAST_NAME = "same_last_name"
    SAME_PHONE = "same_phone"
    SAME_ADDRESS = "same_address"
    SIMILAR_ADDRESS = "similar_address"
    SAME_PLACE = "same_place"


class Caution(StrEnum):
    """Why the two may not be the same all the same."""

    OTHER_FIRST_NAME = "other_first_name"
    OTHER_MIDDLE_NAME = "other_middle_name"
    OTHER_LAST_NAME = "other_last_name"
    OTHER_GENERATION = "other_generation"
    OTHER_NUMBER = "other_number"
    OTHER_LEGAL_FORM = "other_legal_form"
    OTHER_ADDITION = "other_addition"
    OTHER_COMPANY = "other_company"
    PERSON_AND_BUSINESS = "person_and_business"
    OTHER_EMAIL = "other_email"
    OTHER_PHONE = "other_phone"
    OTHER_ADDRESS = "other_address"
    SHARED_EMAIL = "shared_email"
    SHARED_PHONE = "shared_phone"
    EQUALLY_GOOD = "equally_good"
    BETTER_FOR_ANOTHER = "better_for_another"


class Bar(StrEnum):
    """Why a match with this one can't be made as things are."""

    ALREADY_MATCHED = "already_matched"
    INACTIVE = "inactive"
    SUB_CUSTOMER = "sub_customer"
    VENDOR = "vendor"
    EMPLOYEE = "employee"
    GONE = "gone"
