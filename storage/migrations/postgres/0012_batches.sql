-- +goose Up
-- What could be traced to its writer in a small building waits for the next batch (docs/adr/0018). received_at is when it was really
-- taken in; filed_at, which everybody computes with, is its batch's moment. held_level is the lowest office that sees it while
-- it waits, 0 when it does not.
ALTER TABLE tickets ADD COLUMN received_at TIMESTAMPTZ;
ALTER TABLE tickets ADD COLUMN held_level BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tickets_held ON tickets (filed_at) WHERE state = 'accepted';

-- Ids that are kept free for what waits until closes, so that its id does not tell when in that time it was made.
CREATE TABLE id_blocks (
  name TEXT NOT NULL,
  closes TIMESTAMPTZ NOT NULL,
  first BIGINT NOT NULL,
  PRIMARY KEY (name, closes)
);

-- +goose Down
SELECT 'batches stay';
