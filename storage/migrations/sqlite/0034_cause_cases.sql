-- +goose Up
-- One cause behind the same trouble again and again (ADR 0030). building_id is 0 for what is of the whole estate. Amounts are in fen.
CREATE TABLE cause_cases (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  author_id INTEGER NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  building_id INTEGER NOT NULL,
  community_id INTEGER NOT NULL REFERENCES divisions (id),
  town_id INTEGER NOT NULL REFERENCES divisions (id),
  thing TEXT NOT NULL,
  cause TEXT NOT NULL,
  owner_party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  state TEXT NOT NULL,
  remedy TEXT NOT NULL,
  planned_day TEXT,
  redates INTEGER NOT NULL,
  route TEXT NOT NULL,
  estimate_fen INTEGER,
  cost_fen INTEGER,
  result TEXT NOT NULL,
  why TEXT NOT NULL,
  opened_at DATETIME NOT NULL,
  done_at DATETIME,
  ended_at DATETIME,
  reopens INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (author_id, client_id)
);
CREATE INDEX cause_cases_owner ON cause_cases (owner_party_id);
CREATE INDEX cause_cases_community ON cause_cases (community_id);
CREATE INDEX cause_cases_town ON cause_cases (town_id);
-- One that runs for one thing at one place.
CREATE UNIQUE INDEX cause_cases_running ON cause_cases (estate_id, building_id, thing) WHERE state IN ('open', 'planned', 'done');
CREATE TABLE cause_case_tickets (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cause_cases (id),
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  added_at DATETIME NOT NULL,
  removed_at DATETIME
);
CREATE INDEX cause_case_tickets_case ON cause_case_tickets (case_id, id);
-- A ticket belongs to one case at most.
CREATE UNIQUE INDEX cause_case_tickets_belongs ON cause_case_tickets (ticket_id) WHERE removed_at IS NULL;
-- What failed at a place within the window.
CREATE INDEX tickets_repeats ON tickets (estate_id, filed_at, category, building_id) WHERE kind = 'repair';

-- +goose Down
SELECT 'cause cases stay';
