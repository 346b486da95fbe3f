CREATE TABLE app (
    name VARCHAR(64) NOT NULL,
    token VARCHAR(64) NOT NULL,
    made_ms BIGINT NOT NULL,
    revoked_ms BIGINT,
    PRIMARY KEY (name)
);

CREATE INDEX app_token ON app (token);

CREATE TABLE bearer_holding (
    asset VARCHAR(64) NOT NULL,
    lot VARCHAR(64) NOT NULL,
    holder VARCHAR(80) NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (asset, lot, holder),
    CONSTRAINT bearer_not_negative CHECK (amount >= 0)
);

CREATE INDEX bearer_holding_holder ON bearer_holding (holder);

CREATE TABLE bearer_limit (
    limit_key VARCHAR(64) NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (limit_key)
);

CREATE TABLE bearer_lot (
    asset VARCHAR(64) NOT NULL,
    id VARCHAR(64) NOT NULL,
    earned_on VARCHAR(64) NOT NULL,
    expires_on VARCHAR(64),
    store VARCHAR(64),
    facts TEXT,
    PRIMARY KEY (asset, id)
);

CREATE TABLE bearer_owed (
    asset VARCHAR(64) NOT NULL,
    lot VARCHAR(64) NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (asset, lot),
    CONSTRAINT bearer_owed_not_negative CHECK (amount >= 0)
);

CREATE TABLE card (
    "key" VARCHAR(64) NOT NULL,
    member VARCHAR(64) NOT NULL,
    state VARCHAR(64) NOT NULL,
    proof TEXT,
    PRIMARY KEY ("key")
);

CREATE INDEX card_member ON card (member);

CREATE TABLE card_alarm (
    card VARCHAR(64) NOT NULL,
    why VARCHAR(64) NOT NULL,
    sightings TEXT NOT NULL,
    count BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (card)
);

CREATE TABLE card_counter (
    card VARCHAR(64) NOT NULL,
    counter BIGINT NOT NULL,
    PRIMARY KEY (card)
);

