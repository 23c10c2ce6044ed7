-- +goose Up
-- Who has duty at a party that must answer round the clock. A roster is written as a whole; its older lines stay.
CREATE TABLE duty_rosters (
  party_id INTEGER PRIMARY KEY NOT NULL REFERENCES handling_parties (id),
  version INTEGER NOT NULL,
  updated_at DATETIME NOT NULL,
  updated_by INTEGER NOT NULL
);
CREATE TABLE duty_shifts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  phone TEXT NOT NULL,
  deputy BOOLEAN NOT NULL,
  from_time TEXT NOT NULL,
  to_time TEXT NOT NULL,
  weekdays TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  recorded_at DATETIME NOT NULL,
  replaced_at DATETIME
);
CREATE INDEX duty_shifts_party ON duty_shifts (party_id, id) WHERE replaced_at IS NULL;

-- +goose Down
SELECT 'rosters stay';
