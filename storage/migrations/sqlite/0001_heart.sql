-- +goose Up
-- The heart: places, people, tickets, photos, ratings, scores, and what keeps them honest.
-- Conventions: areas in 0.01 m², money in fen, rates in basis points; times UTC microseconds; dates are days in Shanghai,
-- validities half-open; texts bounded by the program. Enumerations are the words of docs/words.md.

-- ── place ────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE divisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  level TEXT NOT NULL,
  parent_id INTEGER REFERENCES divisions (id)
);

-- A division keeps its id for ever; its statistical code and name are dated (410322 孟津县 became 410308 孟津区).
CREATE TABLE division_codes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  division_id INTEGER NOT NULL REFERENCES divisions (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  successor_code TEXT NOT NULL,
  recorded_at DATETIME NOT NULL,
  UNIQUE (code, valid_from)
);
CREATE INDEX division_codes_division ON division_codes (division_id, valid_from);

CREATE TABLE service_packages (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  community_id INTEGER NOT NULL REFERENCES divisions (id)
);

CREATE TABLE estates (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  community_id INTEGER NOT NULL REFERENCES divisions (id),
  town_id INTEGER NOT NULL REFERENCES divisions (id),
  baseline_class TEXT NOT NULL,
  age_class TEXT NOT NULL,
  address TEXT NOT NULL,
  gross_area_c INTEGER NOT NULL,
  households INTEGER NOT NULL,
  service_package_id INTEGER REFERENCES service_packages (id),
  demo BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);
CREATE INDEX estates_community ON estates (community_id, id);
CREATE INDEX estates_town ON estates (town_id, id);

CREATE TABLE buildings (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  poster_token TEXT NOT NULL UNIQUE,
  floors INTEGER NOT NULL,
  households INTEGER NOT NULL,
  gross_area_c INTEGER NOT NULL,
  lift BOOLEAN NOT NULL,
  sort INTEGER NOT NULL,
  delivered_on DATE,
  created_at DATETIME NOT NULL,
  UNIQUE (estate_id, name)
);

CREATE TABLE entrances (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  building_id INTEGER NOT NULL REFERENCES buildings (id),
  name TEXT NOT NULL,
  sort INTEGER NOT NULL,
  UNIQUE (building_id, name)
);

CREATE TABLE units (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  building_id INTEGER NOT NULL REFERENCES buildings (id),
  entrance_id INTEGER NOT NULL REFERENCES entrances (id),
  name TEXT NOT NULL,
  floor INTEGER NOT NULL,
  exclusive_area_c INTEGER NOT NULL,
  UNIQUE (entrance_id, name)
);
CREATE INDEX units_building ON units (building_id, id);

CREATE TABLE handling_parties (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  code TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  division_id INTEGER REFERENCES divisions (id),
  phone24 TEXT NOT NULL,
  phone24_note TEXT NOT NULL,
  project_lead TEXT NOT NULL,
  demo BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL
);
CREATE INDEX handling_parties_division ON handling_parties (division_id, kind);

-- Who served which estate, in which mode, from when to when. Two terms of one estate never overlap.
CREATE TABLE service_terms (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  handling_party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  service_mode TEXT NOT NULL,
  service_level TEXT NOT NULL,
  phone24 TEXT NOT NULL,
  project_lead TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  recorded_at DATETIME NOT NULL,
  recorded_by INTEGER NOT NULL,
  CHECK (valid_to IS NULL OR valid_to > valid_from)
);
CREATE INDEX service_terms_estate ON service_terms (estate_id, valid_from);
CREATE INDEX service_terms_party ON service_terms (handling_party_id, valid_from);
-- +goose StatementBegin
CREATE TRIGGER service_terms_overlap_insert BEFORE INSERT ON service_terms
WHEN EXISTS (
  SELECT 1 FROM service_terms o WHERE o.estate_id = NEW.estate_id
    AND (NEW.valid_to IS NULL OR o.valid_from < NEW.valid_to) AND (o.valid_to IS NULL OR NEW.valid_from < o.valid_to))
