-- What schema 36 brought: an estate whose developer is known.
UPDATE estates SET developer_party_id = (SELECT min(id) FROM handling_parties) WHERE id = (SELECT min(id) FROM estates);
