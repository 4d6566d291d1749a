"""Lists as clean as firms' are: of any size, the same each time, with what QuickBooks' side writes in another way."""

from random import Random

from domain.matching.party import Party
from tests.matching.labelled import Labelled, who

_FIRST = [
    "Aaliyah",
    "Alan",
    "Amara",
    "Anna",
    "Beatrice",
    "Brendan",
    "Carlos",
    "Chloe",
    "Constance",
    "Daniel",
    "Deshawn",
    "Diego",
    "Edith",
    "Elena",
    "Emma",
    "Farid",
    "Felix",
    "Fiona",
    "Gloria",
    "Grace",
    "Hannah",
    "Hassan",
    "Ingrid",
    "Isaac",
    "Ivan",
    "Jamal",
    "Jonas",
    "Joseph",
    "Julia",
    "Kavya",
    "Keiko",
    "Kevin",
    "Laura",
    "Leon",
    "Lucia",
    "Malik",
    "Marcus",
    "Maya",
    "Miguel",
    "Miriam",
    "Nadia",
    "Nathaniel",
    "Nora",
    "Olga",
    "Omar",
    "Oscar",
    "Patrick",
    "Priya",
    "Quentin",
    "Rachel",
    "Rosa",
    "Ruben",
    "Samuel",
    "Sasha",
    "Simone",
    "Stefan",
    "Tara",
    "Thomas",
    "Uma",
    "Veronica",
    "Victor",
    "Walter",
    "Wanda",
    "Xavier",
    "Yara",
    "Yusuf",
    "Zoe",
]
_BEGIN = [
    "An",
    "Bar",
    "Bel",
    "Cor",
    "Dal",
    "Del",
    "Fal",
    "Gar",
    "Hal",
    "Hen",
    "Jar",
    "Kal",
    "Kor",
    "Lan",
    "Lin",
    "Mar",
    "Mor",
    "Nor",
    "Or",
    "Pal",
    "Per",
    "Ram",
    "Ros",
    "Sal",
    "Sor",
    "Tal",
    "Tor",
    "Val",
    "Ver",
    "Wil",
]
_MIDDLE = [
    "a",
    "ber",
    "da",
    "di",
    "e",
    "fi",
    "go",
    "i",
    "ka",
    "la",
    "ler",
    "ma",
    "mi",
    "na",
    "o",
    "ra",
    "ri",
    "san",
    "ta",
    "ven",
    "vi",
    "wa",
    "zo",
]
_END = [
    "bach",
    "berg",
    "din",
    "field",
    "ford",
    "gren",
    "ham",
    "idis",
    "ington",
    "ini",
    "ker",
    "land",
    "ley",
    "man",
    "mont",
    "nez",
    "ova",
    "ović",
    "rup",
    "sen",
    "ski",
    "son",
    "stein",
    "stone",
    "ton",
    "well",
    "wood",
    "worth",
]
_TRADES = [
    "Bakery",
    "Dental",
    "Landscaping",
    "Auto Repair",
    "Consulting",
    "Properties",
    "Roofing",
    "Books",
    "Architects",
    "Florist",
    "Studio",
    "Electric",
]
_STREETS = [
    "Clark",
    "Lake",
    "Wells",
    "Kedzie",
    "Lincoln",
    "Halsted",
    "Ashland",
    "Western",
    "Cermak",
    "Ogden",
    "Damen",
    "Racine",
    "Addison",
    "Belmont",
    "Fullerton",
]
_ONE_IN_THREE = 3


def clean(size: int, seed: int = 1, *, both: float = 0.9) -> Labelled:
    """Make `size` clients and as many customers, of which `both` (a share) are the same."""
    dice = Random(seed)  # noqa: S311
    made = Labelled(f"clean, {size:,} clients")
    taken: set[str] = set()
    for n in range(size):
        facts = _facts(dice, n, taken)
        made.clients.append(_as_client(f"c-{n}", facts))
        if n < size * both:
            made.customers.append(_as_customer(dice, f"k-{n}", facts))
            made.same[f"c-{n}"] = {f"k-{n}"}
        else:
            made.customers.append(_as_customer(dice, f"k-{n}", _facts(dice, size + n, taken)))
    return made


def _facts(dice: Random, n: int, taken: set[str]) -> dict[str, str]:
    first, last = _name(dice)
    while f"{first} {last}" in taken:
        first, last = _name(dice)
    taken.add(f"{first} {last}")
    is_business = dice.random() < 1 / _ONE_IN_THREE
    local = f"{first[0]}.{last}{n}" if dice.random() < 0.8 else f"office{n}"
    return {
        "first": first,
        "last": last,
        "business": f"{last} {dice.choice(_TRADES)}" if is_business else "",
        "email": f"{local}@example.{dice.choice(('com', 'org'))}".lower() if dice.random() < 0.92 else "",
        "phone": f"(312) {200 + n // 9000:03d}-{1000 + n % 9000:04d}" if dice.random() < 0.85 else "",
        "street": f"{dice.randrange(1, 9000)} {dice.choice('NSEW')} {dice.choice(_STREETS)} St",
        "zip": f"60{dice.randrange(600, 660)}",
    }


def _name(dice: Random) -> tuple[str, str]:
    middle = dice.choice(_MIDDLE) if dice.random() < 0.7 else ""
    return dice.choice(_FIRST), f"{dice.choice(_BEGIN)}{middle}{dice.choice(_END)}"


def _as_client(own_id: str, facts: dict[str, str]) -> Party:
    company = f"{facts['business']} LLC" if facts["business"] else ""
    return who(
        own_id,
        company or f"{facts['first']} {facts['last']}",
        business=bool(company),
        first_name=facts["first"],
        last_name=facts["last"],
        company_name=company,
        email=facts["email"],
        phone=facts["phone"],
        street=facts["street"],
        zip_code=facts["zip"],
    )


def _as_customer(dice: Random, own_id: str, facts: dict[str, str]) -> Party:
    """Write it as a bookkeeper has: often turned round, without a legal form, with other signs in the number, with gaps."""
    turned = dice.random() < 0.4
    name = f"{facts['last']}, {facts['first']}" if turned else f"{facts['first']} {facts['last']}"
    phone = "".join(c for c in facts["phone"] if c.isdigit()) if turned else facts["phone"]
    return who(
        own_id,
        facts["business"] or name,
        first_name=facts["first"],
        last_name=facts["last"],
        company_name=facts["business"],
        email=facts["email"].upper() if dice.random() < 0.9 else "",
        phone=phone if dice.random() < 0.8 else "",
        street=facts["street"].replace(" St", " Street") if dice.random() < 0.8 else "",
        zip_code=facts["zip"],
    )
