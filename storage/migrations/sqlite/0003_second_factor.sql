-- +goose Up

-- One row an account that has a second factor, or is about to. Unconfirmed it is an enrolment of one session; the
-- secret is sealed. last_step is the last thirty seconds whose code was used: a code works once.
CREATE TABLE second_factors (
  account_id INTEGER PRIMARY KEY NOT NULL REFERENCES accounts (id),
  secret_sealed TEXT NOT NULL,
  session_id INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  asked_at DATETIME NOT NULL,
  confirmed_at DATETIME
);

CREATE TABLE recovery_codes (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  code_hash TEXT NOT NULL,
  used_at DATETIME,
  PRIMARY KEY (account_id, code_hash)
);

-- Whoever has passed the first factor and not yet the second. Only the hash of what he holds is kept.
CREATE TABLE sign_in_challenges (
  token_hash TEXT PRIMARY KEY NOT NULL,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  device TEXT NOT NULL,
  how TEXT NOT NULL,
  tries INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL
);
CREATE INDEX sign_in_challenges_account ON sign_in_challenges (account_id);
CREATE INDEX sign_in_challenges_age ON sign_in_challenges (created_at);

-- +goose Down
DROP TABLE sign_in_challenges;
DROP TABLE recovery_codes;
DROP TABLE second_factors;
