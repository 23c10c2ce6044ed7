-- What schema 25 brought: bulletins that ran out, were changed, and were ended early.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
INSERT INTO bulletins (author_id, client_id, content_hash, handling_party_id, estate_id, community_id, town_id, category, text, meanwhile, posted_at, from_at, until_at, ended_at, ended_by, why, changes, minutes, version)
SELECT 1, 'bulletin-' || i, 'x', 1, 1, 1, 1, 'UTIL-01', '停水', '请储水', '2026-01-07 00:00:00+00:00', '2026-01-07 01:00:00+00:00', '2026-01-07 09:00:00+00:00', NULL, 0, '', 0, 480, 1 FROM n;
UPDATE bulletins SET until_at = '2026-01-07 10:00:00+00:00', why = '配件未到', changes = 1, minutes = 540, version = 2 WHERE id % 3 = 0;
UPDATE bulletins SET ended_at = '2026-01-07 08:00:00+00:00', ended_by = 1, why = '已抢修好', minutes = 420, version = 3 WHERE id % 5 = 0;
INSERT INTO bulletin_places (bulletin_id, estate_id, building_id, category, until_at)
SELECT id, estate_id, id % 2, category, until_at FROM bulletins WHERE id <= 60;
