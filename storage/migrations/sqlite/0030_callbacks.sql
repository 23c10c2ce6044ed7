-- +goose Up
-- A reporter is asked by an office whether what was closed is solved (ADR 0027): at most once for a closing.
CREATE TABLE callbacks (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  closing INTEGER NOT NULL,
  why TEXT NOT NULL,
  level INTEGER NOT NULL,
  community_id INTEGER NOT NULL,
  town_id INTEGER NOT NULL,
  party_id INTEGER NOT NULL,
  due_at DATETIME NOT NULL,
  until_at DATETIME NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL,
  try_days INTEGER NOT NULL,
  last_try_at DATETIME,
  settled_at DATETIME,
  settled_by INTEGER NOT NULL,
  UNIQUE (ticket_id, closing)
);
CREATE INDEX callbacks_of_communities ON callbacks (community_id, due_at, id) WHERE state = 'open';
CREATE INDEX callbacks_of_towns ON callbacks (town_id, due_at, id) WHERE state = 'open';
CREATE INDEX callbacks_of_county ON callbacks (level, due_at, id) WHERE state = 'open';
CREATE INDEX callbacks_until ON callbacks (until_at) WHERE state = 'open';
CREATE INDEX callbacks_due ON callbacks (due_at, town_id);
-- What was told of the calls, once for each id that its sender gave it.
CREATE TABLE callback_tellings (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  callback_id INTEGER NOT NULL REFERENCES callbacks (id),
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  result TEXT NOT NULL,
  at DATETIME NOT NULL,
  UNIQUE (author_id, client_id)
);
CREATE INDEX callback_tellings_callback ON callback_tellings (callback_id);
-- When somebody last looked at the number: no result without a look.
CREATE TABLE callback_looks (
  callback_id INTEGER NOT NULL REFERENCES callbacks (id),
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  at DATETIME NOT NULL,
  PRIMARY KEY (callback_id, account_id)
);

-- +goose Down
SELECT 'callbacks stay';
