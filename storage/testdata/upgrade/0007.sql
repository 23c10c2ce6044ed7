-- What schema 7 brought: tickets given back, decided and waiting.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO ticket_returns (ticket_id, from_party_id, proposed_party_id, reason, asked_by, asked_at, outcome, to_party_id, decided_by, decided_at)
SELECT i, 1, 2, '不归我们管', 1, '2026-02-04 00:00:00+00:00', 'agreed', 2, 3, '2026-02-05 00:00:00+00:00' FROM n;
INSERT INTO ticket_returns (ticket_id, from_party_id, proposed_party_id, reason, asked_by, asked_at, outcome, to_party_id, decided_by, decided_at)
VALUES (200, 1, 2, '不归我们管', 1, '2026-02-04 00:00:00+00:00', 'waiting', 0, 0, NULL);
UPDATE tickets SET return_until = '2026-02-06 00:00:00+00:00', return_barred = TRUE WHERE id % 50 = 0;
