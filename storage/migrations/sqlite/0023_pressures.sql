-- +goose Up
-- Somebody was asked to take his ticket back or to answer otherwise: only the centre reads it, and nothing on the ticket tells of it.
CREATE TABLE ticket_pressures (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  handling_party_id INTEGER NOT NULL,
  level INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  asked TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  text TEXT NOT NULL,
  at DATETIME NOT NULL,
  finding TEXT NOT NULL,
  found_by INTEGER NOT NULL,
  found_at DATETIME,
  UNIQUE (author_id, client_id)
);
CREATE INDEX ticket_pressures_ticket ON ticket_pressures (ticket_id, author_id);
CREATE INDEX ticket_pressures_party ON ticket_pressures (handling_party_id, at);
-- What was withdrawn lately: looked through for what followed soon on a contact.
CREATE INDEX tickets_withdrawn ON tickets (closed_at) WHERE state = 'withdrawn';

-- +goose Down
SELECT 'pressures stay';
