-- A used county of schema 1: every table has rows, the large ones enough of them that a migration takes its time.
-- The same statements run on SQLite and Postgres.

INSERT INTO divisions (level, parent_id) VALUES ('county', NULL);
INSERT INTO divisions (level, parent_id) VALUES ('town', 1);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
INSERT INTO divisions (level, parent_id) SELECT 'community', 2 FROM n;
INSERT INTO division_codes (division_id, code, name, valid_from, valid_to, successor_code, recorded_at) VALUES
  (1, '990322', '试验县', '2019-08-01', '2024-01-01', '990308', '2019-08-01 00:00:00+00:00'),
  (1, '990308', '试验区', '2024-01-01', NULL, '', '2024-01-01 00:00:00.123456+00:00');
INSERT INTO service_packages (code, name, community_id) VALUES ('sp-1', '零散楼栋', 3);

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
INSERT INTO estates (code, name, community_id, town_id, baseline_class, age_class, address, gross_area_c, households, service_package_id, demo, version, created_at, updated_at)
SELECT 'e-' || i, '小区' || i, 3 + i % 10, 2, 'professional', 'new', '', 1000000 + i, 120, NULL, FALSE, 1, '2019-08-01 00:00:00+00:00', '2019-08-01 00:00:00+00:00' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO buildings (estate_id, code, name, poster_token, floors, households, gross_area_c, lift, sort, delivered_on, created_at)
SELECT 1 + i % 50, 'b' || i, i || '号楼', 'poster-' || i, 6, 24, 300000, i % 3 = 0, i, NULL, '2019-08-01 00:00:00+00:00' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO entrances (building_id, name, sort) SELECT 1 + i % 200, i || '单元', i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 160)
INSERT INTO units (estate_id, building_id, entrance_id, name, floor, exclusive_area_c)
SELECT 1 + i % 50, 1 + i % 200, 1 + i % 100, 'u' || i, i % 6, 9000 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
INSERT INTO handling_parties (code, kind, name, division_id, phone24, phone24_note, project_lead, demo, created_at)
SELECT 'p-' || i, 'operator', '物业' || i, NULL, '', '', '', FALSE, '2019-08-01 00:00:00+00:00' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
INSERT INTO service_terms (estate_id, handling_party_id, service_mode, service_level, phone24, project_lead, valid_from, valid_to, recorded_at, recorded_by)
SELECT i, 1 + i % 20, 'professional', 'cpma2004/2', '', '', '2019-08-01', '2023-08-01', '2019-08-01 00:00:00+00:00', 0 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
INSERT INTO service_terms (estate_id, handling_party_id, service_mode, service_level, phone24, project_lead, valid_from, valid_to, recorded_at, recorded_by)
SELECT i, 1 + i % 19, 'professional', 'cpma2004/2', '', '', '2023-08-01', NULL, '2023-08-01 00:00:00+00:00', 0 FROM n;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
INSERT INTO accounts (phone, name, password_hash, locale, demo, disabled_at, created_at, updated_at)
SELECT CAST(13800000000 + i AS TEXT), '人' || i, '', 'zh-CN', FALSE, NULL, '2020-01-01 00:00:00+00:00', '2020-01-01 00:00:00+00:00' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
INSERT INTO memberships (account_id, role, scope_kind, scope_id, relation, status, method, valid_from, valid_to, asked_at, decided_at, decided_by, recorded_at)
SELECT i, 'resident', 'unit', 1 + i % 150, 'owner', 'approved', 'steward', '2020-01-01', NULL, '2020-01-01 00:00:00+00:00', '2020-01-02 00:00:00+00:00', 1, '2020-01-01 00:00:00+00:00' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO sessions (account_id, device, staff, refresh_hash, previous_hash, successor_sealed, rotated_at, created_at, last_seen_at, expires_at, ended_at, ended_why)
SELECT i, 'd' || i, i % 9 = 0, 'r' || i, 'q' || i, '', NULL, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', '2026-07-01 00:00:00+00:00', NULL, '' FROM n;
INSERT INTO sign_in_codes (request_id, phone, salt, code_hash, tries, used_at, created_at, expires_at) VALUES
  ('q1', '13800000001', 's', 'h', 0, NULL, '2026-01-01 00:00:00+00:00', '2026-01-01 00:10:00+00:00');
INSERT INTO setup_tokens (token_hash, created_at, expires_at, used_at) VALUES ('t', '2019-08-01 00:00:00+00:00', '2019-08-01 00:30:00+00:00', '2019-08-01 00:10:00+00:00');
INSERT INTO rate_limits (key, window_start, used) VALUES ('k1', '2026-01-01 00:00:00+00:00', 3), ('K2', '2026-01-01 00:00:00+00:00', 1);

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
INSERT INTO tickets (number, author_id, client_id, content_hash, reporter_id, filed_as, on_behalf, estate_id, building_id, entrance_id, unit_id, community_id, town_id,
  category, kind, urgency, catalogue_version, text, protected, share_contact, steward_sees, state, open, version, handling_party_id, routed_by, filed_at, device_time,
  dispatched_at, acknowledged_at, contacted_at, started_at, done_at, closed_at, acknowledge_due, contact_due, on_site_due, hazard_due, resolve_due, next_step, next_due,
  closing, send_backs, updated_at)
