package storage

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"linli/models"
)

// ReserveIDs makes the database give ids above last to the rows of table that come without one of their own. Rows that
// were written with ids of a caller's choosing would meet its own counting otherwise. SQLite counts on from the highest
// id by itself. table is a name of the program's own, never input.
func ReserveIDs(tx Tx, table string, last int64) error {
	if tx.db.Name() != string(postgresDialect) {
		return nil
	}
	return tx.db.Exec(fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%s', 'id'), greatest(?, (SELECT coalesce(max(id), 1) FROM %s)))", table, table), last).Error
}

// Ids that are counted tell in which order rows were made, and so, between two rows whose moments are known, when. For rows
// whose moment must not be told a block of ids is kept free at the beginning of a stretch of time, and they get one out of
// it by chance: all that can be read from it is the stretch.

const (
	// blockSize is how many ids a block has: so many more than are drawn that hardly any draw meets an earlier one.
	blockSize = 1 << 20
	// blockBegins is where drawing begins in a block. Below lie the ids that other connections may have taken while the
	// database was being told to skip it.
	blockBegins = 1 << 10
	// blockKept is how long a block is remembered after its time: copies of the program whose clocks differ a little still
	// find it.
	blockKept = 24 * time.Hour
)

// idBlock is a row of id_blocks.
type idBlock struct {
	Name   string
	Closes time.Time
	First  int64
}

func (idBlock) TableName() string { return "id_blocks" }

// KeepIDs sees to it that each of the tables has a block of ids for the time until closes. Whoever writes a row of these
// tables calls it before, whether or not it draws one: a gap that only a hidden row makes would tell of that row. The names are
// the program's own, never input, and always in the same order.
func KeepIDs(tx Tx, tables []string, closes time.Time) error {
	for _, table := range tables {
		if _, err := blockOf(tx, table, closes); err != nil {
			return err
		}
	}
	return nil
}

// DrawIDs draws n free ids of table out of the block for the time until closes, smallest first.
func DrawIDs(tx Tx, table string, closes time.Time, n int) ([]int64, error) {
	first, err := blockOf(tx, table, closes)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for len(ids) < n {
		id := first + blockBegins + rand.Int64N(blockSize-blockBegins) // #nosec G404 -- an id is no secret; what must not be told is the order, and this generator has none
		var taken int64
		if err := tx.db.Table(table).Where("id = ?", id).Count(&taken).Error; err != nil {
			return nil, err
		}
		if taken == 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// blockOf is the first id of a block, which is made where it is not there yet.
func blockOf(tx Tx, table string, closes time.Time) (int64, error) {
	closes = models.UTC(closes)
	find := func() (first int64, err error) { // 0 where there is none
		err = tx.db.Model(&idBlock{}).Select("first").Where("name = ? AND closes = ?", table, closes).Limit(1).Scan(&first).Error
		return first, err
	}
	if first, err := find(); err != nil || first != 0 {
		return first, err
	}
	skipped, err := skipIDs(tx, table)
	if err != nil {
		return 0, err
	}
	if _, err := Insert(tx, &idBlock{Name: table, Closes: closes, First: skipped}); err != nil {
		return 0, err
	}
	if err := tx.db.Where("name = ? AND closes < ?", table, closes.Add(-blockKept)).Delete(&idBlock{}).Error; err != nil {
		return 0, err
	}
	// Another connection may have made it first: then its block holds, and the ids that we skipped stay free.
	first, err := find()
	if err == nil && first == 0 {
		err = ErrRaced
	}
	return first, err
}

// skipIDs makes the database leave out the next blockSize ids of table, and returns the first of them.
func skipIDs(tx Tx, table string) (first int64, err error) {
	if tx.db.Name() == string(postgresDialect) {
		query := "SELECT setval(q.s, nextval(q.s) + ?) - ? FROM (SELECT pg_get_serial_sequence(?, 'id')::regclass AS s) q"
		return first, tx.db.Raw(query, blockSize, blockSize, table).Scan(&first).Error
	}
	var last int64
	if err := tx.db.Raw("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?", table).Scan(&last).Error; err != nil {
		return 0, err
	}
	if err := tx.db.Exec("DELETE FROM sqlite_sequence WHERE name = ?", table).Error; err != nil {
		return 0, err
	}
	return last + 1, tx.db.Exec("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, last+blockSize).Error
}
