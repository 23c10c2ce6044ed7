-- +goose Up
-- What a party says of an outage, for one category and one estate, whole or by buildings.
CREATE TABLE bulletins (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  handling_party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  community_id INTEGER NOT NULL REFERENCES divisions (id),
  town_id INTEGER NOT NULL REFERENCES divisions (id),
  category TEXT NOT NULL,
  text TEXT NOT NULL,
  meanwhile TEXT NOT NULL,
  posted_at DATETIME NOT NULL,
  from_at DATETIME NOT NULL,
  until_at DATETIME NOT NULL,
  ended_at DATETIME,
  ended_by INTEGER NOT NULL,
  why TEXT NOT NULL,
  changes INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (author_id, client_id)
);
CREATE INDEX bulletins_party ON bulletins (handling_party_id, posted_at);
CREATE INDEX bulletins_community ON bulletins (community_id, posted_at);
CREATE INDEX bulletins_town ON bulletins (town_id, posted_at);
-- The places of a bulletin; building_id is 0 for the whole estate. until_at is when it is shown no more.
CREATE TABLE bulletin_places (
  bulletin_id INTEGER NOT NULL REFERENCES bulletins (id),
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  building_id INTEGER NOT NULL,
  category TEXT NOT NULL,
  until_at DATETIME NOT NULL,
  PRIMARY KEY (bulletin_id, building_id)
);
CREATE INDEX bulletin_places_running ON bulletin_places (estate_id, until_at);

-- +goose Down
SELECT 'bulletins stay';
