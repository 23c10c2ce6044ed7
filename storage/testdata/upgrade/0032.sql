-- What schema 32 brought: a matter that is suspended, one whose suspension ended, and a wish that was refused.
INSERT INTO suspensions (ticket_id, estate_id, party_id, state, reason, asked_by, asked_party, asked_at, decided_by, decided_at, cause, document, evidence, interim, reviews, reviewed_at, review_note, ended_at, ended_why)
SELECT id, estate_id, handling_party_id, 'ended', '', 0, 0, '2026-01-07 00:00:00+00:00', 1, '2026-01-07 00:00:00+00:00', 'litigation', '(2026)1', 'text', 'text', 0, NULL, '', '2026-01-08 00:00:00+00:00', 'cleared' FROM tickets;
UPDATE tickets SET suspended_days = 2;
INSERT INTO suspensions (ticket_id, estate_id, party_id, state, reason, asked_by, asked_party, asked_at, decided_by, decided_at, cause, document, evidence, interim, reviews, reviewed_at, review_note, ended_at, ended_why)
SELECT id, estate_id, handling_party_id, 'running', 'text', 1, handling_party_id, '2026-01-09 00:00:00+00:00', 1, '2026-01-10 00:00:00+00:00', 'developer_legacy', '(2026)2', 'text', 'text', 1, '2026-01-11 00:00:00+00:00', 'text', NULL, '' FROM tickets WHERE state = 'in_progress';
UPDATE tickets SET suspended_at = '2026-01-10 00:00:00+00:00', review_due = '2026-02-10 15:59:59+00:00', objected_at = '2026-01-12 00:00:00+00:00' WHERE state = 'in_progress';
UPDATE tickets SET suspension = 'refused' WHERE state <> 'in_progress';
