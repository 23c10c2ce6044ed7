-- What schema 31 brought: answers that another one took the place of.
INSERT INTO earlier_answers (ticket_id, closing, outcome, answered_at)
SELECT ticket_id, closing, 'silent', '2026-01-09 00:00:00+00:00' FROM ticket_closings;
UPDATE ticket_closings SET outcome = 'confirmed', answered_at = '2026-01-10 00:00:00+00:00';
