"""Words that mean something in a name or an address: small lists, on purpose, of what firms' books are full of."""

FORMS = {
    **dict.fromkeys(("llc", "lc"), "llc"),
    **dict.fromkeys(("inc", "incorporated"), "inc"),
    **dict.fromkeys(("corp", "corporation"), "corp"),
    **dict.fromkeys(("ltd", "limited"), "ltd"),
    **{form: form for form in ("plc", "lp", "llp", "lllp", "pc", "pllc", "sc", "pa")},
    **{form: form for form in ("gmbh", "ag", "sa", "srl", "bv")},
    **dict.fromkeys(("co", "company"), "company"),
}
"""Legal forms. One owner may have an Inc. and a Corp. of one name: they are two."""

LOOSE_FORM = "company"
"""Who is a company may have any form: it contradicts none."""

ENTITIES = {
    **dict.fromkeys(("trust", "trustee", "trustees"), "trust"),
    "estate": "estate",
    "foundation": "foundation",
}
"""These make another entity of a name: who has died is not their estate, and who has a trust is not that."""

IDLE = frozenset({"the", "and", "of", "for", "dba", "aka", "attn"})
"""They tell no two names apart."""

BETWEEN = frozenset({"y", "et"})
"""They mean "and" between two words of a business' name; in a person's they may be initials, and behind all others a number."""

NOBODYS = frozenset(
    [
        *(
            "none",
            "noemail",
            "no",
            "na",
            "nomail",
            "unknown",
            "noreply",
            "test",
            "nil",
            "null",
            "xxx",
            "email",
        ),
        *("donotreply", "donotemail", "dontemail", "declined", "refused", "placeholder", "invalid", "nobody"),
        *("noone", "nowhere", "notprovided", "noaddress", "noemailaddress", "notavailable", "notapplicable"),
    ]
)
"""What is typed around the @ where a form insists on an email address; without digits and punctuation."""

BUSINESS = frozenset(
    [
        "accounting",
        "agency",
        "architects",
        "associates",
        "auto",
        "bakery",
        "bank",
        "bar",
        "bistro",
        "books",
        "brewing",
        "bros",
        "brother",
        "brothers",
        "builders",
        "cafe",
        "capital",
        "care",
        "catering",
        "center",
        "church",
        "cleaning",
        "clinic",
        "club",
        "coffee",
        "construction",
        "consulting",
        "contractors",
        "daughter",
        "daughters",
        "dental",
        "design",
        "diner",
        "electric",
        "enterprises",
        "equipment",
        "farm",
        "farms",
        "financial",
        "fitness",
        "florist",
        "foods",
        "garage",
        "garden",
        "grill",
        "group",
        "holdings",
        "home",
        "homes",
        "hotel",
        "industries",
        "insurance",
        "international",
        "investments",
        "kitchen",
        "labs",
        "landscaping",
        "law",
        "legal",
        "logistics",
        "management",
        "market",
        "marketing",
        "media",
        "medical",
        "motors",
        "music",
        "nails",
        "office",
        "painting",
        "partners",
        "partnership",
        "pharmacy",
        "photography",
        "pizza",
        "plumbing",
        "print",
        "printing",
        "productions",
        "properties",
        "realty",
        "rental",
        "repair",
        "restaurant",
        "roofing",
        "salon",
        "school",
        "services",
        "shop",
        "sister",
        "sisters",
        "solutions",
        "son",
        "sons",
        "spa",
        "sports",
        "store",
        "studio",
        "studios",
        "supply",
        "systems",
        "tech",
        "technologies",
        "transport",
        "travel",
        "trucking",
        "ventures",
        "works",
        "yoga",
    ]
)
"""Who has one of these in its name is a business, and many are."""

TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "rev", "hon", "sir", "madam"})
HIS = frozenset({"mr", "sir"})
HERS = frozenset({"mrs", "ms", "miss", "madam"})
DEGREES = frozenset({"cpa", "esq", "md", "dds", "dmd", "phd", "jd", "mba"})
GENERATIONS = {
    **dict.fromkeys(("jr", "jnr", "junior"), "jr"),
    **dict.fromkeys(("sr", "snr", "senior"), "sr"),
    **dict.fromkeys(("ii", "2nd"), "ii"),
    **dict.fromkeys(("iii", "3rd"), "iii"),
    **dict.fromkeys(("iv", "4th"), "iv"),
}
ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}

