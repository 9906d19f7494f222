-- Who may call us, and how (role: merchant, issuer, upstream).
CREATE TABLE partner (
    client_id TEXT PRIMARY KEY,
    partner_id TEXT NOT NULL UNIQUE,
    channel_id TEXT NOT NULL,
    name TEXT NOT NULL,
    dialect TEXT NOT NULL,
    role TEXT NOT NULL,
    policy TEXT NOT NULL,
    mount TEXT NOT NULL,
    notify_url TEXT,
    notify_sign TEXT NOT NULL,
    notify_token_url TEXT,
    notify_headers TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

-- Public keys (PEM) and client secrets (sealed) of partners; several at once while one is being rotated.
CREATE TABLE credential (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES partner (client_id),
    kind TEXT NOT NULL,
    value BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    valid_until BIGINT
);
CREATE INDEX credential_partner ON credential (client_id);

-- The gateway's own signing key: private half sealed.
CREATE TABLE gateway_key (
    id BIGINT PRIMARY KEY,
    private BLOB NOT NULL,
    public_pem TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE merchant (
    merchant_id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES partner (client_id),
    guid TEXT NOT NULL,
    mpan TEXT NOT NULL,
    acquirer_merchant_id TEXT NOT NULL,
    nmid TEXT NOT NULL,
    criteria TEXT NOT NULL,
    mcc TEXT NOT NULL,
    name TEXT NOT NULL,
    city TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE INDEX merchant_partner ON merchant (client_id);

-- Sub-merchants and terminals (kind: sub-merchant, terminal). A merchant without any accepts every one.
CREATE TABLE merchant_part (
    merchant_id TEXT NOT NULL REFERENCES merchant (merchant_id),
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (merchant_id, kind, id)
);

-- Access tokens by SHA-256 (kind: b2b, b2b2c, auth-code, refresh, ott).
CREATE TABLE token (
    hash BLOB PRIMARY KEY,
    client_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    customer TEXT,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX token_expiry ON token (expires_at);

-- Each X-EXTERNAL-ID of a day (WIB), with the answer it got. Service 0: whatever the service.
CREATE TABLE external_id (
    client_id TEXT NOT NULL,
    service BIGINT NOT NULL,
    day BIGINT NOT NULL,
    id TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    http BIGINT NOT NULL,
    answer BLOB NOT NULL,
    PRIMARY KEY (client_id, day, id, service)
);
CREATE INDEX external_id_day ON external_id (day);

-- Each partner's reference numbers, once a service.
CREATE TABLE reference (
    client_id TEXT NOT NULL,
    service BIGINT NOT NULL,
    number TEXT NOT NULL,
    reference_no TEXT NOT NULL,
    PRIMARY KEY (client_id, service, number)
);

-- A QR code we gave out, and what became of it.
CREATE TABLE txn (
    reference_no TEXT PRIMARY KEY,
    page_id TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    partner_reference_no TEXT,
    external_id TEXT,
    merchant_id TEXT NOT NULL,
    sub_merchant_id TEXT,
    store_id TEXT,
    terminal_id TEXT,
    amount BIGINT,
    tip_kind TEXT NOT NULL,
    tip_value BIGINT NOT NULL,
    qr_content TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    closed_at BIGINT,
    reason TEXT,
    paid_amount BIGINT NOT NULL,
    paid_tip BIGINT NOT NULL,
    paid_at BIGINT,
    payer TEXT,
    rrn TEXT,
    refunded BIGINT NOT NULL,
    simulate TEXT
);
CREATE UNIQUE INDEX txn_qr_content ON txn (qr_content);
CREATE INDEX txn_partner_reference ON txn (client_id, partner_reference_no);
CREATE INDEX txn_external_id ON txn (client_id, external_id);
CREATE INDEX txn_expiry ON txn (state, expires_at);
CREATE INDEX txn_created ON txn (created_at);

CREATE TABLE refund (
    refund_no TEXT PRIMARY KEY,
    reference_no TEXT NOT NULL REFERENCES txn (reference_no),
    client_id TEXT NOT NULL,
    partner_refund_no TEXT,
    amount BIGINT NOT NULL,
    reason TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX refund_txn ON refund (reference_no);

-- What an issuer asked us to decode (48), and then paid (50).
CREATE TABLE inquiry (
    reference_no TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    partner_reference_no TEXT,
    qr_content TEXT NOT NULL,
    txn TEXT,
    created_at BIGINT NOT NULL,
    paid_at BIGINT
);
CREATE INDEX inquiry_partner_reference ON inquiry (client_id, partner_reference_no);

-- Outbox: one row per final event of a transaction, written with it, sent in the order of `seq`.
CREATE TABLE notification (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    reference_no TEXT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body BLOB NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until_ms BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    url TEXT,
    headers TEXT,
    string_to_sign TEXT,
    answer_status BIGINT,
    answer TEXT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    UNIQUE (reference_no, kind, subject),
    UNIQUE (reference_no, seq)
);
CREATE INDEX notification_due ON notification (state, due_ms);

-- Money that came late, twice or wrong: for a person to look at. Never lost, never guessed away.
CREATE TABLE exception (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    reference_no TEXT,
    kind TEXT NOT NULL,
    amount BIGINT,
    detail TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX exception_created ON exception (created_at);

-- Sandbox only: a partner's recent requests, newest kept.
CREATE TABLE request_log (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    http BIGINT NOT NULL,
    code TEXT NOT NULL,
    debug TEXT NOT NULL
);
CREATE INDEX request_log_partner ON request_log (client_id, at_ms);
