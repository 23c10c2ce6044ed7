-- What schema 9 brought: looks that parties keep of tickets that went to the next one.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
INSERT INTO handed_over_tickets (ticket_id, party_id, to_party_id, estate_id, at, missed, seen)
SELECT i, 1, 2, 1, '2026-02-07 00:00:00+00:00', '["resolve"]', '{"id":1,"number":"20260201-001-0001-0","text":"三楼的灯不亮了"}' FROM n;
UPDATE tickets SET kept_from = ',1,' WHERE id <= 50;
