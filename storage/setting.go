package storage

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"linli/models"
)

// Setting is one word that the program keeps about itself.
type Setting struct {
	Key   string `gorm:"primaryKey"`
	Value string
}

// lastingKeySize is in bytes.
const lastingKeySize = 32

// LastingKey is a secret that is made once and then never changes, the same for all copies of the program: the key
// behind query codes, for example, which must stay what they were when the keys of the sign-in tokens are exchanged.
// It goes wherever the database goes, backups included.
func (db *DB) LastingKey(ctx context.Context, name string) (key []byte, err error) {
	fresh := make([]byte, lastingKeySize)
	rand.Read(fresh)
	row := Setting{Key: "key." + name, Value: hex.EncodeToString(fresh)}
	err = db.Write(ctx, func(tx Tx) error {
		if _, err := Insert(tx, &row); err != nil {
			return err
		}
		return tx.db.Where("key = ?", row.Key).Take(&row).Error
	})
	if err != nil {
		return nil, err
	}
	key, err = hex.DecodeString(row.Value)
	if err != nil || len(key) != lastingKeySize {
		return nil, fmt.Errorf("setting %s is not a key of %d bytes", row.Key, lastingKeySize)
	}
	return key, nil
}

// lastBackup holds the moment of the newest good backup.
const lastBackup = "backup.last"

// NoteBackup writes down that a good backup shows the database as it was at the given moment.
func (db *DB) NoteBackup(ctx context.Context, at time.Time) error {
	row := Setting{Key: lastBackup, Value: models.UTC(at).Format(time.RFC3339Nano)}
	return db.Write(ctx, func(tx Tx) error {
		return tx.db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "key"}}, UpdateAll: true}).Create(&row).Error
	})
}

// LastBackup is the moment of the newest good backup, the zero time where there was none.
func (db *DB) LastBackup(ctx context.Context) (at time.Time, err error) {
	var row Setting
	err = db.Read(ctx, func(tx Tx) error { return tx.db.Where("key = ?", lastBackup).Limit(1).Find(&row).Error })
	if err != nil || row.Value == "" {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339Nano, row.Value)
}
