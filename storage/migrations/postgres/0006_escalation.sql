-- +goose Up
-- The ladder that a ticket climbs when nobody acts: the next reminder or rung, and the highest level that was told.
ALTER TABLE tickets ADD COLUMN alert_index BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN alert_due TIMESTAMPTZ;
ALTER TABLE tickets ADD COLUMN escalated_to BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN urges BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN urged_at TIMESTAMPTZ;
-- Tickets from before begin at their deadline: two reminders come before the first rung.
UPDATE tickets SET alert_index = 2, alert_due = next_due WHERE open AND state <> 'done_pending_confirm';
CREATE INDEX tickets_alert ON tickets (alert_due, id) WHERE alert_due IS NOT NULL;

-- +goose Down
SELECT 'columns stay';
