-- What schema 16 brought: voices of households, some of them taken back, and joint matters, some of them answered.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO ticket_supports (ticket_id, author_id, client_id, unit_id, at)
SELECT i, 2, 'support-' || i, i % 7, '2026-01-07 00:00:00+00:00' FROM n;
UPDATE ticket_supports SET withdrawn_at = '2026-01-08 00:00:00+00:00' WHERE id % 5 = 0;
UPDATE tickets SET joint_at = '2026-01-07 00:00:00+00:00', joint_why = 'households', joint_due = '2026-01-09 15:59:59+00:00' WHERE id <= 60 AND id % 3 = 0;
UPDATE tickets SET joint_answered_at = '2026-01-08 00:00:00+00:00' WHERE id <= 60 AND id % 6 = 0;
