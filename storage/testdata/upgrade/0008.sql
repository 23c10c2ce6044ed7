-- Schema 8 brought indexes and no rows: what is open and what is closed stand in them.
UPDATE tickets SET closed_at = '2026-02-07 00:00:00+00:00' WHERE NOT open;
