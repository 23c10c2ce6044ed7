-- +goose Up
-- Households support a neighbour's ticket, and ten of them make the matter joint, which is owed a written answer. A support
-- has no name on the ticket's side: unit_id is the household whose voice it is, 0 while no residence is approved.
CREATE TABLE ticket_supports (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  unit_id INTEGER NOT NULL,
  at DATETIME NOT NULL,
  withdrawn_at DATETIME,
  UNIQUE (author_id, client_id)
);
CREATE UNIQUE INDEX ticket_supports_running ON ticket_supports (ticket_id, author_id) WHERE withdrawn_at IS NULL;
CREATE INDEX ticket_supports_voices ON ticket_supports (ticket_id, unit_id);
CREATE INDEX ticket_supports_voiceless ON ticket_supports (author_id) WHERE unit_id = 0 AND withdrawn_at IS NULL;
ALTER TABLE tickets ADD COLUMN joint_at DATETIME;
ALTER TABLE tickets ADD COLUMN joint_why TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN joint_due DATETIME;
ALTER TABLE tickets ADD COLUMN joint_answered_at DATETIME;
-- What is like a matter that somebody is about to file: asked each time that a place and a category are chosen.
CREATE INDEX tickets_similar ON tickets (estate_id, category, building_id) WHERE open = TRUE;

-- +goose Down
SELECT 'voices stay';
