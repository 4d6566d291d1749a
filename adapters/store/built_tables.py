"""The tables that are built from the log, as they are filled: they may be dropped and built again.

Each row says which build it is of. There is the build that people read (`read_tables.py`), and while it is built again another one beside it
(`beside.py`); what is left of a former one is of neither.

They have no migrations. Who changes them raises `SHAPE`: the next gateway to start drops and builds them anew.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

SHAPE = 14
"""The number of this shape of the tables; higher than that of any before it."""

ORDER_CHARACTERS = 200
"""So many of a text decide its place in a list: PostgreSQL's indexes take no entry of more than 2,700 bytes."""

built = MetaData()

read_build = Table(
    "read_build",
    built,
    # One row for each topic that the tables are built from: since when they are filled from it, and how far they are.
    Column("stream", PlainText, primary_key=True),
    Column("shape", Integer, nullable=False),
    Column("id", BigInteger, nullable=False),  # by chance: another one since they were last emptied
    Column("complete", Boolean, nullable=False),  # they have shown all of the topic once, so people may read
    Column("again", Boolean, nullable=False),  # they were filled before
    # The same for all topics:
    Column("shown", Integer, nullable=False),  # the build that people read
    Column("beside", Integer),  # the one that is built beside it
)

read_former = Table(
    "read_former",
    built,
    # Builds that nobody reads or fills any more, until they are cleared away; of one that was given up, until people read a later one.
    Column("build", Integer, primary_key=True),
)

read_folded = Table(
    "read_folded",
    built,
    # How far a build beside is folded, and up to where it has to be: all that came later goes into it as it is shown.
    Column("stream", PlainText, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)

read_newer = Table(
    "read_newer",
    built,
    # Rows that stand in a build beside as they are shown, or are gone from it: what is still to be folded of them is older.
    Column("build", Integer, primary_key=True),
    Column("row_key", PlainText, primary_key=True),
)

built_firms = Table(
    "built_firms",
    built,
    Column("build", Integer, primary_key=True),
    Column("firm_id", PlainText, primary_key=True),
    Column("row", Text, nullable=False),
)

built_all = Table(
    "built_all",
    built,
    Column("build", Integer, primary_key=True),
    # What goes for all firms stands once in each partition, and there for the firms of that partition.
    Column("partition", Integer, primary_key=True),
    Column("row", Text, nullable=False),
)

built_links = Table(
    "built_links",
    built,
    Column("build", Integer, primary_key=True),
    Column("firm_id", PlainText, primary_key=True),
    Column("client_id", PlainText, primary_key=True),
    Column("status", PlainText, nullable=False),  # a word of the API: `waiting` is one here
    Column("standing", PlainText, nullable=False),  # as far as it follows from the link alone
    Column("why", PlainText),  # what it is asked about, or why it is not synced
    Column("customer_id", PlainText),
    Column("name", PlainText, nullable=False),  # folded: for search
    Column("found_by", PlainText, nullable=False),  # all words that it is found by, each behind a blank
    Column(
        "match_keys", PlainText, nullable=False
    ),  # what it shares with who may be the same, each behind a blank
    Column("email", PlainText, nullable=False),
    Column("name_order", PlainText, nullable=False),
    Column("email_order", PlainText, nullable=False),
    Column("type", PlainText, nullable=False),
    Column("changed_order", PlainText, nullable=False),  # the time of what happened last, as a text
    Column("has_work", Boolean, nullable=False),  # something is pending
    Column("work_since", UtcTime),  # the oldest of it that was planned at a time
    Column("held", Boolean, nullable=False),  # fields were edited while a switch was off
    Column("row", Text, nullable=False),
    Index("links_by_work", "build", "has_work", "firm_id", "client_id"),
    Index("links_by_name", "build", "firm_id", "name_order", "client_id"),
    Index("links_by_email", "build", "firm_id", "email_order", "client_id"),
    Index("links_by_held", "build", "firm_id", "held", "name_order", "client_id"),
    Index("links_by_status", "build", "firm_id", "status", "name_order"),
    Index("links_by_customer", "build", "firm_id", "customer_id"),
    Index("links_by_standing", "build", "firm_id", "standing", "customer_id"),
)

built_customers = Table(
    "built_customers",
    built,
    Column("build", Integer, primary_key=True),
    Column("firm_id", PlainText, primary_key=True),
    Column("customer_id", PlainText, primary_key=True),
    Column("name", PlainText, nullable=False),
    Column("found_by", PlainText, nullable=False),
    Column("match_keys", PlainText, nullable=False),
    Column("email", PlainText, nullable=False),
    Column("name_order", PlainText, nullable=False),
    Column("email_order", PlainText, nullable=False),
    Column("may_be_matched", Boolean, nullable=False),  # False: a job, gone, or not read
    Column("is_job", Boolean, nullable=False),  # a project or sub-customer that is there
    Column("state", PlainText, nullable=False),  # what it adds to how its link stands
    Column("has_work", Boolean, nullable=False),
    Column("work_since", UtcTime),
    Column("row", Text, nullable=False),
    Index("customers_by_work", "build", "has_work", "firm_id", "customer_id"),
    Index("customers_by_name", "build", "firm_id", "name_order", "customer_id"),
    Index("customers_by_email", "build", "firm_id", "email_order", "customer_id"),
)

built_match_keys = Table(
    "built_match_keys",
    built,
    Column("build", Integer, primary_key=True),
    # Each of a row's `match_keys`, so that who shares one is found at once.
    Column("firm_id", PlainText, primary_key=True),
    Column("side", PlainText, primary_key=True),
    Column("key", PlainText, primary_key=True),
    Column("own_id", PlainText, primary_key=True),
)

built_dead_letters = Table(
    "built_dead_letters",
    built,
    Column("build", Integer, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("key", PlainText),
    Column("reason", PlainText, nullable=False),
    Column("detail", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("time", UtcTime, nullable=False),
    Column("size", Integer, nullable=False),
    Column("realms", PlainText, nullable=False),  # each between commas: so that one can be looked for
    Index("dead_letters_by_time", "build", "time", "partition", "offset"),
    Index("dead_letters_by_source", "build", "source"),
)

projector_positions = Table(
    "projector_positions",
    built,
    Column("stream", PlainText, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)

OF_A_BUILD = (built_firms, built_all, built_links, built_customers, built_match_keys, built_dead_letters)
"""The tables whose rows are of one build each."""
