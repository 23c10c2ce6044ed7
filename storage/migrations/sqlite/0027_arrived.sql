-- +goose Up
-- A replaced refresh token is good until its successor is known to have arrived (ADR 0025). generation counts the
-- replacements; arrived says that something which came with the newest one has been used. Of the sessions that run already
-- this was never asked: they count as arrived, until their next refresh.
ALTER TABLE sessions ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN arrived BOOLEAN NOT NULL DEFAULT TRUE;

-- +goose Down
SELECT 'arrivals stay';
