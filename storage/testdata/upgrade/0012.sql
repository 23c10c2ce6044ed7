-- What schema 12 brought: tickets that wait for their batch, one that was withdrawn while it waited, and their ids.
UPDATE tickets SET received_at = filed_at, filed_at = '2026-02-20 02:00:00+00:00', state = 'accepted', held_level = 1, next_step = 'none', next_due = NULL WHERE id % 40 = 0;
UPDATE tickets SET received_at = filed_at, state = 'withdrawn', open = FALSE, held_level = 2 WHERE id % 40 = 1;
INSERT INTO id_blocks (name, closes, first) VALUES ('tickets', '2026-02-20 02:00:00+00:00', 100000), ('photos', '2026-02-20 02:00:00+00:00', 100000);
