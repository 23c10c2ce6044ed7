-- What schema 24 brought: matters whose clock stands still, for parts or until a day of the reporter's.
UPDATE tickets SET pause_why = 'parts', paused_from = '2026-01-07 00:00:00+00:00', paused_until = '2026-01-14 16:00:00+00:00', paused_due = '2026-01-10 15:59:59+00:00', parts_paused = TRUE WHERE id <= 60 AND id % 4 = 0;
UPDATE tickets SET pause_why = 'day', paused_from = '2026-01-08 00:00:00+00:00', paused_until = '2026-01-09 16:00:00+00:00', paused_due = '2026-01-10 15:59:59+00:00' WHERE id <= 60 AND id % 4 = 2;
