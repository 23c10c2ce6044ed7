-- What schema 11 brought: later dates asked for, granted, refused and waiting.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)
INSERT INTO ticket_extensions (ticket_id, party_id, reason, asked_by, asked_at, due_before, due_asked, outcome, decided_by, decided_at)
SELECT i, 1, '配件要等', 1, '2026-01-07 00:00:00+00:00', '2026-01-08 00:00:00+00:00', '2026-01-12 15:59:59+00:00',
  CASE WHEN i % 3 = 0 THEN 'granted' WHEN i % 3 = 1 THEN 'refused' ELSE 'waiting' END, 3, NULL FROM n;
UPDATE tickets SET extension = 'granted', resolve_due = '2026-01-12 15:59:59+00:00' WHERE id <= 90 AND id % 3 = 0;
UPDATE tickets SET extension = 'waiting' WHERE id <= 90 AND id % 3 = 2;
