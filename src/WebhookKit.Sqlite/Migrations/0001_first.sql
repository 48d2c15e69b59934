-- The first schema. Times are ticks of 100 ns since 0001-01-01 by the store's clock; those of attempts and messages are UTC as they were given.
-- Ids that the store gives (message.no, delivery.id, lane.turn) come from the table counter and are never given twice.

CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counter (name, value) VALUES ('delivery', 0), ('message', 0), ('turn', 0), ('clock', 0);

-- waiting and known count its deliveries that wait, and all that the store knows; those still to be made of pending targets count in both.
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

CREATE UNIQUE INDEX message_id ON message (id);
CREATE INDEX message_public_id ON message (public_id);
CREATE INDEX message_tenant ON message (tenant);
CREATE INDEX message_with_data ON message (accepted) WHERE waiting = 0 AND data_length IS NOT NULL;
CREATE INDEX message_undelivered ON message (accepted) WHERE known = 0;

-- Apart from the message: what counts its deliveries does not write its data again.
CREATE TABLE message_data (
    message INTEGER NOT NULL PRIMARY KEY,
    data BLOB NOT NULL
) STRICT;

CREATE TABLE idempotency_key (
    tenant TEXT,
    key TEXT NOT NULL,
    content_hash BLOB NOT NULL,
    message_id TEXT NOT NULL,
    targets INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

CREATE INDEX idempotency_key_tenant ON idempotency_key (tenant, key);
CREATE INDEX idempotency_key_expires ON idempotency_key (expires);

-- Targets of accepted messages that have not become deliveries yet, in parts, the lowest first. form says how targets is written.
CREATE TABLE pending (
    message INTEGER NOT NULL,
    part INTEGER NOT NULL,
    count INTEGER NOT NULL,
    form INTEGER NOT NULL,
    targets BLOB NOT NULL,
    PRIMARY KEY (message, part)
) STRICT;

-- Ad hoc destinations, each once; known counts the deliveries to it, pending ones among them, and with the last it goes.
CREATE TABLE destination (
    id BLOB NOT NULL PRIMARY KEY,
    settings TEXT NOT NULL,
    secrets BLOB NOT NULL,
    known INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What waits. target is the id of a subscription, or of a destination if is_destination is 1. enqueued is null if it was with the message.
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

CREATE INDEX delivery_lane ON delivery (lane, due);
CREATE INDEX delivery_message ON delivery (message);
-- A subscription is found by its lane, which has its id.
CREATE INDEX delivery_destination ON delivery (target) WHERE is_destination = 1;

-- What has ended; due became the time of the end.
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

CREATE INDEX delivery_ended_message ON delivery_ended (message);
CREATE INDEX delivery_ended_target ON delivery_ended (target);
CREATE INDEX delivery_ended_ended ON delivery_ended (ended);

-- answer is what the settlement with the attempt was answered: repeating it is answered so again.
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

-- Lanes in which something waits, or that are held or held back. due says when it may be leased, turn who comes first of those due at the same time;
-- due is null where nothing waits. There are two holds: hold_until is the one given at release, order_until the one for the sake of order_delivery.
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

CREATE INDEX lane_due ON lane (due, turn) WHERE due IS NOT NULL;
CREATE INDEX lane_resting ON lane (hold_until) WHERE due IS NULL;
CREATE INDEX lane_held ON lane (token) WHERE token IS NOT NULL;

CREATE TABLE subscription (
    no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    settings TEXT NOT NULL,
    secrets BLOB NOT NULL
) STRICT;
