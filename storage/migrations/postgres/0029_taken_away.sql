-- +goose Up
-- Why an office gave a ticket to another party (ADR 0026): the party that lost it reads it beside its last look. Empty where the
-- ticket went along with its estate, as all did so far.
ALTER TABLE handed_over_tickets ADD COLUMN why TEXT NOT NULL DEFAULT '';

-- +goose Down
SELECT 'reasons stay';