BEGIN SELECT RAISE(ABORT, 'service_terms_overlap'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER service_terms_overlap_update BEFORE UPDATE ON service_terms
WHEN EXISTS (
  SELECT 1 FROM service_terms o WHERE o.estate_id = NEW.estate_id AND o.id <> NEW.id
    AND (NEW.valid_to IS NULL OR o.valid_from < NEW.valid_to) AND (o.valid_to IS NULL OR NEW.valid_from < o.valid_to))
BEGIN SELECT RAISE(ABORT, 'service_terms_overlap'); END;
-- +goose StatementEnd

-- ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  phone TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  locale TEXT NOT NULL,
  demo BOOLEAN NOT NULL,
  disabled_at DATETIME,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);

CREATE TABLE memberships (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  role TEXT NOT NULL,
  scope_kind TEXT NOT NULL,
  scope_id INTEGER NOT NULL,
  relation TEXT NOT NULL,
  status TEXT NOT NULL,
  method TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  asked_at DATETIME NOT NULL,
  decided_at DATETIME,
  decided_by INTEGER NOT NULL,
  recorded_at DATETIME NOT NULL
);
CREATE INDEX memberships_account ON memberships (account_id);
CREATE INDEX memberships_scope ON memberships (scope_kind, scope_id, role);
CREATE UNIQUE INDEX memberships_running ON memberships (account_id, role, scope_kind, scope_id)
  WHERE status IN ('pending', 'approved') AND valid_to IS NULL;
CREATE INDEX memberships_pending ON memberships (scope_id) WHERE status = 'pending';

-- One row a signed-in device. The refresh token is opaque and rotates; only its hash is kept. The successor is kept
-- sealed under the token it replaces, so that a lost answer can be given again for thirty seconds (DECISIONS 17).
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  device TEXT NOT NULL,
  staff BOOLEAN NOT NULL,
  refresh_hash TEXT NOT NULL UNIQUE,
  previous_hash TEXT NOT NULL,
  successor_sealed TEXT NOT NULL,
  rotated_at DATETIME,
  created_at DATETIME NOT NULL,
  last_seen_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  ended_at DATETIME,
  ended_why TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_previous ON sessions (previous_hash);

CREATE TABLE sign_in_codes (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  request_id TEXT NOT NULL UNIQUE,
  phone TEXT NOT NULL,
  salt TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  tries INTEGER NOT NULL,
  used_at DATETIME,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL
);

CREATE TABLE setup_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  used_at DATETIME
);

-- Counters of rate limits, shared by all copies of the API. key is a keyed hash: no phone, no address. A window begins
-- with the first use, so that one row a key is enough and "once a minute" holds across the full minute.
CREATE TABLE rate_limits (
  key TEXT PRIMARY KEY NOT NULL,
  window_start DATETIME NOT NULL,
  used INTEGER NOT NULL
);
CREATE INDEX rate_limits_window ON rate_limits (window_start);

