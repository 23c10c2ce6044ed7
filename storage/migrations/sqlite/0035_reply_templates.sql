-- +goose Up
-- What a party's people write again and again to reporters, with open fields; category, state and used_for are empty where it fits any.
CREATE TABLE reply_templates (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  handling_party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL,
  used_for TEXT NOT NULL,
  removed_at DATETIME,
  version INTEGER NOT NULL,
  UNIQUE (author_id, client_id)
);
CREATE INDEX reply_templates_party ON reply_templates (handling_party_id);

-- +goose Down
SELECT 'reply templates stay';
