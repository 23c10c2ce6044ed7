-- +goose Up
-- The ledger is sealed: a job gives every line its position in a Merkle tree, and signs a checkpoint of the tree each hour.

-- SQLite's REPLACE takes the old row away without asking the triggers of DELETE, so an id that is there is refused here.
-- +goose StatementBegin
CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger WHEN EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd

-- Who a half speaks of is never changed, only erased.
-- +goose StatementBegin
CREATE TRIGGER ledger_private_no_update BEFORE UPDATE ON ledger_private BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_private_no_replace BEFORE INSERT ON ledger_private WHEN EXISTS (SELECT 1 FROM ledger_private WHERE ledger_id = NEW.ledger_id)
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd

-- The lines that wait for their position. The trigger puts each there in the transaction that writes it, the sealing job
-- takes it out: which lines are not sealed yet is never guessed from their ids, because a lower one may commit later.
CREATE TABLE ledger_unsealed (
  ledger_id INTEGER PRIMARY KEY NOT NULL
);
INSERT INTO ledger_unsealed (ledger_id) SELECT id FROM ledger;
-- +goose StatementBegin
CREATE TRIGGER ledger_wait AFTER INSERT ON ledger BEGIN INSERT INTO ledger_unsealed (ledger_id) VALUES (NEW.id); END;
-- +goose StatementEnd

-- The position of every sealed line, from 0, without a gap.
CREATE TABLE ledger_seals (
  position INTEGER PRIMARY KEY NOT NULL CHECK (position >= 0),
  ledger_id INTEGER NOT NULL UNIQUE REFERENCES ledger (id),
  leaf TEXT NOT NULL UNIQUE
);
-- +goose StatementBegin
CREATE TRIGGER ledger_seals_no_update BEFORE UPDATE ON ledger_seals BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_seals_no_delete BEFORE DELETE ON ledger_seals BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_seals_no_replace BEFORE INSERT ON ledger_seals
WHEN EXISTS (SELECT 1 FROM ledger_seals WHERE position = NEW.position)
  OR EXISTS (SELECT 1 FROM ledger_seals WHERE ledger_id = NEW.ledger_id)
  OR EXISTS (SELECT 1 FROM ledger_seals WHERE leaf = NEW.leaf)
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd

-- The hashes of the tree, numbered as golang.org/x/mod/sumdb/tlog numbers what it stores.
CREATE TABLE ledger_hashes (
  id INTEGER PRIMARY KEY NOT NULL CHECK (id >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
);
-- +goose StatementBegin
CREATE TRIGGER ledger_hashes_no_update BEFORE UPDATE ON ledger_hashes BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_hashes_no_delete BEFORE DELETE ON ledger_hashes BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_hashes_no_replace BEFORE INSERT ON ledger_hashes WHEN EXISTS (SELECT 1 FROM ledger_hashes WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd

-- The signed checkpoints, numbered from 1 without a gap. note is the text that left the machine; the other columns repeat it.
CREATE TABLE ledger_checkpoints (
  number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 1),
  size INTEGER NOT NULL,
  root TEXT NOT NULL,
  signed_at DATETIME NOT NULL,
  note TEXT NOT NULL
);
CREATE INDEX ledger_checkpoints_size ON ledger_checkpoints (size, number);
-- +goose StatementBegin
CREATE TRIGGER ledger_checkpoints_no_update BEFORE UPDATE ON ledger_checkpoints BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_checkpoints_no_delete BEFORE DELETE ON ledger_checkpoints BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_checkpoints_no_replace BEFORE INSERT ON ledger_checkpoints
WHEN EXISTS (SELECT 1 FROM ledger_checkpoints WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'ledger_append_only'); END;
-- +goose StatementEnd

-- +goose Down
SELECT 'what is sealed stays sealed';
