"""More that makes people link the wrong two: placeholders, namesakes with one contact, sister entities, marks on a name.

Each pair of a table is one client and one customer that nobody may be sure of, whatever else the two have in common;
`SAME` are written in two ways and are one beyond doubt.
"""

from collections.abc import Iterator, Mapping

from tests.matching.stage import Stage

Told = tuple[str, str]

NOT_THE_SAME: tuple[Told, ...] = (
    # Firms and their owners, and what belongs to them.
    ("{f}, Dale", "Dale {f} Company"),
    ("Dale {f}", "Dale {f} Co."),
    ("Dale {f}", "Dale {f} PC"),
    ("Dale {f}", "Estate of Dale {f}"),
    ("Dale {f}", "Dale {f} Trust"),
    ("Dale {f}", "Dale {f} dba {f} Plumbing"),
    ("{f} & Daughters", "{f} & Daughter"),
    ("{f} & Sons", "{f} & Son"),
    ("{f} Brothers", "{f} Brother"),
    ("{f} Family Trust A", "{f} Family Trust"),
    ("{f} Family Trust A", "{f} Family Trust B"),
    ("{f} Building A LLC", "{f} Building LLC"),
    ("{f} PC Repair LLC", "{f} Repair LLC"),
    ("{f} Roofing PA", "{f} Roofing SC"),
    ("{f} Capital LP", "{f} Capital LLP"),
    ("{f} Supply Inc", "{f} Supply Corp"),
    ("{f} Supply LLC", "{f} Supply Inc"),
    ("123 {f} LLC", "124 {f} LLC"),
    ("{f} 12 3 LLC", "{f} 1 23 LLC"),
    ("{f} Unit 4", "{f} Unit 5"),
    ("{f} Fund 1.5 LP", "{f} Fund 15 LP"),
    ("{f} Series One LLC", "{f} Series Two LLC"),
    ("{f} Partners East", "{f} Partners West"),
    (
        "International Brotherhood of {f} Workers Local Union Number 134 of Chicago Illinois Pension Fund",
        "International Brotherhood of {f} Workers Local Union Number 134 of Chicago Illinois Welfare Fund",
    ),
    # People of one house.
    ("Mr. John {f}", "Mrs. John {f}"),
    ("Mr. & Mrs. John {f}", "John {f}"),
    ("Mr. {f}", "Ms. {f}"),
    ("J. {f}", "J. {f}"),
    ("{f}", "{f}"),
    ("Jr. Peter {f}", "Peter {f}"),
    ("Peter {f} Jr", "Peter {f} Sr"),
    ("Peter {f} V", "Peter {f}"),
    ("Peter {f} Jnr", "Peter {f}"),
    ("Bob & Robert {f}", "Robert & Mary {f}"),
    ("Sam {f}", "Samantha {f}"),
    ("Marc {f}", "Mark {f}"),
    ("Kim Do", "Kim MD"),
    ("José Luis {f}", "Luis José {f}"),
    ("John Paul {f}", "{f}, Paul John"),
    ("Trần Văn Hòa", "Trần Văn Hoá"),
    ("Anna Maria {f}", "Anna Sophia {f}"),
    ("Maria Sa", "Maria Pa"),
    # Marks on a name.
    ("Rita {f}", "Rita {f} (deleted)"),
    ("Rita {f}", "Rita {f} - OLD"),
    ("Rita {f}", "zz DO NOT USE Rita {f}"),
    ("Rita {f}", "DUPLICATE Rita {f}"),
    ("Rita {f}", "Rita {f} (1)"),
    ("Rita {f}", "Rita {f} [closed]"),
    # Letters that are no decoration.
    ("कमल", "कमला"),
    ("राम", "रमा"),
    ("かとう", "がとう"),
    ("สมชาย", "สมช"),
    ("{f} \N{SLICE OF PIZZA}", "Other \N{SLICE OF PIZZA}"),
)
"""Each has an email address and a telephone of its own that only these two have."""

PLACEHOLDERS: tuple[Mapping[str, str], ...] = (
    *(
        {"email": each}
        for each in (
            *("none@none.com", "no-email@none.com", "n/a@n/a.com", "na@na.com", "xxx@xxx.com", "a@a.com"),
            *(
                "noemail@email.com",
                "no.email@gmail.com",
                "donotreply@example.com",
                "do-not-email@example.com",
            ),
            *("email@email.com", "declined@declined.com", "test@test.com", "noemail123@example.com"),
            *(
                "no_email@example.com",
                "unknown@unknown.com",
                "placeholder@example.com",
                "refused@example.com",
            ),
            *("invalid@invalid.com", "null@null.com", "someone@nowhere.invalid", "nobody@example.com"),
        )
    ),
    *(
        {"phone": each}
        for each in (
            *("000-000-0000", "999-999-9999", "123-456-7890", "555-555-5555", "(312) 000-0000"),
            *("555-1212", "312-555-1212", "012-345-6789", "0000000001", "+1 000 000 0001", "9876543210"),
            *("111-111-1112", "1234567", "(000) 555-0100", "123-123-1234"),
        )
    ),
)
"""What is typed where a form insists: at one client and one customer of one name, it says nothing."""

SAME: tuple[Told, ...] = (
    ("Ruth {f}", "{f}, Ruth"),
    ("RUTH {f}", "ruth  {f}."),
    ("Ruth {f}", "Ms. Ruth {f}"),
    ("Ruth {f} Jr.", "{f}, Ruth Jr"),
    ("Ruth & Paul {f}", "{f}, Paul and Ruth"),
    ("{f} Tire Center LLC", "{f} Tire Center, L.L.C."),
    ("The {f} Group Inc.", "{f} Group, Incorporated"),
    ("A {f} Bakery LLC", "{f} Bakery LLC"),
    ("{f} Realty 4 LLC", "{f} Realty 04 LLC"),
    ("कमला देवी", "कमला  देवी"),
    ("Nguyễn Thị Hồng", "Nguyen Thi Hong"),
    ("Núñez {f}", "Nuñez {f}"),
    ("{f} José Luis", "José Luis {f}"),
    ("\N{RIGHT-TO-LEFT MARK}دانا كوهين", "دانا كوهين"),
    ("{f} \N{SLICE OF PIZZA} House LLC", "{f} House LLC"),
)


