CREATE TABLE app (
    name VARCHAR(64) COLLATE "C" NOT NULL,
    token VARCHAR(64) COLLATE "C" NOT NULL,
    made_ms BIGINT NOT NULL,
    revoked_ms BIGINT,
    PRIMARY KEY (name)
);

CREATE INDEX app_token ON app (token);

CREATE TABLE bearer_holding (
    asset VARCHAR(64) COLLATE "C" NOT NULL,
    lot VARCHAR(64) COLLATE "C" NOT NULL,
    holder VARCHAR(80) COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (asset, lot, holder),
    CONSTRAINT bearer_not_negative CHECK (amount >= 0)
);

CREATE INDEX bearer_holding_holder ON bearer_holding (holder);

CREATE TABLE bearer_limit (
    limit_key VARCHAR(64) COLLATE "C" NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (limit_key)
);

CREATE TABLE bearer_lot (
    asset VARCHAR(64) COLLATE "C" NOT NULL,
    id VARCHAR(64) COLLATE "C" NOT NULL,
    earned_on VARCHAR(64) COLLATE "C" NOT NULL,
    expires_on VARCHAR(64) COLLATE "C",
    store VARCHAR(64) COLLATE "C",
    facts TEXT,
    PRIMARY KEY (asset, id)
);

CREATE TABLE bearer_owed (
    asset VARCHAR(64) COLLATE "C" NOT NULL,
    lot VARCHAR(64) COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (asset, lot),
    CONSTRAINT bearer_owed_not_negative CHECK (amount >= 0)
);

CREATE TABLE card (
    key VARCHAR(64) COLLATE "C" NOT NULL,
    member VARCHAR(64) COLLATE "C" NOT NULL,
    state VARCHAR(64) COLLATE "C" NOT NULL,
    proof TEXT,
    PRIMARY KEY (key)
);

CREATE INDEX card_member ON card (member);

CREATE TABLE card_alarm (
    card VARCHAR(64) COLLATE "C" NOT NULL,
    why VARCHAR(64) COLLATE "C" NOT NULL,
    sightings TEXT NOT NULL,
    count BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (card)
);

CREATE TABLE card_counter (
    card VARCHAR(64) COLLATE "C" NOT NULL,
    counter BIGINT NOT NULL,
    PRIMARY KEY (card)
);

