-- What the first version created by itself, before there were migrations, with a row in each table that is kept.
CREATE TABLE connections (
    realm_id VARCHAR NOT NULL,
    firm_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (realm_id)
);
CREATE UNIQUE INDEX one_connected_realm_a_firm ON connections (firm_id) WHERE status = 'connected';
CREATE TABLE read_firms (
    firm_id VARCHAR NOT NULL,
    "row" TEXT NOT NULL,
    PRIMARY KEY (firm_id)
);
CREATE TABLE read_links (
    firm_id VARCHAR NOT NULL,
    client_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    customer_id VARCHAR,
    name VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    "row" TEXT NOT NULL,
    PRIMARY KEY (firm_id, client_id)
);
CREATE INDEX links_by_name ON read_links (firm_id, name, client_id);
CREATE INDEX links_by_customer ON read_links (firm_id, customer_id);
CREATE INDEX links_by_status ON read_links (firm_id, status, name);
CREATE TABLE read_customers (
    firm_id VARCHAR NOT NULL,
    customer_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR NOT NULL,
    may_be_matched BOOLEAN NOT NULL,
    "row" TEXT NOT NULL,
    PRIMARY KEY (firm_id, customer_id)
);
CREATE INDEX customers_by_email ON read_customers (firm_id, email, customer_id);
CREATE INDEX customers_by_name ON read_customers (firm_id, name, customer_id);
CREATE TABLE read_dead_letters (
    partition INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "key" VARCHAR,
    reason VARCHAR NOT NULL,
    detail TEXT NOT NULL,
    source VARCHAR NOT NULL,
    time DATETIME NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (partition, "offset")
);
CREATE INDEX dead_letters_by_time ON read_dead_letters (time, partition, "offset");
CREATE TABLE history (
    partition INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    firm_id VARCHAR NOT NULL,
    row_key VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    verdict VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    actor VARCHAR,
    time DATETIME NOT NULL,
    input_topic VARCHAR NOT NULL,
    input_id VARCHAR NOT NULL,
    changes JSON NOT NULL,
    facts JSON NOT NULL,
    "row" TEXT NOT NULL,
    PRIMARY KEY (partition, "offset")
);
CREATE INDEX history_of_an_input ON history (input_id);
CREATE INDEX history_of_a_row ON history (row_key, partition, "offset");
CREATE TABLE projector_positions (
    stream VARCHAR NOT NULL,
    partition INTEGER NOT NULL,
    next_offset BIGINT NOT NULL,
    PRIMARY KEY (stream, partition)
);
CREATE TABLE idempotency_keys (
    firm_id VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    request VARCHAR NOT NULL,
    body_hash VARCHAR NOT NULL,
    asked_at DATETIME NOT NULL,
    status INTEGER,
    answer BLOB,
    headers JSON,
    PRIMARY KEY (firm_id, "key")
);
INSERT INTO connections VALUES ('91', 'f-1', 'connected', '2026-11-24 09:00:00.000000');
INSERT INTO history VALUES (3, 7, 'f-1', 'link/f-1/c-1', 2, 'applied', 'match', 'user:dana', '2026-11-24 09:00:00.000000',
  'sync.intents', 'i-1', '[]', '{}', '{}');
INSERT INTO idempotency_keys VALUES ('f-1', 'k-1', 'POST /x', 'b', '2026-11-24 09:00:00.000000', 200, X'7B7D', '{}');
INSERT INTO read_firms VALUES ('f-1', '{}');
INSERT INTO projector_positions VALUES ('log', 3, 8);
