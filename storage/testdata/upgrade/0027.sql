-- What schema 27 brought: sessions whose newest refresh has arrived, and such whose answer was lost.
UPDATE sessions SET generation = 3 WHERE id % 3 = 0;
UPDATE sessions SET generation = 1, arrived = FALSE WHERE id % 3 = 1;
