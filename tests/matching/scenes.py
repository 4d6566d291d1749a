"""The adversarial list: what makes people link the wrong two, each scene played in twelve families of their own.

A scene gives clients, customers, and for each client the customer that it truly is. `doubt` names pairs, true or not, of
which nobody could be sure by what stands in them.
"""

from collections.abc import Callable
from itertools import count

from domain.matching.reasons import Bar
from tests.matching.hostile_scenes import play_hostile
from tests.matching.labelled import Labelled
from tests.matching.stage import FAMILIES, Stage

Scene = Callable[[Stage], None]


def _turned(s: Stage) -> None:
    fiona = s.client(f"Fiona {s.family}", email=s.mail("fiona"))
    s.customer(f"{s.family}, Fiona", of=fiona, email=s.mail("Fiona"))
    frank = s.client(f"Frank {s.family}", phone=s.phone(2))
    s.customer(f"{s.family} Frank", of=frank, phone=s.phone(2).replace(" ", "").replace("-", "."))


def _two_of_one_name(s: Stage) -> None:
    """A client and another person's customer, with nothing else that is known."""
    john = s.client(f"John {s.family}", email=s.mail("john"), phone=s.phone(1))
    other = s.customer(f"John {s.family}", email=s.mail("otherjohn"), phone=s.phone(2))
    bare = s.customer(f"{s.family}, John")
    s.doubt(john, other, bare)


def _father_and_son(s: Stage) -> None:
    """One house, one telephone, one email address, one name."""
    home = {"email": s.mail("family"), "phone": s.phone(), "street": s.street(), "zip_code": "60640"}
    senior, junior = s.client(f"Walter {s.family} Sr.", **home), s.client(f"Walter {s.family} Jr", **home)
    old = s.customer(f"{s.family}, Walter Senior", of=senior, **home)
    young = s.customer(f"Walter {s.family}, Jr.", of=junior, **home)
    s.doubt(senior, old, young)
    s.doubt(junior, old, young)


def _only_the_son(s: Stage) -> None:
    home = {"email": s.mail("home"), "phone": s.phone(), "street": s.street(), "zip_code": "60640"}
    junior = s.client(f"Peter {s.family} Jr", **home)
    s.doubt(junior, s.customer(f"Peter {s.family} III", **home), s.customer(f"Peter {s.family}", **home))


def _couple(s: Stage) -> None:
    """They are clients each, and share all but their first names."""
    home = {"email": s.mail("us"), "phone": s.phone(), "street": s.street(), "zip_code": "60301"}
    kim, alessandro = s.client(f"Kim {s.family}", **home), s.client(f"Alessandro {s.family}", **home)
    hers, his = (
        s.customer(f"{s.family}, Kim", of=kim, **home),
        s.customer(f"{s.family}, Alessandro", of=alessandro, **home),
    )
    s.doubt(kim, hers, his)
    s.doubt(alessandro, hers, his)


def _household(s: Stage) -> None:
    both = s.client(f"{s.family}, Kim & Alessandro", email=s.mail("kim"))
    s.customer(f"Kim & Alessandro {s.family}", of=both, email=s.mail("kim"))
    hanna = s.client(f"Hanna and Joel {s.family}", email=s.mail("hanna"), street=s.street(), zip_code="60201")
    s.doubt(hanna, s.customer(f"Hanna {s.family}", of=hanna, email=s.mail("hanna")))


def _look_alikes(s: Stage) -> None:
    """Brother and sister, by one letter."""
    home = {"phone": s.phone(), "street": s.street(), "zip_code": "60614", "email": s.mail("fr")}
    francis = s.client(f"Francis {s.family}", **home)
    s.doubt(francis, s.customer(f"Frances {s.family}", **home))
    paul = s.client(f"Paul {s.family}", street=s.street(5), zip_code="60614", phone=s.phone(5))
    s.doubt(paul, s.customer(f"Paula {s.family}", street=s.street(5), zip_code="60614", phone=s.phone(5)))


def _middle_names(s: Stage) -> None:
    grace = s.client(
        f"Fiona Grace {s.family}",
        first_name="Fiona",
        middle_name="Grace",
        last_name=s.family,
        email=s.mail("fg"),
    )
    s.customer(f"Fiona G. {s.family}", of=grace, email=s.mail("fg"))
    tom = s.client(f"Tom A. {s.family}", phone=s.phone(3))
    s.doubt(tom, s.customer(f"Tom B. {s.family}", phone=s.phone(3)))


def _nicknames(s: Stage) -> None:
    bob = s.client(f"Bob {s.family}", email=s.mail("bob"))
    s.customer(f"{s.family}, Robert", of=bob, email=s.mail("bob"))
    liz = s.client(f"Elizabeth {s.family}", phone=s.phone(4), street=s.street(4), zip_code="60618")
    s.customer(f"Liz {s.family}", of=liz, phone=s.phone(4), street=s.street(4), zip_code="60618")


