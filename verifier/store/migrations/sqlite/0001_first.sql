CREATE TABLE tenants (
	id           TEXT PRIMARY KEY,
	name         TEXT NOT NULL UNIQUE,
	origins      TEXT NOT NULL,
	purposes     TEXT NOT NULL,
	rate         REAL NOT NULL,
	burst        REAL NOT NULL,
	tokens       REAL NOT NULL,
	refilled     INTEGER NOT NULL,
	keep_ms      INTEGER NOT NULL,
	keep_bundles INTEGER NOT NULL,
	created      INTEGER NOT NULL
);
CREATE TABLE api_keys (
	hash    BLOB PRIMARY KEY,
	tenant  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	created INTEGER NOT NULL
);
CREATE TABLE agents (
	tenant  TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	key     BLOB NOT NULL,
	label   TEXT NOT NULL,
	revoked INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	PRIMARY KEY (tenant, key)
);
CREATE TABLE requests (
	id       TEXT PRIMARY KEY,
	tenant   TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	kind     TEXT NOT NULL,
	nonce    BLOB NOT NULL UNIQUE,
	session  BLOB NOT NULL,
	origin   TEXT NOT NULL,
	purpose  TEXT NOT NULL,
	wanted   BLOB NOT NULL,
	issued   INTEGER NOT NULL,
	expires  INTEGER NOT NULL,
	state    TEXT NOT NULL,
	decided  INTEGER,
	attempt  BLOB,
	digest   BLOB,
	report   TEXT,
	reasons  TEXT,
	bundle   BLOB,
	purge_at INTEGER NOT NULL
);
CREATE INDEX requests_purge ON requests (purge_at);
CREATE INDEX requests_decided ON requests (tenant, decided);
CREATE TABLE refusals (
	at       INTEGER NOT NULL,
	tenant   TEXT NOT NULL,
	request  TEXT NOT NULL,
	code     TEXT NOT NULL,
	purge_at INTEGER NOT NULL
);
CREATE INDEX refusals_purge ON refusals (purge_at);