-- ── ticket ───────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE tickets (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  number TEXT NOT NULL UNIQUE,
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  reporter_id INTEGER NOT NULL,
  filed_as TEXT NOT NULL,
  on_behalf BOOLEAN NOT NULL,
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  building_id INTEGER NOT NULL,
  entrance_id INTEGER NOT NULL,
  unit_id INTEGER NOT NULL,
  community_id INTEGER NOT NULL,
  town_id INTEGER NOT NULL,
  category TEXT NOT NULL,
  kind TEXT NOT NULL,
  urgency TEXT NOT NULL,
  catalogue_version TEXT NOT NULL,
  text TEXT NOT NULL,
  protected BOOLEAN NOT NULL,
  share_contact BOOLEAN NOT NULL,
  steward_sees BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  open BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  handling_party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  routed_by TEXT NOT NULL,
  filed_at DATETIME NOT NULL,
  device_time DATETIME,
  dispatched_at DATETIME NOT NULL,
  acknowledged_at DATETIME,
  contacted_at DATETIME,
  started_at DATETIME,
  done_at DATETIME,
  closed_at DATETIME,
  acknowledge_due DATETIME NOT NULL,
  contact_due DATETIME NOT NULL,
  on_site_due DATETIME,
  hazard_due DATETIME,
  resolve_due DATETIME NOT NULL,
  next_step TEXT NOT NULL,
  next_due DATETIME,
  closing INTEGER NOT NULL,
  send_backs INTEGER NOT NULL,
  updated_at DATETIME NOT NULL,
  UNIQUE (author_id, client_id)
);
CREATE INDEX tickets_party_due ON tickets (handling_party_id, open, next_due, id);
CREATE INDEX tickets_party ON tickets (handling_party_id, id);
CREATE INDEX tickets_estate ON tickets (estate_id, id);
CREATE INDEX tickets_building ON tickets (building_id, id);
CREATE INDEX tickets_community ON tickets (community_id, id);
CREATE INDEX tickets_town ON tickets (town_id, id);
CREATE INDEX tickets_reporter ON tickets (reporter_id, id);
CREATE INDEX tickets_open_due ON tickets (open, next_due, id);

-- Contact data stands apart from the ticket, so that a reader of tickets never meets it by accident.
CREATE TABLE ticket_contacts (
  ticket_id INTEGER PRIMARY KEY NOT NULL REFERENCES tickets (id),
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  consent TEXT NOT NULL
);

CREATE TABLE number_series (
  key TEXT PRIMARY KEY NOT NULL,
  last INTEGER NOT NULL
);

CREATE TABLE ticket_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  side TEXT NOT NULL,
  handling_party_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  at DATETIME NOT NULL,
  read_at DATETIME,
  UNIQUE (author_id, client_id)
);
CREATE INDEX ticket_messages_ticket ON ticket_messages (ticket_id, id);

-- One row each time the handler says "done". It becomes complete when its evidence is there, and is then answered by
-- the reporter or by silence. Confirmations and ratings name the closing they answer (DECISIONS 7).
CREATE TABLE ticket_closings (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  closing INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  handling_party_id INTEGER NOT NULL,
  result TEXT NOT NULL,
  no_photo_reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  said_at DATETIME NOT NULL,
  complete_at DATETIME,
  outcome TEXT NOT NULL,
  answered_at DATETIME,
  UNIQUE (author_id, client_id),
  UNIQUE (ticket_id, closing)
);

-- ── rating ───────────────────────────────────────────────────────────────────────────────────────────────────────────

-- An answer to a closing (solved or not, with or without a level) or a general rating of whoever runs the place.
CREATE TABLE ratings (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  kind TEXT NOT NULL,
  ticket_id INTEGER NOT NULL,
  closing INTEGER NOT NULL,
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  handling_party_id INTEGER NOT NULL,
  unit_id INTEGER NOT NULL,
  weight TEXT NOT NULL,
  solved BOOLEAN NOT NULL,
  level INTEGER NOT NULL,
  text TEXT NOT NULL,
  period TEXT NOT NULL,
  at DATETIME NOT NULL,
  UNIQUE (author_id, client_id)
);
CREATE INDEX ratings_ticket ON ratings (ticket_id, closing, id);
CREATE INDEX ratings_estate ON ratings (estate_id, at);

-- ── photo ────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- A line of a record's manifest; the bytes come after it (DECISIONS 8). stored_sha256 addresses the blob.
CREATE TABLE photos (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  ticket_id INTEGER NOT NULL,
  noun TEXT NOT NULL,
  noun_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  position INTEGER NOT NULL,
  client_sha256 TEXT NOT NULL,
  client_bytes INTEGER NOT NULL,
  status TEXT NOT NULL,
  refuse_code TEXT NOT NULL,
  stored_sha256 TEXT NOT NULL,
  thumb_sha256 TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  dhash INTEGER NOT NULL,
  claimed_minutes INTEGER,
  claimed_camera BOOLEAN,
  derived_minutes INTEGER,
  derived_camera BOOLEAN,
  derived_gps BOOLEAN,
  exact_repeat_of INTEGER NOT NULL,
  listed_at DATETIME NOT NULL,
  stored_at DATETIME,
  UNIQUE (author_id, client_id)
);
CREATE INDEX photos_author ON photos (author_id, id);
CREATE INDEX photos_ticket ON photos (ticket_id, id);
CREATE INDEX photos_noun ON photos (noun, noun_id, position);
CREATE INDEX photos_client_sha ON photos (client_sha256);
CREATE INDEX photos_stored_sha ON photos (stored_sha256);

