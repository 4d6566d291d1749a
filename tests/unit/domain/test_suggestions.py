"""Which customers a client may be: never wrongly sure, the true one in sight, and the same answer in any order."""

from collections.abc import Mapping
from random import Random
from typing import Any

from domain.fields import Address, Field, Value
from domain.matching.keys import MOST_KEYS, MOST_STORED, keys_of, stored_keys
from domain.matching.lists import MOST_COMPARED, Lists
from domain.matching.party import party
from domain.matching.reasons import Bar, Caution, Reason, Strength
from domain.matching.suggestions import Suggestion, pair_up, suggest
from tests.hostile import ODD
from tests.matching.figures import ours, shuffled, wrong_pairs
from tests.matching.labelled import who
from tests.matching.made_lists import clean
from tests.matching.scenes import adversarial


def _first(client: Mapping[str, Any], *customers: Mapping[str, Any]) -> Suggestion:
    lists = Lists([who("c", **client)], [who(f"k-{n}", **each) for n, each in enumerate(customers)])
    return suggest(lists, "c")[0]


def test_what_misleads_people_is_never_sure_and_the_true_one_stays_in_sight() -> None:
    made = adversarial()
    found = ours(made)

    assert len(made.same) >= 300
    assert wrong_pairs(made) == []
    assert found.in_sight is not None
    assert found.in_sight >= 0.99
    assert found.recall >= 0.95, "what is beyond doubt is sure"


def test_a_clean_list_is_paired_nearly_whole() -> None:
    made = clean(600)

    assert wrong_pairs(made) == []
    assert ours(made).recall >= 0.95
    pairing = pair_up(Lists(made.clients, made.customers))
    assert len(pairing.pairs) + len(pairing.only_clients) == len(made.clients)
    assert len({each.customer_id for each in pairing.pairs}) == len(pairing.pairs), "one to one"


def test_the_order_of_the_lists_changes_nothing() -> None:
    for seed, made in enumerate((adversarial(), clean(200))):
        before, after = shuffled(made, seed)
        assert before == after


def test_what_thousands_share_is_compared_with_few_of_them_and_in_any_order_the_same() -> None:
    """One word, one email address, one phone number, one name in a whole list: each stays bounded, by what is said."""
    dice = Random(3)  # noqa: S311
    for shared in (
        {"name": "Acme {n}"},
        {"name": "{n} Roe", "email": "desk@example.com"},
        {"name": "{n} Roe", "phone": "312-555-0100"},
        {"name": "Kim Roe"},
        {"name": "Kim Roe", "email": "kim{few}@example.com"},
    ):
        rows: list[dict[str, Any]] = [
            {key: value.format(n=f"B{n:x}q", few=n % 300) for key, value in shared.items()}
            for n in range(1_200)
        ]
        clients = [who(f"c-{n}", **each) for n, each in enumerate(rows)]
        customers = [who(f"k-{n}", **each) for n, each in enumerate(rows)]
        asked = [each.id for each in clients[:40]]
        lists = Lists(clients, customers)
        found = [suggest(lists, each) for each in asked]
        dice.shuffle(clients)
        dice.shuffle(customers)

        assert [suggest(Lists(clients, customers), each) for each in asked[:3]] == found[:3]
        assert lists.compared <= len(asked) * MOST_COMPARED**2


def test_the_articles_own_example_is_sure_and_says_why() -> None:
    found = _first(
        {"name": "Fiona Gallagher", "email": "fiona@example.com", "phone": "(312) 555-0100"},
        {"name": "Fiona Gallagher-Ruiz", "email": "other@example.com"},
        {"name": "Gallagher, Fiona", "email": "Fiona@example.com", "phone": "312-555-0161"},
    )

    assert (found.customer_id, found.strength) == ("k-1", Strength.SURE)
    assert found.reasons == (Reason.SAME_EMAIL, Reason.NAME_TURNED_ROUND)
    assert found.cautions == (Caution.OTHER_PHONE,)


