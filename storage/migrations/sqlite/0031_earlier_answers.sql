-- +goose Up
-- What the answer to a closing was before another one took its place: what was published of a month stays as it was known then.
CREATE TABLE earlier_answers (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  closing INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  answered_at DATETIME NOT NULL
);
CREATE INDEX earlier_answers_closing ON earlier_answers (ticket_id, closing, id);
-- Those that were written over so far are told by the ledger.
INSERT INTO earlier_answers (ticket_id, closing, outcome, answered_at)
SELECT c.ticket_id, c.closing, CASE l.action WHEN 'silence' THEN 'silent' WHEN 'relay_confirm' THEN 'relayed' ELSE 'confirmed' END, l.at
FROM ticket_closings c JOIN ledger l ON l.noun = 'ticket' AND l.noun_id = c.ticket_id
WHERE l.action IN ('silence', 'relay_confirm', 'confirm', 'callback_confirm') AND CAST(json_extract(l.data, '$.closing') AS INTEGER) = c.closing AND l.at < c.answered_at
ORDER BY l.id;

-- +goose Down
SELECT 'earlier answers stay';
