CREATE TABLE attempt (
    delivery INTEGER NOT NULL,
    id BLOB NOT NULL,
    place INTEGER NOT NULL,
    number INTEGER NOT NULL,
    trigger INTEGER NOT NULL,
    started INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    status_code INTEGER,
    response_body TEXT,
    detail TEXT,
    answer INTEGER NOT NULL,
    PRIMARY KEY (delivery, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
    id INTEGER NOT NULL PRIMARY KEY,
    message INTEGER NOT NULL,
    lane BLOB NOT NULL,
    target BLOB NOT NULL,
    is_destination INTEGER NOT NULL,
    trigger INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due INTEGER NOT NULL,
    enqueued INTEGER,
    repeats INTEGER,
    repeated_as INTEGER,
    logged INTEGER NOT NULL,
    last_started INTEGER,
    last_outcome INTEGER,
    last_status INTEGER
) STRICT;

CREATE TABLE delivery_ended (
    id INTEGER NOT NULL PRIMARY KEY,
    message INTEGER NOT NULL,
    lane BLOB NOT NULL,
    target BLOB NOT NULL,
    is_destination INTEGER NOT NULL,
    trigger INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    enqueued INTEGER,
    repeats INTEGER,
    repeated_as INTEGER,
    logged INTEGER NOT NULL,
    last_started INTEGER,
    last_outcome INTEGER,
    last_status INTEGER,
    status INTEGER NOT NULL,
    dead_reason INTEGER
) STRICT;

CREATE TABLE destination (
    id BLOB NOT NULL PRIMARY KEY,
    settings TEXT NOT NULL,
    secrets BLOB NOT NULL,
    known INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_key (
    tenant TEXT,
    key TEXT NOT NULL,
    content_hash BLOB NOT NULL,
    message_id TEXT NOT NULL,
    targets INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

CREATE TABLE lane (
    id BLOB NOT NULL PRIMARY KEY,
    due INTEGER,
    turn INTEGER NOT NULL,
    token BLOB,
    worker TEXT,
    lease_until INTEGER NOT NULL,
    hold_until INTEGER NOT NULL,
    order_until INTEGER NOT NULL,
    order_delivery INTEGER,
    suspect INTEGER,
    expiries INTEGER NOT NULL,
    woken INTEGER NOT NULL,
    concurrency INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    no INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL,
    public_id TEXT NOT NULL,
    tenant TEXT,
    event_type TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    trace_parent TEXT,
    attributes TEXT,
    is_addressed INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    targets INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    known INTEGER NOT NULL,
    data_length INTEGER,
    idempotency_key TEXT,
    key_expires INTEGER
) STRICT;

CREATE TABLE message_data (
    message INTEGER NOT NULL PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;

CREATE TABLE pending (
    message INTEGER NOT NULL,
    part INTEGER NOT NULL,
    count INTEGER NOT NULL,
    form INTEGER NOT NULL,
    targets BLOB NOT NULL,
    PRIMARY KEY (message, part)
) STRICT;

CREATE TABLE schema_info (only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL, oldest_known INTEGER NOT NULL) STRICT;

CREATE TABLE subscription (
    no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    settings TEXT NOT NULL,
    secrets BLOB NOT NULL
) STRICT;

CREATE INDEX delivery_destination ON delivery (target) WHERE is_destination = 1;

CREATE INDEX delivery_ended_ended ON delivery_ended (ended);

CREATE INDEX delivery_ended_message ON delivery_ended (message);

CREATE INDEX delivery_ended_target ON delivery_ended (target);

CREATE INDEX delivery_lane ON delivery (lane, due);

CREATE INDEX delivery_message ON delivery (message);

CREATE INDEX idempotency_key_expires ON idempotency_key (expires);

CREATE INDEX idempotency_key_tenant ON idempotency_key (tenant, key);

CREATE INDEX lane_due ON lane (due, turn) WHERE due IS NOT NULL;

CREATE INDEX lane_held ON lane (token) WHERE token IS NOT NULL;

CREATE INDEX lane_resting ON lane (hold_until) WHERE due IS NULL;

CREATE UNIQUE INDEX message_id ON message (id);

CREATE INDEX message_public_id ON message (public_id);

CREATE INDEX message_tenant ON message (tenant);

CREATE INDEX message_undelivered ON message (accepted) WHERE known = 0;

CREATE INDEX message_with_data ON message (accepted) WHERE waiting = 0 AND data_length IS NOT NULL;

INSERT INTO counter (name, value) VALUES ('delivery', 0), ('message', 0), ('turn', 0), ('clock', 0);

INSERT INTO schema_info (only, version, oldest_known) VALUES (1, 1, 1);
