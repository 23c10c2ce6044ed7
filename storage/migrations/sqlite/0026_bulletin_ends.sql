-- +goose Up
-- Whether an office above the party ended a bulletin: then the party does not say the same again by itself for a day. Of those ended
-- before nobody wrote it down, and their day is over or will be soon.
ALTER TABLE bulletins ADD COLUMN ended_above BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
SELECT 'who ended a bulletin stays';
