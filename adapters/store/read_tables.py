"""The tables that are built from the log to be read: they may be dropped and built again (`read_build.py`).

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

read = MetaData()

read_build = Table(
    "read_build",
    read,
    # One row for each topic that the tables are built from: which build of them this is, and how far it is.
    Column("stream", PlainText, primary_key=True),
    Column("shape", Integer, nullable=False),
    Column("id", BigInteger, nullable=False),  # by chance: no build has that of another
    Column("complete", Boolean, nullable=False),  # it has shown all of its topic once, so people may read
    Column("again", Boolean, nullable=False),  # there was another build before
)

read_firms = Table(
    "read_firms",
    read,
    Column("firm_id", PlainText, primary_key=True),
    Column("row", Text, nullable=False),
)

read_all = Table(
    "read_all",
    read,
    # What goes for all firms stands once in each partition, and there for the firms of that partition.
    Column("partition", Integer, primary_key=True),
    Column("row", Text, nullable=False),
)

read_links = Table(
    "read_links",
    read,
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
    Index("links_by_work", "has_work", "firm_id", "client_id"),
    Index("links_by_name", "firm_id", "name_order", "client_id"),
    Index("links_by_email", "firm_id", "email_order", "client_id"),
    Index("links_by_held", "firm_id", "held", "name_order", "client_id"),
    Index("links_by_status", "firm_id", "status", "name_order"),
    Index("links_by_customer", "firm_id", "customer_id"),
    Index("links_by_standing", "firm_id", "standing", "customer_id"),
)

read_customers = Table(
    "read_customers",
    read,
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
    Index("customers_by_work", "has_work", "firm_id", "customer_id"),
    Index("customers_by_name", "firm_id", "name_order", "customer_id"),
    Index("customers_by_email", "firm_id", "email_order", "customer_id"),
)

read_match_keys = Table(
    "read_match_keys",
    read,
    # Each of a row's `match_keys`, so that who shares one is found at once.
    Column("firm_id", PlainText, primary_key=True),
    Column("side", PlainText, primary_key=True),
    Column("key", PlainText, primary_key=True),
    Column("own_id", PlainText, primary_key=True),
)

read_dead_letters = Table(
    "read_dead_letters",
    read,
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("key", PlainText),
    Column("reason", PlainText, nullable=False),
    Column("detail", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("time", UtcTime, nullable=False),
    Column("size", Integer, nullable=False),
    Column("realms", PlainText, nullable=False),  # each between commas: so that one can be looked for
    Index("dead_letters_by_time", "time", "partition", "offset"),
    Index("dead_letters_by_source", "source"),
)

projector_positions = Table(
    "projector_positions",
    read,
    Column("stream", PlainText, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)
