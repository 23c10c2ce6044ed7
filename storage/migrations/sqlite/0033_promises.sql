-- +goose Up
-- A party promises a result by a day (ADR 0029). On the ticket stands the open one: who reported is asked from promise_from to
-- promise_until, promise_due is the end of the promised day, and what was there before promise_earns speaks for nobody. promises is how
-- many were made, promise_end what became of the newest, promise_counts what the rate takes that for.
ALTER TABLE tickets ADD COLUMN promises INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN party_promises INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN promise_from DATETIME;
ALTER TABLE tickets ADD COLUMN promise_due DATETIME;
ALTER TABLE tickets ADD COLUMN promise_until DATETIME;
ALTER TABLE tickets ADD COLUMN promise_earns DATETIME;
ALTER TABLE tickets ADD COLUMN promise_redates INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN promise_said_at DATETIME;
ALTER TABLE tickets ADD COLUMN promise_end TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN promise_counts TEXT NOT NULL DEFAULT '';
CREATE INDEX tickets_promise_until ON tickets (promise_until) WHERE promise_until IS NOT NULL;
CREATE TABLE promises (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  nth INTEGER NOT NULL,
  result TEXT NOT NULL,
  made_by INTEGER NOT NULL,
  made_at DATETIME NOT NULL,
  first_day TEXT NOT NULL,
  day TEXT NOT NULL,
  redates INTEGER NOT NULL,
  reason TEXT NOT NULL,
  end_why TEXT NOT NULL,
  counts_as TEXT NOT NULL,
  ended_at DATETIME,
  judged_by INTEGER NOT NULL,
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  UNIQUE (ticket_id, nth)
);
CREATE INDEX promises_estate ON promises (estate_id, ended_at);
CREATE INDEX promises_party ON promises (party_id, ended_at);
-- One open at a time; and a phone's word counts once.
CREATE UNIQUE INDEX promises_open ON promises (ticket_id) WHERE end_why = '';
CREATE UNIQUE INDEX promises_client ON promises (judged_by, client_id) WHERE client_id <> '';

-- +goose Down
SELECT 'promises stay';
