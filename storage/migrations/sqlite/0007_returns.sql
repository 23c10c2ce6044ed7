-- +goose Up
-- A handler gives a ticket back and names whose duty it is; a dispatcher decides.
CREATE TABLE ticket_returns (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  from_party_id INTEGER NOT NULL,
  proposed_party_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  asked_by INTEGER NOT NULL,
  asked_at DATETIME NOT NULL,
  outcome TEXT NOT NULL,
  to_party_id INTEGER NOT NULL,
  decided_by INTEGER NOT NULL,
  decided_at DATETIME
);
CREATE INDEX ticket_returns_ticket ON ticket_returns (ticket_id, id);
CREATE UNIQUE INDEX ticket_returns_waiting ON ticket_returns (ticket_id) WHERE outcome = 'waiting';
ALTER TABLE tickets ADD COLUMN return_until DATETIME;
ALTER TABLE tickets ADD COLUMN return_barred BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
SELECT 'returns stay';
