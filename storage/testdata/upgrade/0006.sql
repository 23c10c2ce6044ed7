-- What schema 6 brought: tickets that have been urged, and told of to a higher level.
UPDATE tickets SET urges = 2, urged_at = '2026-02-02 00:00:00+00:00', escalated_to = 1, alert_index = 3, alert_due = '2026-02-03 00:00:00+00:00' WHERE id % 30 = 0;
