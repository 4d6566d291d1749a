"""Our tables, in SQL that SQLite and PostgreSQL both speak.

`read_*` is built from the log and may be dropped and built again. `history` is built from it too but kept for
good, since the log forgets decisions after some weeks. The rest exists nowhere else.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from adapters.store.utc_time import UtcTime

metadata = MetaData()

CONNECTED = text("status = 'connected'")

connections = Table(
    "connections",
    metadata,
    # The row of a realm stays when its firm disconnects: its webhooks are still known, until another firm takes it.
    Column("realm_id", String, primary_key=True),
    Column("firm_id", String, nullable=False),
    Column("status", String, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(
        "one_connected_realm_a_firm",
        "firm_id",
        unique=True,
        sqlite_where=CONNECTED,
        postgresql_where=CONNECTED,
    ),
)

read_firms = Table(
    "read_firms",
    metadata,
    Column("firm_id", String, primary_key=True),
    Column("row", Text, nullable=False),
)

read_all = Table(
    "read_all",
    metadata,
    # What goes for all firms stands once in each partition, and there for the firms of that partition.
    Column("partition", Integer, primary_key=True),
    Column("row", Text, nullable=False),
)

read_links = Table(
    "read_links",
    metadata,
    Column("firm_id", String, primary_key=True),
    Column("client_id", String, primary_key=True),
    Column("status", String, nullable=False),  # a word of the API: `waiting` is one here
    Column("customer_id", String),
    Column("name", String, nullable=False),  # folded: for search and order
    Column("email", String, nullable=False),
    Column("row", Text, nullable=False),
    Index("links_by_name", "firm_id", "name", "client_id"),
    Index("links_by_status", "firm_id", "status", "name"),
    Index("links_by_customer", "firm_id", "customer_id"),
)

read_customers = Table(
    "read_customers",
    metadata,
    Column("firm_id", String, primary_key=True),
    Column("customer_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("may_be_matched", Boolean, nullable=False),  # False: a project or sub-customer, or gone
    Column("row", Text, nullable=False),
    Index("customers_by_name", "firm_id", "name", "customer_id"),
    Index("customers_by_email", "firm_id", "email", "customer_id"),
)

read_dead_letters = Table(
    "read_dead_letters",
    metadata,
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("key", String),
    Column("reason", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("time", UtcTime, nullable=False),
    Column("size", Integer, nullable=False),
    Index("dead_letters_by_time", "time", "partition", "offset"),
)

history = Table(
    "history",
    metadata,
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("firm_id", String, nullable=False),
    Column("row_key", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("code", String, nullable=False),
    Column("actor", String),
    Column("time", UtcTime, nullable=False),
    Column("input_topic", String, nullable=False),
    Column("input_id", String, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("row", Text, nullable=False),
    Index("history_of_a_row", "row_key", "partition", "offset"),
    Index("history_of_an_input", "input_id"),
)

projector_positions = Table(
    "projector_positions",
    metadata,
    Column("stream", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("firm_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("request", String, nullable=False),  # method and path
    Column("body_hash", String, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    # Empty until there is an answer that won't change any more.
    Column("status", Integer),
    Column("answer", LargeBinary),
    Column("headers", JSON),
)