CREATE TABLE card_delivery (
    id BIGSERIAL NOT NULL,
    technology VARCHAR(64) COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE card_key_given (
    device VARCHAR(64) COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    card VARCHAR(64) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (device, epoch, card, version)
);

CREATE TABLE card_sighting (
    card VARCHAR(64) COLLATE "C" NOT NULL,
    counter BIGINT NOT NULL,
    device VARCHAR(64) COLLATE "C" NOT NULL,
    from_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    PRIMARY KEY (card, counter, device, from_ms)
);

CREATE INDEX card_sighting_until ON card_sighting (until_ms);

CREATE TABLE card_stock (
    key VARCHAR(64) COLLATE "C" NOT NULL,
    technology VARCHAR(64) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    state VARCHAR(64) COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (key)
);

CREATE TABLE change (
    id BIGSERIAL NOT NULL,
    bucket VARCHAR(64) COLLATE "C" NOT NULL,
    kind VARCHAR(64) COLLATE "C" NOT NULL,
    key VARCHAR(64) COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE deny (
    version BIGINT NOT NULL,
    kind VARCHAR(64) COLLATE "C" NOT NULL,
    key VARCHAR(64) COLLATE "C" NOT NULL,
    state VARCHAR(64) COLLATE "C" NOT NULL,
    made_ms BIGINT NOT NULL,
    PRIMARY KEY (version)
);

CREATE INDEX deny_subject ON deny (kind, key);

CREATE TABLE entry (
    intent VARCHAR(64) COLLATE "C" NOT NULL,
    digest VARCHAR(64) COLLATE "C" NOT NULL,
    kind VARCHAR(64) COLLATE "C" NOT NULL,
    member VARCHAR(64) COLLATE "C" NOT NULL,
    device VARCHAR(64) COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    staff VARCHAR(64) COLLATE "C",
    card VARCHAR(64) COLLATE "C",
    others_lost BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (intent)
);

CREATE INDEX entry_member ON entry (member);

CREATE TABLE erasure (
    member VARCHAR(64) COLLATE "C" NOT NULL,
    cseq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (member)
);

CREATE TABLE evidence (
    device VARCHAR(64) COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    digest VARCHAR(64) COLLATE "C" NOT NULL,
    data BYTEA NOT NULL,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (device, epoch, digest)
);

CREATE TABLE feed_applied (
    device VARCHAR(64) COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (device, epoch)
);

CREATE TABLE feed_bucket (
    bucket VARCHAR(64) COLLATE "C" NOT NULL,
    head BIGINT NOT NULL,
    count BIGINT NOT NULL,
    sum VARCHAR(64) COLLATE "C" NOT NULL,
    floor BIGINT NOT NULL,
    PRIMARY KEY (bucket)
);

CREATE TABLE feed_prefix (
    bucket VARCHAR(64) COLLATE "C" NOT NULL,
    prefix BIGINT NOT NULL,
    count BIGINT NOT NULL,
    sum VARCHAR(64) COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, prefix)
);

CREATE TABLE feed_row (
    bucket VARCHAR(64) COLLATE "C" NOT NULL,
    kind VARCHAR(64) COLLATE "C" NOT NULL,
    key VARCHAR(64) COLLATE "C" NOT NULL,
    cseq BIGINT NOT NULL,
    prefix BIGINT NOT NULL,
    body TEXT,
    gone_ms BIGINT,
    PRIMARY KEY (bucket, kind, key)
);

CREATE UNIQUE INDEX feed_row_cseq ON feed_row (bucket, cseq);

CREATE INDEX feed_row_prefix ON feed_row (bucket, prefix);

CREATE TABLE granted (
    device VARCHAR(64) COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    number BIGINT NOT NULL,
    member VARCHAR(64) COLLATE "C",
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
    member VARCHAR(64) COLLATE "C" NOT NULL,
    holder VARCHAR(80) COLLATE "C" NOT NULL,
    asset VARCHAR(64) COLLATE "C" NOT NULL,
    lot VARCHAR(64) COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (member, holder, asset, lot),
    CONSTRAINT available_not_negative CHECK (amount >= 0)
)
 PARTITION BY HASH (member);

CREATE INDEX holding_holder ON holding (holder);

CREATE TABLE limit_use (
    member VARCHAR(64) COLLATE "C" NOT NULL,
    limit_key VARCHAR(64) COLLATE "C" NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (member, limit_key)
)
 PARTITION BY HASH (member);

CREATE TABLE lot (
    member VARCHAR(64) COLLATE "C" NOT NULL,
    asset VARCHAR(64) COLLATE "C" NOT NULL,
    id VARCHAR(64) COLLATE "C" NOT NULL,
    earned_on VARCHAR(64) COLLATE "C" NOT NULL,
    expires_on VARCHAR(64) COLLATE "C",
    facts TEXT,
    PRIMARY KEY (member, asset, id)
)
 PARTITION BY HASH (member);

CREATE TABLE member (
    id VARCHAR(64) COLLATE "C" NOT NULL,
    name VARCHAR(200) COLLATE "C" NOT NULL,
    phone VARCHAR(64) COLLATE "C" NOT NULL,
    birthday VARCHAR(64) COLLATE "C",
    language VARCHAR(64) COLLATE "C" NOT NULL,
    tier VARCHAR(64) COLLATE "C" NOT NULL,
    state VARCHAR(64) COLLATE "C" NOT NULL,
    home_store VARCHAR(64) COLLATE "C" NOT NULL,
    second_store VARCHAR(64) COLLATE "C",
    last_seen VARCHAR(64) COLLATE "C" NOT NULL,
    balance BIGINT NOT NULL,
    debt BIGINT NOT NULL,
    unsized BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT debt_not_negative CHECK (debt >= 0)
)
 PARTITION BY HASH (id);

CREATE INDEX member_home ON member (home_store);

CREATE INDEX member_unsized_home ON member (home_store) WHERE unsized = 1;

CREATE INDEX member_unsized_second ON member (second_store) WHERE unsized = 1;

CREATE TABLE merged_member (
    member VARCHAR(64) COLLATE "C" NOT NULL,
    stays VARCHAR(64) COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (member)
);

CREATE INDEX merged_member_stays ON merged_member (stays);

CREATE TABLE nonce (
    device VARCHAR(64) COLLATE "C" NOT NULL,
    nonce VARCHAR(64) COLLATE "C" NOT NULL,
    seen_ms BIGINT NOT NULL,
    PRIMARY KEY (device, nonce)
);

CREATE INDEX nonce_seen ON nonce (seen_ms);

CREATE TABLE operation (
    device VARCHAR(64) COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    kind VARCHAR(64) COLLATE "C",
    data BYTEA NOT NULL,
    hash VARCHAR(64) COLLATE "C" NOT NULL,
    intent VARCHAR(64) COLLATE "C",
    member VARCHAR(64) COLLATE "C",
    outcome VARCHAR(64) COLLATE "C" NOT NULL,
    reasons TEXT NOT NULL,
    params TEXT NOT NULL,
    replayed TEXT,
    PRIMARY KEY (device, epoch, seq, received_ms)
)
 PARTITION BY RANGE (received_ms);

CREATE INDEX operation_intent ON operation (intent);

CREATE INDEX operation_member ON operation (member);

CREATE INDEX operation_not_ok ON operation (replayed) WHERE replayed != 'ok';

CREATE INDEX operation_odd ON operation (outcome, received_ms) WHERE outcome IN ('flagged', 'parked');

CREATE INDEX operation_unreplayed ON operation (received_ms) WHERE replayed IS NULL;

CREATE TABLE operator (
    name VARCHAR(64) COLLATE "C" NOT NULL,
    public_key VARCHAR(64) COLLATE "C" NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE owed (
    member VARCHAR(64) COLLATE "C" NOT NULL,
    asset VARCHAR(64) COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (member, asset),
    CONSTRAINT owed_not_negative CHECK (amount >= 0)
)
 PARTITION BY HASH (member);

CREATE TABLE own_chain (
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash VARCHAR(64) COLLATE "C" NOT NULL,
    PRIMARY KEY (epoch)
);

CREATE TABLE pin (
    key VARCHAR(64) COLLATE "C" NOT NULL,
    member VARCHAR(64) COLLATE "C" NOT NULL,
    hash VARCHAR(200) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    reset BIGINT NOT NULL,
    wrong TEXT NOT NULL,
    last_ms BIGINT NOT NULL,
    PRIMARY KEY (key)
);

CREATE INDEX pin_member ON pin (member);

CREATE TABLE pin_act (
    member VARCHAR(64) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    act VARCHAR(64) COLLATE "C" NOT NULL,
    operator VARCHAR(64) COLLATE "C" NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (member, version)
);

CREATE TABLE product (
    gtin VARCHAR(64) COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    price BIGINT NOT NULL,
    category VARCHAR(64) COLLATE "C" NOT NULL,
    PRIMARY KEY (gtin)
);

CREATE TABLE programme (
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    published_ms BIGINT NOT NULL,
    PRIMARY KEY (version)
);

CREATE TABLE refund_right (
    device VARCHAR(64) COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    holder VARCHAR(80) COLLATE "C" NOT NULL,
    moved BIGINT NOT NULL,
    claimed BIGINT NOT NULL,
    retold BIGINT NOT NULL,
    so_far TEXT,
    PRIMARY KEY (device, epoch, seq)
);

CREATE TABLE region (
    id VARCHAR(64) COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE setting (
    name VARCHAR(64) COLLATE "C" NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE snapshot (
    id VARCHAR(64) COLLATE "C" NOT NULL,
    generation BIGINT NOT NULL,
    made_ms BIGINT NOT NULL,
    size BIGINT NOT NULL,
    manifest TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE stale_cost (
    store VARCHAR(64) COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    sales BIGINT NOT NULL,
    minor BIGINT NOT NULL,
    points BIGINT NOT NULL,
    PRIMARY KEY (store, version)
);

CREATE TABLE store (
    id VARCHAR(64) COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    region VARCHAR(64) COLLATE "C" NOT NULL,
    zone VARCHAR(64) COLLATE "C" NOT NULL,
    cutoff_hours BIGINT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(region) REFERENCES region (id)
);

CREATE TABLE claim (
    id VARCHAR(64) COLLATE "C" NOT NULL,
    store VARCHAR(64) COLLATE "C" NOT NULL,
    lane VARCHAR(64) COLLATE "C" NOT NULL,
    secret VARCHAR(64) COLLATE "C" NOT NULL,
    issued_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    tries_left BIGINT NOT NULL,
    state VARCHAR(64) COLLATE "C" NOT NULL,
    public_key VARCHAR(64) COLLATE "C",
    device VARCHAR(64) COLLATE "C",
    epoch BIGINT,
    PRIMARY KEY (id),
    FOREIGN KEY(store) REFERENCES store (id)
);

CREATE TABLE terminal (
    device VARCHAR(64) COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    store VARCHAR(64) COLLATE "C" NOT NULL,
    lane VARCHAR(64) COLLATE "C" NOT NULL,
    serial VARCHAR(64) COLLATE "C" NOT NULL,
    state VARCHAR(64) COLLATE "C" NOT NULL,
    public_key VARCHAR(64) COLLATE "C" NOT NULL,
    claim VARCHAR(64) COLLATE "C" NOT NULL,
    enrolled_ms BIGINT NOT NULL,
    acked_seq BIGINT NOT NULL,
    acked_hash VARCHAR(64) COLLATE "C" NOT NULL,
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

