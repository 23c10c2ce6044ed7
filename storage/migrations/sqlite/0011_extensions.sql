-- +goose Up
-- A party asks for a later date, once and before its deadline; the level above decides.
CREATE TABLE ticket_extensions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  party_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  asked_by INTEGER NOT NULL,
  asked_at DATETIME NOT NULL,
  due_before DATETIME NOT NULL,
  due_asked DATETIME NOT NULL,
  outcome TEXT NOT NULL,
  decided_by INTEGER NOT NULL,
  decided_at DATETIME
);
CREATE INDEX ticket_extensions_ticket ON ticket_extensions (ticket_id, id);
ALTER TABLE tickets ADD COLUMN extension TEXT NOT NULL DEFAULT '';

-- +goose Down
SELECT 'extensions stay';
