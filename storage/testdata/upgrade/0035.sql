-- What schema 35 brought: reply templates, one of them removed.
INSERT INTO reply_templates (author_id, client_id, content_hash, handling_party_id, title, text, category, state, used_for, removed_at, version)
SELECT 1, 'template-' || id, 'x', 1, '约上门', '{staff}在{deadline}前上门', CASE WHEN id % 2 = 0 THEN 'REP-01' ELSE '' END, '', 'reply', NULL, 1 FROM tickets WHERE id <= 20;
UPDATE reply_templates SET removed_at = '2026-01-08 00:00:00+00:00', version = 2 WHERE id % 3 = 0;
