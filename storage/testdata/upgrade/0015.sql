-- What schema 15 brought: rosters, with lines of today and lines that were replaced.
INSERT INTO duty_rosters (party_id, version, updated_at, updated_by) VALUES (1, 2, '2026-01-07 00:00:00+00:00', 1);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO duty_shifts (party_id, name, title, phone, deputy, from_time, to_time, weekdays, valid_from, valid_to, recorded_at, replaced_at)
SELECT 1, '值班员', '值班长', '0379-67900000', i % 5 = 0, '08:00', '20:00', '1234567', '2026-01-01', NULL, '2026-01-07 00:00:00+00:00', NULL FROM n;
UPDATE duty_shifts SET valid_to = '2026-02-01' WHERE id % 2 = 0;
UPDATE duty_shifts SET replaced_at = '2026-01-08 00:00:00+00:00' WHERE id % 3 = 0;
