-- What schema 29 brought: looks of tickets that an office took away, with its reason.
UPDATE handed_over_tickets SET missed = '["acknowledge","contact","resolve"]', why = '到期三天无人应答' WHERE id % 5 = 0;
