-- What schema 33 brought: a promise that was kept, and one that is open and was named another day.
INSERT INTO promises (ticket_id, estate_id, party_id, nth, result, made_by, made_at, first_day, day, redates, reason, end_why, counts_as, ended_at, judged_by, client_id, content_hash)
SELECT id, estate_id, handling_party_id, 1, 'text', 1, '2026-01-07 00:00:00+00:00', '2026-01-08', '2026-01-08', 0, '', 'kept', 'kept', '2026-01-09 00:00:00+00:00', 1, 'client-' || id, 'hash' FROM tickets;
UPDATE tickets SET promises = 1, party_promises = 1, promise_end = 'kept', promise_counts = 'kept';
INSERT INTO promises (ticket_id, estate_id, party_id, nth, result, made_by, made_at, first_day, day, redates, reason, end_why, counts_as, ended_at, judged_by, client_id, content_hash)
SELECT id, estate_id, handling_party_id, 2, 'text', 1, '2026-01-10 00:00:00+00:00', '2026-01-12', '2026-01-14', 1, 'text', '', '', NULL, 0, '', '' FROM tickets WHERE state = 'in_progress';
UPDATE tickets SET promises = 2, party_promises = 2, promise_from = '2026-01-14 10:00:00+00:00', promise_due = '2026-01-14 15:59:59+00:00', promise_until = '2026-01-21 15:59:59+00:00', promise_earns = '2026-01-10 04:00:00+00:00', promise_redates = 1, promise_end = '', promise_counts = '' WHERE state = 'in_progress';
