-- What schema 19 brought is an index; some of what it holds was missed.
UPDATE handed_over_tickets SET missed = '["contact"]' WHERE id % 2 = 0;
