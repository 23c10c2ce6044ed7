-- What schema 4 brought: half of the ledger is sealed, and a checkpoint tells of it.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
INSERT INTO ledger_seals (position, ledger_id, leaf) SELECT i - 1, i, 'leaf-' || i FROM n;
DELETE FROM ledger_unsealed WHERE ledger_id <= 400;
INSERT INTO ledger_checkpoints (number, size, root, signed_at, note) VALUES
  (1, 200, 'root1', '2026-02-01 00:00:00+00:00', 'note1'), (2, 400, 'root2', '2026-02-01 01:00:00+00:00', 'note2');
