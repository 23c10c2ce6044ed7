-- +goose Up
-- A matter is suspended by the centre's decision (ADR 0028): its clock stands from suspended_at, to review_due at the latest; suspended_days
-- are those that it was before. suspension is what became of the wish for one.
ALTER TABLE tickets ADD COLUMN suspension TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN suspended_at DATETIME;
ALTER TABLE tickets ADD COLUMN review_due DATETIME;
ALTER TABLE tickets ADD COLUMN suspended_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN objected_at DATETIME;
CREATE INDEX tickets_review_due ON tickets (review_due) WHERE state = 'suspended';
CREATE TABLE suspensions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  party_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_by INTEGER NOT NULL,
  asked_party INTEGER NOT NULL,
  asked_at DATETIME NOT NULL,
  decided_by INTEGER NOT NULL,
  decided_at DATETIME,
  cause TEXT NOT NULL,
  document TEXT NOT NULL,
  evidence TEXT NOT NULL,
  interim TEXT NOT NULL,
  reviews INTEGER NOT NULL,
  reviewed_at DATETIME,
  review_note TEXT NOT NULL,
  ended_at DATETIME,
  ended_why TEXT NOT NULL
);
CREATE INDEX suspensions_ticket ON suspensions (ticket_id, id);
CREATE INDEX suspensions_estate ON suspensions (estate_id, id);
-- One at a time, be it a wish or a suspension.
CREATE UNIQUE INDEX suspensions_open ON suspensions (ticket_id) WHERE state IN ('waiting', 'running');

-- +goose Down
SELECT 'suspensions stay';
