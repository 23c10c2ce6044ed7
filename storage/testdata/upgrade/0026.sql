-- What schema 26 brought: bulletins that an office ended.
UPDATE bulletins SET ended_above = TRUE WHERE ended_by <> 0 AND id % 2 = 0;
