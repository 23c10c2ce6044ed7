-- +goose Up
-- What the people who run the service must see: when each job last went well, and photos whose bytes never came.
ALTER TABLE job_leases ADD COLUMN last_succeeded_at DATETIME;
UPDATE job_leases SET last_succeeded_at = last_finished_at WHERE last_error = '';
CREATE INDEX photos_expected ON photos (listed_at) WHERE status = 'expected';

-- +goose Down
SELECT 'nothing is taken back';
