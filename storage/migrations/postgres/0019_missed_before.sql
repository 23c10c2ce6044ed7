-- +goose Up
-- What parties missed before they handed an estate over: counted for each of them over a month, whoever answers there now.
CREATE INDEX handed_over_tickets_missed ON handed_over_tickets (at, party_id, ticket_id) WHERE missed <> '[]';

-- +goose Down
DROP INDEX handed_over_tickets_missed;