-- ── score ────────────────────────────────────────────────────────────────────────────────────────────────────────────

-- p0 of B-d.2: pooled over the class, computed once for a period, frozen, published with its counts.
CREATE TABLE score_priors (
  period TEXT NOT NULL,
  baseline_class TEXT NOT NULL,
  rate TEXT NOT NULL,
  numerator TEXT NOT NULL,
  denominator TEXT NOT NULL,
  p0_bp INTEGER NOT NULL,
  ruleset TEXT NOT NULL,
  computed_at DATETIME NOT NULL,
  PRIMARY KEY (period, baseline_class, rate)
);

-- A satisfaction cell as it was last shown outside the centre (DECISIONS 12).
CREATE TABLE score_releases (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  unit_kind TEXT NOT NULL,
  unit_id INTEGER NOT NULL,
  cell TEXT NOT NULL,
  numerator TEXT NOT NULL,
  denominator TEXT NOT NULL,
  households INTEGER NOT NULL,
  satisfied INTEGER NOT NULL,
  ratings INTEGER NOT NULL,
  last_rating_id INTEGER NOT NULL,
  released_at DATETIME NOT NULL
);
CREATE INDEX score_releases_unit ON score_releases (unit_kind, unit_id, id);

-- ── machinery ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Rules that the authorities set: immutable documents, chosen by the date of the act they judge.
CREATE TABLE rulesets (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  formula TEXT NOT NULL,
  document TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  recorded_at DATETIME NOT NULL,
  UNIQUE (kind, version)
);

-- The append-only ledger: what the timeline shows, the audit reads and the scores count.
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  noun TEXT NOT NULL,
  noun_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  actor_role TEXT NOT NULL,
  handling_party_id INTEGER NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  data TEXT NOT NULL,
  at DATETIME NOT NULL,
  actor_commitment TEXT NOT NULL,
  note_commitment TEXT NOT NULL,
  leaf TEXT NOT NULL
);
CREATE INDEX ledger_noun ON ledger (noun, noun_id, id);
-- +goose StatementBegin
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rulesets_no_update BEFORE UPDATE OF kind, version, formula, document, valid_from ON rulesets
BEGIN SELECT RAISE(ABORT, 'ruleset_immutable'); END;
-- +goose StatementEnd

-- Who did it and what they wrote. A line here can be erased; the ledger keeps its salted commitment.
CREATE TABLE ledger_private (
  ledger_id INTEGER PRIMARY KEY NOT NULL REFERENCES ledger (id),
  actor_id INTEGER NOT NULL,
  actor_salt TEXT NOT NULL,
  note TEXT NOT NULL,
  note_salt TEXT NOT NULL
);

-- Effects that leave the program (SMS now): written with the change that causes them, delivered by a job, at least once.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  payload TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_attempt_at DATETIME NOT NULL,
  created_at DATETIME NOT NULL,
  done_at DATETIME,
  last_error TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (done_at, next_attempt_at);

CREATE TABLE job_leases (
  name TEXT PRIMARY KEY NOT NULL,
  holder TEXT NOT NULL,
  held_until DATETIME NOT NULL,
  last_started_at DATETIME,
  last_finished_at DATETIME,
  last_error TEXT NOT NULL
);

CREATE TABLE settings (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
);

-- +goose Down
SELECT 'the first schema has no way back';
