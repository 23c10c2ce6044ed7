-- +goose Up
-- Posted phones are called at drawn hours. A draw is committed before its week; a check is there once its minute has come.
CREATE TABLE phone_draws (
  week DATE PRIMARY KEY NOT NULL,
  rules TEXT NOT NULL,
  lines TEXT NOT NULL,
  list_hash TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  secret TEXT NOT NULL,
  committed_at DATETIME NOT NULL,
  beacon TEXT NOT NULL,
  beacon_at DATETIME
);
CREATE TABLE phone_checks (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  week DATE NOT NULL REFERENCES phone_draws (week),
  cell TEXT NOT NULL,
  level INTEGER NOT NULL,
  community_id INTEGER NOT NULL REFERENCES divisions (id),
  town_id INTEGER NOT NULL REFERENCES divisions (id),
  party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  phone TEXT NOT NULL,
  due_at DATETIME NOT NULL,
  until_at DATETIME NOT NULL,
  result TEXT NOT NULL,
  called_at DATETIME,
  called_by INTEGER NOT NULL,
  corrected_at DATETIME,
  UNIQUE (week, cell)
);
CREATE INDEX phone_checks_waiting ON phone_checks (until_at, id) WHERE result = '';
CREATE INDEX phone_checks_called ON phone_checks (called_by, called_at) WHERE result <> '';
CREATE INDEX phone_checks_due ON phone_checks (due_at, town_id);
-- On whose cards the number stood when the call fell due.
CREATE TABLE phone_check_estates (
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  check_id INTEGER NOT NULL REFERENCES phone_checks (id),
  PRIMARY KEY (estate_id, check_id)
);
CREATE INDEX phone_check_estates_check ON phone_check_estates (check_id);

-- +goose Down
SELECT 'checks stay';
