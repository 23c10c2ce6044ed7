package storage

import "fmt"

// ReserveIDs makes the database give ids above last to the rows of table that come without one of their own. Rows that
// were written with ids of a caller's choosing would meet its own counting otherwise. SQLite counts on from the highest
// id by itself. table is a name of the program's own, never input.
func ReserveIDs(tx Tx, table string, last int64) error {
	if tx.db.Name() != string(postgresDialect) {
		return nil
	}
	return tx.db.Exec(fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%s', 'id'), greatest(?, (SELECT coalesce(max(id), 1) FROM %s)))", table, table), last).Error
}
