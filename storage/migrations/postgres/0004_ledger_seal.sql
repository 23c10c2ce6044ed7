-- +goose Up
-- The ledger is sealed: a job gives every line its position in a Merkle tree, and signs a checkpoint of the tree each hour.

-- Who a half speaks of is never changed, only erased.
CREATE TRIGGER ledger_private_no_update BEFORE UPDATE OR TRUNCATE ON ledger_private
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('ledger_append_only');

-- The lines that wait for their position. The trigger puts each there in the transaction that writes it, the sealing job
-- takes it out: which lines are not sealed yet is never guessed from their ids, because a lower one may commit later.
CREATE TABLE ledger_unsealed (
  ledger_id BIGINT PRIMARY KEY NOT NULL
);
INSERT INTO ledger_unsealed (ledger_id) SELECT id FROM ledger;
-- +goose StatementBegin
CREATE FUNCTION ledger_wait() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO ledger_unsealed (ledger_id) VALUES (NEW.id); RETURN NULL; END $$;
-- +goose StatementEnd
CREATE TRIGGER ledger_wait AFTER INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION ledger_wait();

-- The position of every sealed line, from 0, without a gap.
CREATE TABLE ledger_seals (
  position BIGINT PRIMARY KEY NOT NULL CHECK (position >= 0),
  ledger_id BIGINT NOT NULL UNIQUE REFERENCES ledger (id),
  leaf TEXT NOT NULL UNIQUE
);
CREATE TRIGGER ledger_seals_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('ledger_append_only');

-- The hashes of the tree, numbered as golang.org/x/mod/sumdb/tlog numbers what it stores.
CREATE TABLE ledger_hashes (
  id BIGINT PRIMARY KEY NOT NULL CHECK (id >= 0),
  hash BYTEA NOT NULL CHECK (length(hash) = 32)
);
CREATE TRIGGER ledger_hashes_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_hashes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('ledger_append_only');

-- The signed checkpoints, numbered from 1 without a gap. note is the text that left the machine; the other columns repeat it.
CREATE TABLE ledger_checkpoints (
  number BIGINT PRIMARY KEY NOT NULL CHECK (number >= 1),
  size BIGINT NOT NULL,
  root TEXT NOT NULL,
  signed_at TIMESTAMPTZ NOT NULL,
  note TEXT NOT NULL
);
CREATE INDEX ledger_checkpoints_size ON ledger_checkpoints (size, number);
CREATE TRIGGER ledger_checkpoints_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('ledger_append_only');

-- +goose Down
SELECT 'what is sealed stays sealed';
