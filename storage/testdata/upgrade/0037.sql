-- What schema 37 brought: the words of a rating as they were released.
INSERT INTO released_comments (rating_id, handling_party_id, text, place, released_at)
SELECT id, handling_party_id, 'text', 7, '2026-01-10 00:00:00+00:00' FROM ratings WHERE id = (SELECT min(id) FROM ratings);
