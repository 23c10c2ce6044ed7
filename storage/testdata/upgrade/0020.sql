-- What schema 20 brought: a draw that was committed, one with its beacon, and calls, some of them made.
INSERT INTO phone_draws (week, rules, lines, list_hash, secret_hash, secret, committed_at, beacon, beacon_at) VALUES
('2026-01-05', '{}', '1 2 3 4 0379-67900001 day', 'a', 'b', '0123', '2026-01-02 00:00:00+00:00', 'checkpoint/1/x', '2026-01-03 00:00:00+00:00'),
('2026-01-12', '{}', '1 2 3 4 0379-67900001 day', 'a', 'b', '0123', '2026-01-09 00:00:00+00:00', '', NULL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO phone_checks (week, cell, level, community_id, town_id, party_id, phone, due_at, until_at, result, called_at, called_by, corrected_at)
SELECT '2026-01-05', 'cell-' || i, 1, 1, 1, 1, '0379-67900001', '2026-01-07 00:00:00+00:00', '2026-01-07 01:00:00+00:00', '', NULL, 0, NULL FROM n;
UPDATE phone_checks SET result = 'answered', called_at = '2026-01-07 00:20:00+00:00', called_by = 1 WHERE id % 2 = 0;
UPDATE phone_checks SET result = 'busy', corrected_at = '2026-01-07 00:25:00+00:00' WHERE id % 6 = 0;
INSERT INTO phone_check_estates (estate_id, check_id) SELECT 1, id FROM phone_checks WHERE id <= 60;
