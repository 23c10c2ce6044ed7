-- What schema 23 brought: what people were asked to do about their tickets, and what the centre found.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO ticket_pressures (ticket_id, handling_party_id, level, author_id, client_id, content_hash, asked, asked_by, text, at, finding, found_by, found_at)
SELECT i, 1, 3, 2, 'pressure-' || i, 'x', CASE WHEN i % 2 = 0 THEN 'withdraw' ELSE 'rating' END, 'party', '', '2026-01-07 00:00:00+00:00', '', 0, NULL FROM n;
UPDATE ticket_pressures SET finding = '已约谈', found_by = 3, found_at = '2026-01-08 00:00:00+00:00' WHERE id % 5 = 0;
