CREATE TABLE tenants (
	id           text PRIMARY KEY,
	name         text NOT NULL UNIQUE,
	origins      text NOT NULL,
	purposes     text NOT NULL,
	rate         double precision NOT NULL,
	burst        double precision NOT NULL,
	tokens       double precision NOT NULL,
	refilled     bigint NOT NULL,
	keep_ms      bigint NOT NULL,
	keep_bundles boolean NOT NULL,
	created      bigint NOT NULL
);
CREATE TABLE api_keys (
	hash    bytea PRIMARY KEY,
	tenant  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	created bigint NOT NULL
);
CREATE TABLE agents (
	tenant  text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	key     bytea NOT NULL,
	label   text NOT NULL,
	revoked boolean NOT NULL,
	changed bigint NOT NULL,
	PRIMARY KEY (tenant, key)
);
CREATE TABLE requests (
	id       text PRIMARY KEY,
	tenant   text NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	kind     text NOT NULL,
	nonce    bytea NOT NULL UNIQUE,
	session  bytea NOT NULL,
	origin   text NOT NULL,
	purpose  text NOT NULL,
	wanted   bytea NOT NULL,
	issued   bigint NOT NULL,
	expires  bigint NOT NULL,
	state    text NOT NULL,
	decided  bigint,
	attempt  bytea,
	digest   bytea,
	report   text,
	reasons  text,
	bundle   bytea,
	purge_at bigint NOT NULL
);
CREATE INDEX requests_purge ON requests (purge_at);
CREATE INDEX requests_decided ON requests (tenant, decided);
CREATE TABLE refusals (
	at       bigint NOT NULL,
	tenant   text NOT NULL,
	request  text NOT NULL,
	code     text NOT NULL,
	purge_at bigint NOT NULL
);
CREATE INDEX refusals_purge ON refusals (purge_at);
