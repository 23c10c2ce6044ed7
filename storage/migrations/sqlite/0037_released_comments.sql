-- +goose Up
-- Words that households wrote when they rated whoever runs their place, as the party that was rated reads them (DECISIONS 12): without what points at a person, in an
-- order that chance gave, some from several households at once.
CREATE TABLE released_comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  rating_id INTEGER NOT NULL UNIQUE REFERENCES ratings (id),
  handling_party_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  place INTEGER NOT NULL,
  released_at DATETIME NOT NULL
);

-- +goose Down
SELECT 'comments stay';
