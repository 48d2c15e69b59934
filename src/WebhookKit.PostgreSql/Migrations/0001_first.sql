-- The first schema. {schema} stands for the name of the schema, quoted.
-- Text is compared byte by byte (COLLATE "C"): tenants, event types and keys are exact.

-- What was published: the host's data once, however many deliveries there are.
CREATE TABLE {schema}.message (
    id uuid PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    public_id text COLLATE "C" NOT NULL,
    tenant text COLLATE "C",
    event_type text COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    trace_parent text COLLATE "C",
    attributes jsonb,
    is_addressed boolean NOT NULL,
    data bytea,
    data_length int NOT NULL,
    targets int NOT NULL,
    accepted_at timestamptz NOT NULL,
    idempotency_key text COLLATE "C"
);
CREATE UNIQUE INDEX message_seq ON {schema}.message (seq);
CREATE INDEX message_public_id ON {schema}.message (public_id);
CREATE INDEX message_tenant ON {schema}.message (tenant, seq);
CREATE INDEX message_type ON {schema}.message (event_type, seq);
CREATE INDEX message_attributes ON {schema}.message USING gin (attributes jsonb_path_ops) WHERE attributes IS NOT NULL;
CREATE INDEX message_accepted ON {schema}.message USING brin (accepted_at) WITH (autosummarize = on);
CREATE INDEX message_with_data ON {schema}.message (accepted_at) WHERE data IS NOT NULL;
CREATE INDEX message_to_nobody ON {schema}.message (accepted_at) WHERE targets = 0;

-- Waiting deliveries only: narrow, deleted when they end. A delivery keeps its id in delivery_ended.
CREATE SEQUENCE {schema}.delivery_id;
CREATE TABLE {schema}.delivery (
    id bigint PRIMARY KEY DEFAULT nextval('{schema}.delivery_id'),
    lane_id uuid NOT NULL,
    message_id uuid NOT NULL,
    subscription_id uuid,
    destination_id uuid,
    due_at timestamptz NOT NULL,
    enqueued_at timestamptz NOT NULL,
    repeats bigint,
    repeated_as bigint,
    last_attempt_at timestamptz,
    attempts_made int NOT NULL DEFAULT 0,
    last_status int,
    last_outcome smallint,
    cause smallint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.2);
CREATE INDEX delivery_lane ON {schema}.delivery (lane_id, due_at, id);
CREATE INDEX delivery_message ON {schema}.delivery (message_id);
CREATE INDEX delivery_subscription ON {schema}.delivery (subscription_id, id) WHERE subscription_id IS NOT NULL;
CREATE INDEX delivery_destination ON {schema}.delivery (destination_id) WHERE destination_id IS NOT NULL;

-- Deliveries that have ended: the log.
CREATE TABLE {schema}.delivery_ended (
    id bigint PRIMARY KEY,
    lane_id uuid NOT NULL,
    message_id uuid NOT NULL,
    subscription_id uuid,
    destination_id uuid,
    tenant text COLLATE "C",
    event_type text COLLATE "C" NOT NULL,
    enqueued_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    repeats bigint,
    repeated_as bigint,
    last_attempt_at timestamptz,
    attempts_made int NOT NULL,
    last_status int,
    last_outcome smallint,
    cause smallint NOT NULL,
    status smallint NOT NULL,
    dead_reason smallint
);
CREATE INDEX delivery_ended_message ON {schema}.delivery_ended (message_id);
CREATE INDEX delivery_ended_tenant ON {schema}.delivery_ended (tenant, id);
CREATE INDEX delivery_ended_subscription ON {schema}.delivery_ended (subscription_id, id) WHERE subscription_id IS NOT NULL;
CREATE INDEX delivery_ended_destination ON {schema}.delivery_ended (destination_id) WHERE destination_id IS NOT NULL;
CREATE INDEX delivery_ended_type ON {schema}.delivery_ended (event_type, id);
CREATE INDEX delivery_ended_failed ON {schema}.delivery_ended (status, id) WHERE status <> 1;
CREATE INDEX delivery_ended_at ON {schema}.delivery_ended (ended_at);
CREATE INDEX delivery_ended_enqueued ON {schema}.delivery_ended USING brin (enqueued_at) WITH (autosummarize = on);