CREATE TABLE card_delivery (
    id INTEGER NOT NULL,
    technology VARCHAR(64) NOT NULL,
    count BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE card_key_given (
    device VARCHAR(64) NOT NULL,
    epoch BIGINT NOT NULL,
    card VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (device, epoch, card, version)
);

CREATE TABLE card_sighting (
    card VARCHAR(64) NOT NULL,
    counter BIGINT NOT NULL,
    device VARCHAR(64) NOT NULL,
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (card, counter, device, from_ms)
);

CREATE INDEX card_sighting_until ON card_sighting (until_ms);

CREATE TABLE card_stock (
    "key" VARCHAR(64) NOT NULL,
    technology VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    state VARCHAR(64) NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY ("key")
);

CREATE TABLE change (
    id INTEGER NOT NULL,
    bucket VARCHAR(64) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE deny (
    version BIGINT NOT NULL,
    kind VARCHAR(64) NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    state VARCHAR(64) NOT NULL,
    made_ms BIGINT NOT NULL,
    PRIMARY KEY (version)
);

CREATE INDEX deny_subject ON deny (kind, "key");

CREATE TABLE entry (
    intent VARCHAR(64) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    member VARCHAR(64) NOT NULL,
    device VARCHAR(64) NOT NULL,
    epoch BIGINT NOT NULL,
    staff VARCHAR(64),
    card VARCHAR(64),
    others_lost BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (intent)
);

CREATE INDEX entry_member ON entry (member);

CREATE TABLE erasure (
    member VARCHAR(64) NOT NULL,
    cseq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (member)
);

CREATE TABLE evidence (
    device VARCHAR(64) NOT NULL,
    epoch BIGINT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    data BLOB NOT NULL,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (device, epoch, digest)
);

CREATE TABLE feed_applied (
    device VARCHAR(64) NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (device, epoch)
);

CREATE TABLE feed_bucket (
    bucket VARCHAR(64) NOT NULL,
    head BIGINT NOT NULL,
    count BIGINT NOT NULL,
    sum VARCHAR(64) NOT NULL,
    floor BIGINT NOT NULL,
    PRIMARY KEY (bucket)
);

CREATE TABLE feed_prefix (
    bucket VARCHAR(64) NOT NULL,
    prefix BIGINT NOT NULL,
    count BIGINT NOT NULL,
    sum VARCHAR(64) NOT NULL,
    PRIMARY KEY (bucket, prefix)
);

CREATE TABLE feed_row (
    bucket VARCHAR(64) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    cseq BIGINT NOT NULL,
    prefix BIGINT NOT NULL,
    body TEXT,
    gone_ms BIGINT,
    PRIMARY KEY (bucket, kind, "key")
);

CREATE UNIQUE INDEX feed_row_cseq ON feed_row (bucket, cseq);

CREATE INDEX feed_row_prefix ON feed_row (bucket, prefix);

CREATE TABLE granted (
    device VARCHAR(64) NOT NULL,
    epoch BIGINT NOT NULL,
    number BIGINT NOT NULL,
    member VARCHAR(64),
    body TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    unanswered BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    PRIMARY KEY (device, epoch, number)
);

CREATE INDEX granted_asked ON granted (device, epoch) WHERE asked = 1;

CREATE INDEX granted_member ON granted (member);

CREATE INDEX granted_recalled ON granted (device, epoch) WHERE unanswered > 0;

CREATE TABLE holding (
    member VARCHAR(64) NOT NULL,
    holder VARCHAR(80) NOT NULL,
    asset VARCHAR(64) NOT NULL,
    lot VARCHAR(64) NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (member, holder, asset, lot),
    CONSTRAINT available_not_negative CHECK (amount >= 0)
);

CREATE INDEX holding_holder ON holding (holder);

CREATE TABLE limit_use (
    member VARCHAR(64) NOT NULL,
    limit_key VARCHAR(64) NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (member, limit_key)
);

CREATE TABLE lot (
    member VARCHAR(64) NOT NULL,
    asset VARCHAR(64) NOT NULL,
    id VARCHAR(64) NOT NULL,
    earned_on VARCHAR(64) NOT NULL,
    expires_on VARCHAR(64),
    facts TEXT,
    PRIMARY KEY (member, asset, id)
);

CREATE TABLE member (
    id VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    phone VARCHAR(64) NOT NULL,
    birthday VARCHAR(64),
    language VARCHAR(64) NOT NULL,
    tier VARCHAR(64) NOT NULL,
    state VARCHAR(64) NOT NULL,
    home_store VARCHAR(64) NOT NULL,
    second_store VARCHAR(64),
    last_seen VARCHAR(64) NOT NULL,
    balance BIGINT NOT NULL,
    debt BIGINT NOT NULL,
    unsized BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT debt_not_negative CHECK (debt >= 0)
);

CREATE INDEX member_home ON member (home_store);

CREATE INDEX member_unsized_home ON member (home_store) WHERE unsized = 1;

CREATE INDEX member_unsized_second ON member (second_store) WHERE unsized = 1;

CREATE TABLE merged_member (
    member VARCHAR(64) NOT NULL,
    stays VARCHAR(64) NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (member)
);

CREATE INDEX merged_member_stays ON merged_member (stays);

CREATE TABLE nonce (
    device VARCHAR(64) NOT NULL,
    nonce VARCHAR(64) NOT NULL,
    seen_ms BIGINT NOT NULL,
    PRIMARY KEY (device, nonce)
);

CREATE INDEX nonce_seen ON nonce (seen_ms);

CREATE TABLE operation (
    device VARCHAR(64) NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    kind VARCHAR(64),
    data BLOB NOT NULL,
    hash VARCHAR(64) NOT NULL,
    intent VARCHAR(64),
    member VARCHAR(64),
    outcome VARCHAR(64) NOT NULL,
    reasons TEXT NOT NULL,
    params TEXT NOT NULL,
    replayed TEXT,
    PRIMARY KEY (device, epoch, seq, received_ms)
);

CREATE INDEX operation_intent ON operation (intent);

CREATE INDEX operation_member ON operation (member);

CREATE INDEX operation_not_ok ON operation (replayed) WHERE replayed != 'ok';

CREATE INDEX operation_odd ON operation (outcome, received_ms) WHERE outcome IN ('flagged', 'parked');

CREATE UNIQUE INDEX operation_once ON operation (device, epoch, seq);

CREATE INDEX operation_unreplayed ON operation (received_ms) WHERE replayed IS NULL;

CREATE TABLE operator (
    name VARCHAR(64) NOT NULL,
    public_key VARCHAR(64) NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE owed (
    member VARCHAR(64) NOT NULL,
    asset VARCHAR(64) NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (member, asset),
    CONSTRAINT owed_not_negative CHECK (amount >= 0)
);

CREATE TABLE own_chain (
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    PRIMARY KEY (epoch)
);

CREATE TABLE pin (
    "key" VARCHAR(64) NOT NULL,
    member VARCHAR(64) NOT NULL,
    hash VARCHAR(200) NOT NULL,
    version BIGINT NOT NULL,
    reset BIGINT NOT NULL,
    wrong TEXT NOT NULL,
    last_ms BIGINT NOT NULL,
    PRIMARY KEY ("key")
);

CREATE INDEX pin_member ON pin (member);

CREATE TABLE pin_act (
    member VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    act VARCHAR(64) NOT NULL,
    operator VARCHAR(64) NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (member, version)
);

CREATE TABLE product (
    gtin VARCHAR(64) NOT NULL,
    name TEXT NOT NULL,
    price BIGINT NOT NULL,
    category VARCHAR(64) NOT NULL,
    PRIMARY KEY (gtin)
);

CREATE TABLE programme (
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    published_ms BIGINT NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE refund_right (
    device VARCHAR(64) NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    holder VARCHAR(80) NOT NULL,
    moved BIGINT NOT NULL,
    claimed BIGINT NOT NULL,
    retold BIGINT NOT NULL,
    so_far TEXT,
    PRIMARY KEY (device, epoch, seq)
);

CREATE TABLE region (
    id VARCHAR(64) NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE setting (
    name VARCHAR(64) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE snapshot (
    id VARCHAR(64) NOT NULL,
    generation BIGINT NOT NULL,
    made_ms BIGINT NOT NULL,
    size BIGINT NOT NULL,
    manifest TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE stale_cost (
    store VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    sales BIGINT NOT NULL,
    minor BIGINT NOT NULL,
    points BIGINT NOT NULL,
    PRIMARY KEY (store, version)
);

CREATE TABLE store (
    id VARCHAR(64) NOT NULL,
    name TEXT NOT NULL,
    region VARCHAR(64) NOT NULL,
    zone VARCHAR(64) NOT NULL,
    cutoff_hours BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(region) REFERENCES region (id)
);

CREATE TABLE claim (
    id VARCHAR(64) NOT NULL,
    store VARCHAR(64) NOT NULL,
    lane VARCHAR(64) NOT NULL,
    secret VARCHAR(64) NOT NULL,
    issued_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    tries_left BIGINT NOT NULL,
    state VARCHAR(64) NOT NULL,
    public_key VARCHAR(64),
    device VARCHAR(64),
    epoch BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(store) REFERENCES store (id)
);

CREATE TABLE terminal (
    device VARCHAR(64) NOT NULL,
    epoch BIGINT NOT NULL,
    store VARCHAR(64) NOT NULL,
    lane VARCHAR(64) NOT NULL,
    serial VARCHAR(64) NOT NULL,
    state VARCHAR(64) NOT NULL,
    public_key VARCHAR(64) NOT NULL,
    claim VARCHAR(64) NOT NULL,
    enrolled_ms BIGINT NOT NULL,
    acked_seq BIGINT NOT NULL,
    acked_hash VARCHAR(64) NOT NULL,
    duplicates BIGINT NOT NULL,
    granted BIGINT NOT NULL,
    shares BIGINT NOT NULL,
    used_ms BIGINT,
    spend_until_ms BIGINT NOT NULL,
    released_through BIGINT NOT NULL,
    generation_reported BIGINT NOT NULL,
    acknowledged TEXT,
    last_contact_ms BIGINT,
    heartbeat TEXT,
    PRIMARY KEY (device, epoch),
    FOREIGN KEY(store) REFERENCES store (id)
);

