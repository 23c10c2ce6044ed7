-- What schema 3 brought: second factors, used and asked for.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
INSERT INTO second_factors (account_id, secret_sealed, session_id, last_step, asked_at, confirmed_at)
SELECT i, 'sealed' || i, i, 55000000 + i, '2026-02-01 00:00:00+00:00', NULL FROM n;
UPDATE second_factors SET confirmed_at = '2026-02-01 00:01:00+00:00' WHERE account_id < 15;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 140)
INSERT INTO recovery_codes (account_id, code_hash, used_at) SELECT 1 + i % 14, 'code' || i, NULL FROM n;
INSERT INTO sign_in_challenges (token_hash, account_id, device, how, tries, created_at, expires_at)
VALUES ('x', 1, 'd', 'password', 1, '2026-02-01 00:00:00+00:00', '2026-02-01 00:05:00+00:00');
