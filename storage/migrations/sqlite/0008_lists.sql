-- +goose Up
-- What is open is a hundredth of all there ever was: each scope has an index of it alone, in the order in which it is due.
-- The figures of the last weeks are read along the time itself.
DROP INDEX tickets_open_due;
DROP INDEX tickets_party_due;
CREATE INDEX tickets_open_due ON tickets (next_due, id) WHERE open = TRUE;
CREATE INDEX tickets_party_due ON tickets (handling_party_id, next_due, id) WHERE open = TRUE;
CREATE INDEX tickets_community_due ON tickets (community_id, next_due, id) WHERE open = TRUE;
CREATE INDEX tickets_town_due ON tickets (town_id, next_due, id) WHERE open = TRUE;
CREATE INDEX tickets_filed ON tickets (filed_at, id);
CREATE INDEX tickets_closed ON tickets (closed_at, id);

-- +goose Down
SELECT 'indexes stay';
