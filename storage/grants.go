package storage

import (
	"errors"
	"regexp"
	"strings"
)

// appendOnly are the tables whose rows the program's role may neither change nor delete.
var appendOnly = []string{"ledger", "ledger_seals", "ledger_hashes", "ledger_checkpoints"}

var rolePattern = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// Grants is the SQL that makes a Postgres role under which the program runs and which cannot change the ledger, whatever
// somebody makes the program send: it owns no table, so it can take no trigger away. The owner of the tables runs it,
// again after every update; it may run any number of times.
func Grants(role string) (string, error) {
	if !rolePattern.MatchString(role) {
		return "", errors.New("a role's name has small letters, figures and underscores")
	}
	return strings.NewReplacer("{role}", role, "{ledger}", strings.Join(appendOnly, ", ")).Replace(`-- Run by the owner of the tables. Set a password afterwards: \password {role}
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} LOGIN; END IF;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO {role}', current_database());
END $$;
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role};
-- What is written here stays.
REVOKE UPDATE, DELETE, TRUNCATE ON {ledger} FROM {role};
-- A half is erased or kept, never changed.
REVOKE UPDATE, TRUNCATE ON ledger_private FROM {role};
-- The schema is the owner's.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON goose_db_version FROM {role};
`), nil
}