def told(stage: Stage, pair: Told, *, is_same: bool) -> None:
    """Let a client and a customer of two names have all else in common."""
    one, other = (each.format(f=stage.family) for each in pair)
    common = {
        "email": stage.mail("own"),
        "phone": stage.phone(6),
        "street": stage.street(2),
        "zip_code": "60640",
    }
    client = stage.client(one, **common)
    customer = stage.customer(other, of=client if is_same else None, **common)
    if not is_same:
        stage.doubt(client, customer)


def placeholder(stage: Stage, contact: Mapping[str, str]) -> None:
    """Two namesakes have in common what stands for nothing."""
    stage.doubt(
        stage.client(f"John {stage.family}", **contact), stage.customer(f"John {stage.family}", **contact)
    )


def branches(s: Stage) -> None:
    """One company, one inbox, one switchboard, and a place in each name."""
    desk = {"company_name": f"{s.family} Plumbing LLC", "email": s.mail("branch"), "phone": s.phone(9)}
    s.doubt(
        s.client(f"{s.family} Plumbing - Denver", business=True, **desk),
        s.customer(f"{s.family} Plumbing - Boulder", **desk),
    )


def extensions(s: Stage) -> None:
    """Two of one name behind one switchboard."""
    one = s.client(f"John {s.family}", phone=s.phone(4) + " x12")
    s.doubt(one, s.customer(f"John {s.family}", phone=s.phone(4) + " ext. 34"))


def flats(s: Stage) -> None:
    """One tower, two doors, however the door is written."""
    for n, (mine, theirs) in enumerate(
        (("#4", "#9"), ("# B", "# C"), ("4", "9"), ("Apt 4", "# 9"), ("Unit 4B", "Ste 4C"))
    ):
        house = s.street(n)
        one = s.client(f"Maria {s.family}{n}", street=f"{house} {mine}", zip_code="60611")
        s.doubt(one, s.customer(f"Maria {s.family}{n}", street=f"{house} {theirs}", zip_code="60611"))


def one_street(s: Stage) -> None:
    """Two of one name in one street, in one town; and two behind one number of two streets."""
    one = s.client(f"Maria {s.family}", street=f"12 {s.family} Street", zip_code="60613")
    s.doubt(one, s.customer(f"Maria {s.family}", street=f"98 {s.family} Street", zip_code="60613"))
    two = s.client(f"Lola {s.family}", street="12 Elm Street", zip_code="60613")
    s.doubt(two, s.customer(f"Lola {s.family}", street="12 Washington Avenue", zip_code="60613"))
    three = s.client(f"Nora {s.family}", street="120 E 41st St", zip_code="60653")
    s.doubt(three, s.customer(f"Nora {s.family}", street="120 E 43st St", zip_code="60653"))


def long_name_alone(s: Stage) -> None:
    """Three words make a name, and in some countries nearly everybody's."""
    one = s.client(f"Juan Pablo {s.family}")
    s.doubt(one, s.customer(f"Juan Pablo {s.family}", email=s.mail("another")))


def display_of_the_wife(s: Stage) -> None:
    """The customer is hers; he stands in its fields as the one to write to."""
    his = {"first_name": "Hugo", "last_name": s.family, "email": s.mail("hugo")}
    s.doubt(s.client(f"Hugo {s.family}", **his), s.customer(f"Mary {s.family}", **his))


def household_of_one(s: Stage) -> None:
    """The household has its first member in its fields."""
    his = {"first_name": "Hugo", "last_name": s.family, "email": s.mail("hugo")}
    s.doubt(s.client(f"{s.family} Household", **his), s.customer(f"Hugo {s.family}", **his))


def other_company(s: Stage) -> None:
    """One person with two businesses, each a client of its own."""
    mine = {"email": s.mail("ana"), "phone": s.phone(3)}
    one = s.client(f"Ana {s.family}", company_name=f"{s.family} Tacos LLC", **mine)
    s.doubt(one, s.customer(f"Ana {s.family}", company_name="Lakeside Rentals LLC", **mine))


def bookkeeper(s: Stage) -> None:
    """One address for forty clients, of whom two are called the same."""
    desk = s.mail("desk")
    for n in range(20):
        s.client(f"Client{n} {s.family}", email=desk)
    s.doubt(s.client(f"John {s.family}", email=desk), s.customer(f"John {s.family}", email=desk))


def long_names(s: Stage) -> None:
    """Four thousand letters, of which the last tells them apart."""
    long = f"{s.family} " + "very " * 790
    common = {"email": s.mail("long")}
    s.doubt(s.client(f"{long}one", **common), s.customer(f"{long}two", **common))


ALONE = (
    *(branches, extensions, flats, one_street, long_name_alone, display_of_the_wife, household_of_one),
    *(other_company, bookkeeper, long_names),
)


def play_hostile(stages: Iterator[Stage]) -> None:
    """Play them all, each on a stage of its own."""
    for pair in NOT_THE_SAME:
        told(next(stages), pair, is_same=False)
    for pair in SAME:
        told(next(stages), pair, is_same=True)
    for contact in PLACEHOLDERS:
        placeholder(next(stages), contact)
    for scene in ALONE:
        scene(next(stages))
