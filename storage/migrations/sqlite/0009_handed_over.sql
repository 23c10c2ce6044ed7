-- +goose Up
-- What a party keeps of a ticket that went to the next one with its estate, and from whom the reporter stays hidden because
-- they had to answer before.
CREATE TABLE handed_over_tickets (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  to_party_id INTEGER NOT NULL REFERENCES handling_parties (id),
  estate_id INTEGER NOT NULL REFERENCES estates (id),
  at DATETIME NOT NULL,
  missed TEXT NOT NULL,
  seen TEXT NOT NULL
);
CREATE INDEX handed_over_tickets_party ON handed_over_tickets (party_id, id);
CREATE INDEX handed_over_tickets_ticket ON handed_over_tickets (ticket_id, id);
ALTER TABLE tickets ADD COLUMN kept_from TEXT NOT NULL DEFAULT '';
UPDATE tickets SET kept_from = (
  SELECT ',' || group_concat(party, ',') || ',' FROM (
    SELECT DISTINCT CAST(json_extract(data, '$.from_party') AS INTEGER) AS party FROM ledger
    WHERE noun = 'ticket' AND noun_id = tickets.id AND action IN ('dispatch', 'return_grant') AND json_extract(data, '$.from_party') > 0
    ORDER BY party))
WHERE id IN (SELECT noun_id FROM ledger WHERE noun = 'ticket' AND action IN ('dispatch', 'return_grant') AND json_extract(data, '$.from_party') > 0);

-- +goose Down
SELECT 'frozen looks stay';