-- Attempts, by the time in their ids (UUID version 7): a partition for each day, made ahead, dropped when empty and old.
-- duration is in units of 100 nanoseconds; answer is what the settlement with it was answered.
CREATE TABLE {schema}.attempt (
    id uuid PRIMARY KEY,
    delivery_id bigint NOT NULL,
    started_at timestamptz NOT NULL,
    duration bigint NOT NULL,
    number int NOT NULL,
    status_code int,
    cause smallint NOT NULL,
    outcome smallint NOT NULL,
    answer smallint NOT NULL,
    response_body text,
    detail text
) PARTITION BY RANGE (id);
CREATE INDEX attempt_delivery ON {schema}.attempt (delivery_id);
CREATE TABLE {schema}.attempt_default PARTITION OF {schema}.attempt DEFAULT;

-- One record for each lane that was ever worked. visible_at has one meaning, "not before": asleep, due, leased until, held.
-- Among lanes of the same time turn decides: the one that was told first comes first. It counts on with the ids of wake.
CREATE TABLE {schema}.lane (
    id uuid PRIMARY KEY,
    visible_at timestamptz NOT NULL DEFAULT 'infinity',
    turn bigint NOT NULL DEFAULT 0,
    hold_until timestamptz NOT NULL DEFAULT '-infinity',
    order_until timestamptz NOT NULL DEFAULT '-infinity',
    order_delivery bigint,
    token uuid,
    lease_until timestamptz,
    suspect bigint,
    suspect_expiries smallint NOT NULL DEFAULT 0,
    woken boolean NOT NULL DEFAULT false,
    concurrency int,
    worker text
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX lane_visible ON {schema}.lane (visible_at, turn) WHERE visible_at < 'infinity';

-- What an enqueue leaves for the next worker: lanes that have something new, and when it is due.
CREATE SEQUENCE {schema}.wake_id;
CREATE TABLE {schema}.wake (
    id bigint PRIMARY KEY DEFAULT nextval('{schema}.wake_id'),
    lane_id uuid NOT NULL,
    due_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- scope is empty for the host's own tenant, else a colon and the tenant.
CREATE TABLE {schema}.idempotency (
    scope text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    content_hash bytea NOT NULL,
    message_id uuid NOT NULL,
    public_id text COLLATE "C" NOT NULL,
    targets int NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_expires ON {schema}.idempotency (expires_at);

-- Ad hoc destinations, each once, as long as a delivery to it is known.
CREATE TABLE {schema}.destination (
    id uuid PRIMARY KEY,
    settings text NOT NULL,
    secrets bytea NOT NULL
);

-- The targets of a large fan-out that are not deliveries yet: all targets as bytes, and how many of them were taken.
CREATE TABLE {schema}.fan_out (
    message_id uuid PRIMARY KEY,
    position int NOT NULL,
    count int NOT NULL,
    targets bytea NOT NULL,
    destinations uuid[] NOT NULL
);
ALTER TABLE {schema}.fan_out ALTER COLUMN targets SET STORAGE EXTERNAL;

-- Subscriptions; one that was removed stays as a tombstone for some days, so that every node hears of it. number is the order of creation.
CREATE TABLE {schema}.subscription (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY,
    change bigint NOT NULL,
    version bigint NOT NULL,
    removed_at timestamptz,
    settings text NOT NULL,
    secrets bytea NOT NULL
);
CREATE UNIQUE INDEX subscription_change_number ON {schema}.subscription (change);
CREATE INDEX subscription_removed ON {schema}.subscription (removed_at) WHERE removed_at IS NOT NULL;

-- The number of the last change, and of the last tombstone that is no more: a node that has seen less than that reads everything anew. stamps are random,
-- one for each of the last changes, the latest first: after a failover or a restore the same number may be another change, and a node that has seen that
-- one knows it by the stamp.
CREATE TABLE {schema}.subscription_change (
    is_single boolean PRIMARY KEY DEFAULT true CHECK (is_single),
    number bigint NOT NULL,
    trimmed bigint NOT NULL DEFAULT 0,
    stamps bigint[] NOT NULL DEFAULT '{}'
);
INSERT INTO {schema}.subscription_change (number) VALUES (0);

-- The version of this schema, and the oldest level of the library that can work with it.
CREATE TABLE {schema}.schema_info (
    is_single boolean PRIMARY KEY DEFAULT true CHECK (is_single),
    version int NOT NULL,
    oldest_level int NOT NULL,
    changed_at timestamptz NOT NULL
);
INSERT INTO {schema}.schema_info (version, oldest_level, changed_at) VALUES (1, 1, now());