SELECT 'T-' || i, 1 + i % 150, 'c' || i, 'h' || i, 1 + i % 150, 'resident', FALSE, 1 + i % 50, 1 + i % 200, 0, 0, 3 + i % 10, 2,
  'REP-01', 'repair', 'normal', '1', '三楼的灯不亮了 ' || i, i % 40 = 0, FALSE, TRUE,
  CASE WHEN i % 3 = 0 THEN 'dispatched' WHEN i % 3 = 1 THEN 'done_pending_confirm' ELSE 'closed' END, i % 3 < 2, 1 + i % 4, 1 + i % 20, 'term', '2026-01-01 00:00:00+00:00', NULL,
  '2026-01-01 00:00:00+00:00', NULL, NULL, NULL, NULL, NULL, '2026-01-01 08:00:00+00:00', '2026-01-02 00:00:00+00:00', NULL, NULL, '2026-01-08 00:00:00+00:00', 'acknowledge',
  '2026-01-01 08:00:00+00:00',
  1, 0, '2026-01-01 00:00:00.000001+00:00' FROM n;
UPDATE tickets SET next_due = NULL WHERE NOT open;
INSERT INTO ticket_contacts (ticket_id, name, phone, consent) VALUES (1, '张三', '13900000000', 'given'), (2, '李四', '', 'none');
INSERT INTO number_series (key, last) VALUES ('ticket-2026', 600);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO ticket_messages (ticket_id, author_id, client_id, content_hash, side, handling_party_id, text, at, read_at)
SELECT 1 + i % 600, 1 + i % 150, 'm' || i, 'h', 'handler', 1, '师傅下午上门 ' || i, '2026-01-01 01:00:00+00:00', NULL FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO ticket_closings (ticket_id, closing, author_id, client_id, content_hash, handling_party_id, result, no_photo_reason, evidence, said_at, complete_at, outcome, answered_at)
SELECT i, 1, 1 + i % 150, 'd' || i, 'h', 1, '已更换', '', 'photo', '2026-01-02 00:00:00+00:00', NULL, '', NULL FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO ratings (author_id, client_id, content_hash, kind, ticket_id, closing, estate_id, handling_party_id, unit_id, weight, solved, level, text, period, at)
SELECT 1 + i % 150, 'r' || i, 'h', 'closing', i, 1, 1 + i % 50, 1, 0, '1', TRUE, 1 + i % 5, '', '2026-01', '2026-01-03 00:00:00+00:00' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO photos (author_id, client_id, ticket_id, noun, noun_id, kind, position, client_sha256, client_bytes, status, refuse_code, stored_sha256, thumb_sha256, width, height,
  bytes, dhash, claimed_minutes, claimed_camera, derived_minutes, derived_camera, derived_gps, exact_repeat_of, listed_at, stored_at)
SELECT 1 + i % 150, 'p' || i, 1 + i % 600, 'ticket', 1 + i % 600, 'before', 0, 'c' || i, 1000, 'missing', '', '', '', 0, 0, 0, -9223372036854775807 + i, NULL, NULL, NULL, NULL, NULL, 0,
  '2026-01-01 00:00:00+00:00', NULL FROM n;

INSERT INTO score_priors (period, baseline_class, rate, numerator, denominator, p0_bp, ruleset, computed_at) VALUES ('2026-01', 'professional', 'response', '9', '10', 9000, '1', '2026-01-01 00:00:00+00:00');
INSERT INTO score_releases (unit_kind, unit_id, cell, numerator, denominator, households, satisfied, ratings, last_rating_id, released_at)
VALUES ('estate', 1, 'c', '1', '2', 5, 4, 5, 7, '2026-01-01 00:00:00+00:00');
INSERT INTO rulesets (kind, version, formula, document, valid_from, valid_to, recorded_at) VALUES ('score', '0', '{}', '{"说明":"试"}', '2019-08-01', NULL, '2019-08-01 00:00:00+00:00');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 800)
INSERT INTO ledger (noun, noun_id, action, actor_role, handling_party_id, from_state, to_state, data, at, actor_commitment, note_commitment, leaf)
SELECT 'ticket', 1 + i % 600, 'accept', 'resident', 1, '', 'dispatched', '{}', '2026-01-01 00:00:00+00:00', 'a' || i, 'n' || i, 'leaf' || i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 800)
INSERT INTO ledger_private (ledger_id, actor_id, actor_salt, note, note_salt) SELECT i, 1, 's' || i, '', 't' || i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
INSERT INTO outbox (kind, key, payload, attempts, next_attempt_at, created_at, done_at, last_error)
SELECT 'sms', 'o' || i, '{}', 0, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00', NULL, '' FROM n;
INSERT INTO job_leases (name, holder, held_until, last_started_at, last_finished_at, last_error) VALUES ('sms-deliver', '', '2026-01-01 00:00:00+00:00', NULL, NULL, '');
INSERT INTO settings (key, value) VALUES ('key.phone', '00'), ('key.query-code', '11');
