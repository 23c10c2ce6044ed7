-- +goose Up
-- The clock to solve a ticket stands still from paused_from to paused_until; paused_due is the deadline that it had before.
-- Once a party has waited for parts, parts_paused stays set.
ALTER TABLE tickets ADD COLUMN pause_why TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN paused_from DATETIME;
ALTER TABLE tickets ADD COLUMN paused_until DATETIME;
ALTER TABLE tickets ADD COLUMN paused_due DATETIME;
ALTER TABLE tickets ADD COLUMN parts_paused BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
SELECT 'pauses stay';
