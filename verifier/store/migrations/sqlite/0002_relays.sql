CREATE TABLE replicas (
	instance text PRIMARY KEY,
	seen     bigint NOT NULL
);
CREATE TABLE relays (
	request  text PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
	instance text NOT NULL
);
