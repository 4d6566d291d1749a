"""The tables that a rebuild keeps: connections, history, keys, sessions, fates of letters, replays, batches, tokens, reads.

They change by migrations only.

`history` is written by the projector, from the log, but the log forgets decisions after some weeks: so it is kept
for good, and nothing that rebuilds the read model touches it. `connections` follows the log (`connections_of_log.py`),
but for claims of companies whose connection is not decided yet.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

from adapters.store.text_column import PlainText
from adapters.store.utc_time import UtcTime

kept = MetaData()

CONNECTED = text("status = 'connected'")
SOMEBODY = text("actor IS NOT NULL")
KNOWN_VERSION = text("engine IS NOT NULL")
TOGETHER = text("batch IS NOT NULL")
UNDER_WAY = text("applied_at IS NOT NULL AND ended_at IS NULL")
BATCH_UNDER_WAY = text("ended_at IS NULL AND cancelled_at IS NULL")

connections = Table(
    "connections",
    kept,
    # The row of a realm stays when its firm disconnects: its webhooks are still known, until another firm takes it.
    Column("realm_id", PlainText, primary_key=True),
    Column("firm_id", PlainText, nullable=False),
    Column("status", PlainText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(
        "one_connected_realm_a_firm",
        "firm_id",
        unique=True,
        sqlite_where=CONNECTED,
        postgresql_where=CONNECTED,
    ),
)

history = Table(
    "history",
    kept,
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("firm_id", PlainText, nullable=False),
    Column("row_key", PlainText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("verdict", PlainText, nullable=False),
    Column("code", PlainText, nullable=False),
    Column("actor", PlainText),
    Column("time", UtcTime, nullable=False),
    Column("input_topic", PlainText, nullable=False),
    Column("input_id", PlainText, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("row", Text, nullable=False),
    Column("reason", PlainText),  # a person's words
    Column("batch", PlainText),  # what was asked for together
    Column("engine", PlainText),  # the version of the program that decided; NULL: nobody knows any more
    Index("history_of_a_row", "row_key", "partition", "offset"),
    Index("history_of_an_input", "input_id"),
    # Of a firm, the newest first: all, by kind, by who did it, of a batch, by which version decided.
    Index("history_by_time", "firm_id", "time", "offset"),
    Index("history_by_kind", "firm_id", "code", "time", "offset"),
    Index(
        "history_by_actor",
        "firm_id",
        "actor",
        "time",
        "offset",
        sqlite_where=SOMEBODY,
        postgresql_where=SOMEBODY,
    ),
    Index(
        "history_of_a_batch",
        "batch",
        "firm_id",
        "time",
        "offset",
        sqlite_where=TOGETHER,
        postgresql_where=TOGETHER,
    ),
    Index(
        "history_by_engine",
        "firm_id",
        "engine",
        "time",
        "offset",
        sqlite_where=KNOWN_VERSION,
        postgresql_where=KNOWN_VERSION,
    ),
)

idempotency_keys = Table(
    "idempotency_keys",
    kept,
    Column("firm_id", PlainText, primary_key=True),
    Column("key", PlainText, primary_key=True),
    Column("request", PlainText, nullable=False),  # method and path
    Column("body_hash", PlainText, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    # Empty until there is an answer that won't change any more.
    Column("status", Integer),
    Column("answer", LargeBinary),
    Column("headers", JSON),
    Index("idempotency_keys_by_age", "asked_at"),
)

sessions = Table(
    "sessions",
    kept,
    Column("session_hash", PlainText, primary_key=True),
    Column("person_id", PlainText, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    # What the issuer said of its person: name, role, firms.
    Column("told", JSON(none_as_null=True)),
)

used_sign_ins = Table(
    "used_sign_ins",
    kept,
    # Of people's sign-ins at the issuer that somebody came back from; until they are too old to come back from.
    Column("state_hash", PlainText, primary_key=True),
    Column("ends_at", UtcTime, nullable=False),
)

dead_letter_fates = Table(
    "dead_letter_fates",
    kept,
    # By time too: a topic that was made anew, on another cluster say, counts its offsets from the beginning.
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("parked_at", UtcTime, primary_key=True),
    Column("parked_for", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("firm_id", PlainText),
    Column("act", PlainText, nullable=False),
    Column("actor", PlainText, nullable=False),
    Column("reason", PlainText, nullable=False),  # a person's words
    Column("asked_at", UtcTime, nullable=False),
    # Who is at it, and since when: of two at once one goes on, and of one that died another takes it over.
    Column("claim", PlainText, nullable=False),
    Column("claimed_at", UtcTime, nullable=False),
    Column("since", JSON, nullable=False),  # where the topics ended before anything was sent
    Column("done_at", UtcTime),
    Column("sent", JSON, nullable=False),  # the first of what was sent: where it lies, and its id
    Column("sent_count", Integer, nullable=False),
    Column("about", Text),  # the rows of the people that the letter named, a line each; NULL: nobody knows
)

replays = Table(
    "replays",
    kept,
    # A plan as it was made. What came of it is not kept here: the log says it, under the replay's id as the batch.
    Column("id", PlainText, primary_key=True),
    Column("firm_id", PlainText, nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("wanted", JSON, nullable=False),  # by what the acts were found
    Column("made_at", UtcTime, nullable=False),
    Column("made_by", PlainText, nullable=False),
    Column("ground", PlainText, nullable=False),  # the firm's settings and company, as a digest
    Column("links", Integer, nullable=False),  # how many the firm had
    Column("rows", Integer, nullable=False),
    Column("applied_at", UtcTime),
    Column("applied_by", PlainText),
    Column("reason", PlainText),  # a person's words
    Column("cancelled_at", UtcTime),
    Column("cancelled_by", PlainText),
    # All that it asks for is decided; until then a gateway is at it, and has said so a moment ago.
    Column("ended_at", UtcTime),
    Column("sender", PlainText),
    Column("sender_seen_at", UtcTime),
    Index("replays_of_a_firm", "firm_id", "made_at"),
    Index("replays_under_way", "applied_at", sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY),
)

replay_rows = Table(
    "replay_rows",
    kept,
    Column("replay_id", PlainText, primary_key=True),
    Column("number", Integer, primary_key=True),  # in the order in which they are asked for
    Column("client_id", PlainText, nullable=False),
    Column("outcome", PlainText, nullable=False),
    Column("code", PlainText, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("reads", Integer, nullable=False),
    Column("row", Text, nullable=False),
)

batches = Table(
    "batches",
    kept,
    # What was asked for in bulk, as it was asked. What came of it the log says, under the batch's id.
    Column("id", PlainText, primary_key=True),
    Column("firm_id", PlainText, nullable=False),
    Column("number", Integer, nullable=False),  # of the firm's batches: people speak of batch 7
    Column("rows", Integer, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("asked_by", PlainText, nullable=False),
    Column("reason", PlainText),  # a person's words
    Column("reverts", PlainText),  # the batch that this one takes back
    Column("cancelled_at", UtcTime),
    Column("cancelled_by", PlainText),
    # All that it asks for is done, or refused; until then a gateway is at it, and has said so a moment ago.
    Column("ended_at", UtcTime),
    Column("sender", PlainText),
    Column("sender_seen_at", UtcTime),
    Index("batches_of_a_firm", "firm_id", "number", unique=True),
    Index(
        "one_batch_under_way_a_firm",
        "firm_id",
        unique=True,
        sqlite_where=BATCH_UNDER_WAY,
        postgresql_where=BATCH_UNDER_WAY,
    ),
)

batch_rows = Table(
    "batch_rows",
    kept,
    # Ids and versions only: no value of anybody.
    Column("batch_id", PlainText, primary_key=True),
    Column("number", Integer, primary_key=True),  # in the order in which they are asked for
    Column("do", PlainText, nullable=False),
    Column("client_id", PlainText),
    Column("customer_id", PlainText),
    Column("link_version", BigInteger),
    Column("customer_sync_token", BigInteger),
)

match_choices = Table(
    "match_choices",
    kept,
    # What people chose for the rows of a firm's two lists, on the way to a batch; shared by all of the firm.
    Column("firm_id", PlainText, primary_key=True),
    Column("row", PlainText, primary_key=True),  # of the client, or where there is none of the customer
    Column("do", PlainText, nullable=False),
    Column("client_id", PlainText),
    Column("customer_id", PlainText),
    # As the person saw both.
    Column("link_version", BigInteger),
    Column("customer_sync_token", BigInteger),
    Column("chosen_by", PlainText, nullable=False),
    Column("chosen_at", UtcTime, nullable=False),
)

quickbooks_tokens = Table(
    "quickbooks_tokens",
    kept,
    # Access and refresh token of a company lie in `sealed` (`adapters/vault/keys.py`), and nowhere else.
    Column("realm_id", PlainText, primary_key=True),
    Column("firm_id", PlainText, nullable=False),
    Column("key_id", PlainText, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),  # who saves says which one they have read
    Column("granted_at", UtcTime, nullable=False),
    Column("granted_by", PlainText, nullable=False),
    Column("refreshed_at", UtcTime, nullable=False),
    # All times are the database's, whose clock is the same for all processes.
    Column("access_ends", UtcTime, nullable=False),
    Column("refresh_ends", UtcTime, nullable=False),  # if it is not used before
    Column("hard_ends", UtcTime),  # whatever happens
    Column("ended_at", UtcTime),  # Intuit takes the refresh token no longer
    Column("refusals", Integer, nullable=False),  # in a row, of fresh tokens
    Column("ask_again_at", UtcTime),
    # Who refreshes now, and until when nobody else does.
    Column("lease", PlainText),
    Column("lease_ends", UtcTime),
)

quickbooks_sign_ins = Table(
    "quickbooks_sign_ins",
    kept,
    Column("state_hash", PlainText, primary_key=True),
    Column("browser_hash", PlainText, nullable=False),
    Column("person_id", PlainText, nullable=False),
    Column("firm_id", PlainText, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    # Empty until the browser comes back from Intuit.
    Column("used_at", UtcTime),
    Column("realm_id", PlainText),
    Column("company_name", PlainText),
    Column("key_id", PlainText),
    Column("sealed", LargeBinary),
)

metered_reads = Table(
    "metered_reads",
    kept,
    Column("month", PlainText, primary_key=True),  # `2026-11`, of UTC
    Column("realm_id", PlainText, primary_key=True),
    Column("answered", BigInteger, nullable=False),
    Column("unanswered", BigInteger, nullable=False),  # left, and nobody knows whether they count
)