def _initials(s: Stage) -> None:
    fran = s.client(f"F. {s.family}", email=s.mail("f"))
    s.doubt(fran, s.customer(f"Frank {s.family}", of=fran, email=s.mail("f")))


def _mistyped(s: Stage) -> None:
    wrong = s.family[:2] + s.family[3] + s.family[2] + s.family[4:]
    anna = s.client(f"Anna {s.family}", email=s.mail("anna"))
    s.customer(f"Anna {wrong}", of=anna, email=s.mail("anna"))
    maria = s.client(f"Maria {s.family}", email=s.mail("mariaemail"), street=s.street(6), zip_code="60622")
    s.customer(
        f"Maria {s.family}", of=maria, email=s.mail("mariaemial"), street=s.street(6), zip_code="60622"
    )


def _accents(s: Stage) -> None:
    jose = s.client(f"José {s.family}", email=s.mail("jose"))
    s.customer(f"JOSE  {s.family.upper()}", of=jose, email=s.mail("JOSE"))
    garage = s.client(f"Café Olé {s.family}", business=True, phone=s.phone(5))
    s.customer(f"Cafe Ole {s.family}, LLC", of=garage, phone="+1 " + s.phone(5))


def _scripts(s: Stage) -> None:
    ivan = s.client("Юрий Гагарин" if s.number % 2 else "Νίκος Παππάς", email=s.mail("space"))
    s.customer("Iurii Gagarin" if s.number % 2 else "Nikos Pappas", of=ivan, email=s.mail("space"))
    wide = s.client(f"王{s.family}", email=s.mail("wang"))
    s.customer(f"王{s.family}", of=wide, email=s.mail("wang"))


def _companies(s: Stage) -> None:
    books = s.client(
        f"{s.family} Books LLC", business=True, company_name=f"{s.family} Books LLC", email=s.mail("books")
    )
    s.customer(f"{s.family} Books", of=books, company_name=f"{s.family} Books", email=s.mail("books"))
    pies = s.client(
        f"{s.family}\N{RIGHT SINGLE QUOTATION MARK}s Pies",
        business=True,
        street=s.street(7),
        zip_code="60608",
    )
    s.customer(f"{s.family}s Pies, Inc.", of=pies, street=s.street(7), zip_code="60608")


def _sister_companies(s: Stage) -> None:
    """One owner, one office, one address for all mail."""
    office = {"email": s.mail("owner"), "phone": s.phone(), "street": s.street(), "zip_code": "60606"}
    one = s.client(f"{s.family} Holdings I LLC", business=True, **office)
    two = s.client(f"{s.family} Holdings II LLC", business=True, **office)
    first, second = (
        s.customer(f"{s.family} Holdings I", of=one, **office),
        s.customer(f"{s.family} Holdings II", of=two, **office),
    )
    s.doubt(one, first, second)
    s.doubt(two, first, second)


def _only_a_sister(s: Stage) -> None:
    office = {"email": s.mail("desk"), "phone": s.phone(), "street": s.street(), "zip_code": "60606"}
    fund = s.client(f"{s.family} Fund 12 LP", business=True, **office)
    s.doubt(fund, s.customer(f"{s.family} Fund 21 LP", **office))
    bakery = s.client(f"{s.family} Baking LLC", business=True, phone=s.phone(8))
    s.doubt(bakery, s.customer(f"{s.family} Baking Inc", phone=s.phone(8)))
    lessor = s.client(f"{s.family} Family", email=s.mail("trust"))
    s.doubt(lessor, s.customer(f"{s.family} Family Trust", email=s.mail("trust")))


def _owner_and_company(s: Stage) -> None:
    mine = {"email": s.mail("mark"), "phone": s.phone()}
    mark = s.client(f"Mark {s.family}", **mine)
    firm = s.client(f"{s.family} Plumbing LLC", business=True, first_name="Mark", last_name=s.family, **mine)
    his, its = (
        s.customer(f"Mark {s.family}", of=mark, **mine),
        s.customer(f"{s.family} Plumbing", of=firm, company_name=f"{s.family} Plumbing LLC", **mine),
    )
    s.doubt(mark, his, its)
    s.doubt(firm, his, its)


def _only_the_company(s: Stage) -> None:
    mark = s.client(f"Luis {s.family}", email=s.mail("luis"))
    s.doubt(
        mark,
        s.customer(f"{s.family} Auto Repair", first_name="Luis", last_name=s.family, email=s.mail("luis")),
    )


def _twice_in_quickbooks(s: Stage) -> None:
    ned = s.client(f"Ned {s.family}", email=s.mail("ned"))
    one, two = (
        s.customer(f"Ned {s.family}", of=ned, email=s.mail("ned")),
        s.customer(f"{s.family}, Ned", of=ned, email=s.mail("ned")),
    )
    s.doubt(ned, one, two)


