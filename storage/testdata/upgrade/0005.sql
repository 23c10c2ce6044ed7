-- What schema 5 brought: when each job last went well.
INSERT INTO job_leases (name, holder, held_until, last_started_at, last_finished_at, last_error, last_succeeded_at)
VALUES ('upgrade-well', '', '2026-02-01 00:00:00+00:00', '2026-02-01 00:00:00+00:00', '2026-02-01 00:00:05+00:00', '', '2026-02-01 00:00:05+00:00'),
       ('upgrade-never', '', '2026-02-01 00:00:00+00:00', '2026-02-01 00:00:00+00:00', '2026-02-01 00:00:05+00:00', 'away', NULL);
