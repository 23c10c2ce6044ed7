-- +goose Up
-- A released cell also says how many closings had stars when it was released, of how many that had been answered (FIELD
-- B-d.1, rated_share). Of the releases before nobody counted them: closings = 0, and the share is not shown.
ALTER TABLE score_releases ADD COLUMN rated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE score_releases ADD COLUMN closings BIGINT NOT NULL DEFAULT 0;

-- +goose Down
SELECT 'counts stay';
