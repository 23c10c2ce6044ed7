-- +goose Up
-- Who built an estate and answers for its quality and its parking spaces (建设单位).
ALTER TABLE estates ADD COLUMN developer_party_id INTEGER REFERENCES handling_parties (id);

-- +goose Down
SELECT 'developers stay';