def test_a_name_alone_is_likely_and_a_long_one_of_a_business_sure() -> None:
    assert _first({"name": "John Smith"}, {"name": "Smith, John"}).strength is Strength.LIKELY
    assert _first({"name": "Hyde Park Books"}, {"name": "Hyde Park Books"}).strength is Strength.LIKELY
    long = "Harbor Finch Kowalski"
    assert _first({"name": long}, {"name": long}).strength is Strength.LIKELY, "it may be a person's"
    assert _first({"name": long, "business": True}, {"name": long}).strength is Strength.SURE


def test_all_email_addresses_of_a_field_count_and_nobodys_count_for_nothing() -> None:
    many = _first(
        {"name": "Ada Roe", "email": "ada@example.com"},
        {"name": "Roe, Ada", "email": "x@example.com, ada@example.com"},
    )
    nobodys = _first(
        {"name": "Ada Roe", "email": "none@none.com"}, {"name": "Roe, Ada", "email": "none@none.com"}
    )

    assert Reason.SAME_EMAIL in many.reasons
    assert Reason.SAME_EMAIL not in nobodys.reasons


def test_a_customer_that_another_client_fits_better_is_only_possible() -> None:
    lists = Lists(
        [who("c-1", "Kim Costa", email="kim@example.com"), who("c-2", "Costa, Kim", phone="3125550100")],
        [who("k", "Kim Costa", email="kim@example.com")],
    )

    assert suggest(lists, "c-1")[0].strength is Strength.SURE
    (other,) = suggest(lists, "c-2")
    assert (other.strength, other.cautions) == (Strength.POSSIBLE, (Caution.BETTER_FOR_ANOTHER,))


def test_who_can_not_be_matched_is_named_with_the_reason_and_paired_with_nobody() -> None:
    for bar in Bar:
        lists = Lists(
            [who("c", "Kim Costa", email="kim@example.com")],
            [who("k", "Kim Costa", email="kim@example.com", bar=bar)],
        )
        (found,) = suggest(lists, "c")
        assert (found.bar, found.strength) == (bar, Strength.LIKELY)
        assert pair_up(lists).pairs == ()


def test_whatever_is_in_the_fields_it_is_taken_apart() -> None:
    """Few keys of it, however long it is: they stand in a column."""
    odd = [each for each in ODD if isinstance(each, str)]
    for text in (
        *odd,
        "\ud800 x",
        "",
        " ",
        ",",
        "&",
        "(",
        "((",
        "a" * 5000,
        ", ".join("word" for _ in range(999)),
        "@,@;@",
    ):
        values: dict[Field, Value] = {field: text for field in Field if field is not Field.ADDRESS}
        one, other = party("a", values), party("b", {**values, Field.DISPLAY_NAME: f"{text} & {text}"})
        assert len(keys_of(one)) <= MOST_KEYS
        suggest(Lists([one], [other]), "a")


def test_the_keys_that_are_kept_are_the_best_of_those_that_say_most() -> None:
    """Made without the others, they are the same as if these had been made and left out; of long names and addresses too."""
    house = Address(line1="2119 S Wallace St", city="Chicago", region="IL", postal_code="60616", country="US")
    many = {
        Field.DISPLAY_NAME: "Zoë Ökonom-Müller, Bertha von Suttner & Karl Quandt (Alma)",
        Field.COMPANY_NAME: "Wallace Bookkeeping and Sons Partnership",
        Field.FIRST_NAME: "Ulrike",
        Field.LAST_NAME: "Quartermain",
        Field.EMAIL: ", ".join(f"somebody.{n}@example.com" for n in range(9)),
        Field.PHONE: "(312) 555-0177",
        Field.MOBILE: "(312) 555-0188",
    }
    for text in (*(each for each in ODD if isinstance(each, str)), "Fiona Gallagher", "Gallagher & Sons LLC"):
        for values in ({Field.DISPLAY_NAME: text}, many, {**many, Field.DISPLAY_NAME: text}):
            for address in (None, house):
                one = party("a", {**values, Field.ADDRESS: address})
                kept = [key for key in keys_of(one) if key[0] in "epnsziw"]
                assert stored_keys(one) == tuple(kept[:MOST_STORED])