def _twice_at_one_address(s: Stage) -> None:
    """Nothing but the house tells who it is, and two customers live there."""
    theo = s.client(f"Theo {s.family}", street=s.street(), zip_code="60657")
    home = {"street": s.street(), "zip_code": "60657"}
    s.doubt(
        theo,
        s.customer(f"Theo {s.family}", of=theo, **home),
        s.customer(f"{s.family}, Theo", of=theo, **home),
    )


def _only_the_father(s: Stage) -> None:
    """The son's own address stands at his father, and at nobody else."""
    junior = s.client(f"Otto {s.family} Jr", email=s.mail("otto"))
    s.doubt(junior, s.customer(f"Otto {s.family} Sr", email=s.mail("otto")))


def _numbered_branches(s: Stage) -> None:
    company = f"{s.family} Realty LLC"
    one = s.client(f"{s.family} Realty 1", business=True, company_name=company, email=s.mail("realty"))
    s.doubt(one, s.customer(f"{s.family} Realty 2", company_name=company, email=s.mail("realty")))


def _twice_in_canopy(s: Stage) -> None:
    one, two = s.client(f"Iris {s.family}", phone=s.phone(1)), s.client(f"{s.family}, Iris", phone=s.phone(1))
    only = s.customer(f"Iris {s.family}", of=one, phone=s.phone(1))
    s.doubt(one, only)
    s.doubt(two, only)


def _barred(s: Stage) -> None:
    for first, bar in (
        ("Vera", Bar.VENDOR),
        ("Emil", Bar.EMPLOYEE),
        ("Ina", Bar.INACTIVE),
        ("Max", Bar.ALREADY_MATCHED),
    ):
        client = s.client(f"{first} {s.family}", email=s.mail(first))
        s.doubt(client, s.customer(f"{first} {s.family}", of=client, email=s.mail(first), bar=bar))


def _project(s: Stage) -> None:
    """The project of a customer has all that its customer has, and takes nothing from it."""
    jo = s.client(f"Joanne {s.family}", email=s.mail("jo"))
    s.customer(f"Joanne {s.family}", of=jo, email=s.mail("jo"))
    s.doubt(jo, s.customer(f"Joanne {s.family}:Kitchen", email=s.mail("jo"), bar=Bar.SUB_CUSTOMER))


def _inactive_and_active(s: Stage) -> None:
    sam = s.client(f"Samir {s.family}", phone=s.phone(2))
    old = s.customer(f"Samir {s.family}", phone=s.phone(2), bar=Bar.INACTIVE)
    new = s.customer(f"{s.family}, Samir", of=sam, phone=s.phone(2))
    s.doubt(sam, old, new)


def _married(s: Stage) -> None:
    ruth = s.client(f"Ruth {s.family}", email=s.mail("ruth"))
    s.doubt(ruth, s.customer(f"Ruth Vandermeer{s.number}", of=ruth, email=s.mail("ruth")))


def _moved(s: Stage) -> None:
    lee = s.client(
        f"Lee {s.family}", email=s.mail("lee"), phone=s.phone(3), street=s.street(8), zip_code="60645"
    )
    s.customer(
        f"Lee {s.family}", of=lee, email=s.mail("lee"), phone=s.phone(4), street="77 Elm St", zip_code="60201"
    )


def _somebody_elses_mail(s: Stage) -> None:
    """The accountant's own address stands at clients that have none."""
    desk = s.mail("bookkeeper")
    ada, bea = s.client(f"Ada {s.family}", email=desk), s.client(f"Beatrix {s.family}", email=desk)
    ones, others = (
        s.customer(f"Ada {s.family}", of=ada, email=desk),
        s.customer(f"Beatrix {s.family}", of=bea, email=desk),
    )
    s.doubt(ada, ones, others)
    s.doubt(bea, ones, others)


def _neighbors(s: Stage) -> None:
    """Two of one first name in one house with many flats."""
    one = s.client("Maria Gonzalez", street=f"{s.number} Lake Shore Dr Apt 4", zip_code="60611")
    s.doubt(one, s.customer("Maria Gonzales", street=f"{s.number} Lake Shore Dr Apt 9", zip_code="60611"))


SCENES: tuple[Scene, ...] = (
    *(
        _turned,
        _two_of_one_name,
        _father_and_son,
        _only_the_son,
        _couple,
        _household,
        _look_alikes,
        _middle_names,
    ),
    *(_nicknames, _initials, _mistyped, _accents, _scripts, _companies, _sister_companies, _only_a_sister),
    *(_twice_at_one_address, _only_the_father, _numbered_branches),
    *(_owner_and_company, _only_the_company, _twice_in_quickbooks, _twice_in_canopy, _barred, _project),
    *(_inactive_and_active, _married, _moved, _somebody_elses_mail, _neighbors),
)


def adversarial() -> Labelled:
    """Play all scenes, each in each family, into one list."""
    made = Labelled("adversarial")
    numbers = count(1)
    for scene in SCENES:
        for family in FAMILIES:
            scene(Stage(family, next(numbers), made))
    play_hostile(Stage(FAMILIES[number % len(FAMILIES)], number, made) for number in numbers)
    return made