_NICKNAMES = """
abigail abby gail|albert al bert|alexander alex sandy alec|alexandra alex sandra lexi|alfred fred al|amanda mandy
andrew andy drew|angela angie|anthony tony|antonio tony|arthur art|barbara barb babs|benjamin ben benny|bernard bernie
beverly bev|bradley brad|calvin cal|catherine cathy cate kate|katherine kathy kate katie kay|charles charlie chuck
christine chris tina|christina chris tina|christopher chris kit topher|clifford cliff|constantine gus|cynthia cindy
daniel dan danny|david dave|deborah deb debbie|dennis denny|dolores lola|donald don donny|dorothy dot dottie
douglas doug|edward ed eddie ted ned|eleanor ellie nell|elizabeth liz beth betty eliza libby|emily em|eugene gene
evelyn evie|florence flo|frances fran|francis frank|franklin frank|francisco paco pancho|frederick fred freddie
gabriel gabe|gerald gerry jerry|gregory greg|guillermo memo|gwendolyn gwen|harold hal harry|henry hank harry
herbert herb|howard howie|isabella bella izzy|jacob jake|jacqueline jackie|james jim jimmy jamie|janet jan
jeffrey jeff|jennifer jen jenny|jeremy jerry|jerome jerry|jessica jess jessie|joanne jo|john jack johnny|jonathan jon
jose pepe|joseph joe joey|joshua josh|judith judy|julian jules|kenneth ken kenny|kimberly kim|lawrence larry
leonard len lenny leo|lillian lily|louis lou|louise lou|manuel manny|margaret maggie meg peg peggy marge|marjorie marge
martha patty|martin marty|mary molly polly|matthew matt|megan meg|melissa missy|michael mike mick micky|mildred millie
mitchell mitch|nancy nan|natalie nat|nathan nat nate|nathaniel nat nate|nicholas nick nicky|norman norm|oliver ollie
pamela pam|patricia pat patty tricia trish|patrick pat paddy|peter pete|philip phil|phillip phil|rachel rae
randall randy|raymond ray|rebecca becky becca|richard rich rick dick ricky|robert bob rob bobby robbie bert|roberto beto
roger rog|ronald ron ronnie|rosemary rose|russell russ|samantha sam|samuel sam sammy|sarah sally|sandra sandy
shirley shirl|stephanie steph|stephen steve|steven steve|stuart stu|susan sue susie|suzanne sue suzy|terence terry
theresa terry tess|theodore ted teddy theo|thomas tom tommy|timothy tim timmy|tobias toby|valerie val|victor vic
victoria vicky tori|vincent vince vinny|virginia ginny|walter walt wally|wesley wes|william will bill billy liam
zachary zach zack
"""

NICKNAMES: dict[str, frozenset[str]] = {}
"""By each name, the full ones that it may stand for; a full name stands for itself."""

for _line in _NICKNAMES.replace("\n", "|").split("|"):
    for _short in _line.split():
        NICKNAMES[_short] = NICKNAMES.get(_short, frozenset()) | {_line.split()[0]}

STREETS = {
    **dict.fromkeys(("street", "str"), "st"),
    **dict.fromkeys(("avenue", "av"), "ave"),
    "boulevard": "blvd",
    "road": "rd",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "place": "pl",
    "terrace": "ter",
    "circle": "cir",
    "crescent": "cres",
    "square": "sq",
    "highway": "hwy",
    "parkway": "pkwy",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northwest": "nw",
    "northeast": "ne",
    "southwest": "sw",
    "southeast": "se",
    "suite": "ste",
    "apartment": "apt",
    "floor": "fl",
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
}
STREET_KINDS = frozenset(
    [
        "st",
        "ave",
        "blvd",
        "rd",
        "dr",
        "ln",
        "ct",
        "pl",
        "ter",
        "cir",
        "cres",
        "sq",
        "hwy",
        "pkwy",
        "n",
        "s",
        "e",
        "w",
        "nw",
        "ne",
        "sw",
        "se",
    ]
)
"""They stand in many addresses, and are left out of some."""

UNITS = frozenset({"apt", "ste", "unit", "fl", "room", "rm", "no"})
