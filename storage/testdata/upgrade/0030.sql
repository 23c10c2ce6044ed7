-- What schema 30 brought: reporters who are to be asked, some of them asked, and what was told of the calls.
INSERT INTO callbacks (ticket_id, closing, why, level, community_id, town_id, party_id, due_at, until_at, state, tries, try_days, last_try_at, settled_at, settled_by)
SELECT ticket_id, closing, 'sample', 1, 1, 1, handling_party_id, '2026-01-07 00:00:00+00:00', '2026-01-21 00:00:00+00:00', 'open', 0, 0, NULL, NULL, 0 FROM ticket_closings;
UPDATE callbacks SET state = 'solved', settled_at = '2026-01-08 00:20:00+00:00', settled_by = 1 WHERE id % 2 = 0;
UPDATE callbacks SET tries = 1, try_days = 1, last_try_at = '2026-01-08 00:20:00+00:00' WHERE id % 3 = 0;
INSERT INTO callback_looks (callback_id, account_id, at) SELECT id, 1, '2026-01-08 00:10:00+00:00' FROM callbacks WHERE id % 2 = 0;
INSERT INTO callback_tellings (callback_id, author_id, client_id, content_hash, result, at)
SELECT id, 1, 'told-' || id, 'h', 'solved', '2026-01-08 00:20:00+00:00' FROM callbacks WHERE id % 2 = 0;
