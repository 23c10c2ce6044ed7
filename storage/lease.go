package storage

import (
	"context"
	"time"

	"linli/models"
)

// Lease says which copy of the program runs a job, until when, and how it went the last time.
type Lease struct {
	Name            string `gorm:"primaryKey"`
	Holder          string
	HeldUntil       time.Time
	LastStartedAt   *time.Time
	LastFinishedAt  *time.Time
	LastSucceededAt *time.Time
	LastError       string
}

// TableName is where leases are kept.
func (Lease) TableName() string { return "job_leases" }

// Hold takes the lease of a job for at most length, and reports whether this copy got it. It is refused while another
// holder has it, and while the last start is younger than rest, so that two copies whose clocks tick apart do not both
// do one turn's work. A copy that dies leaves the lease to run out; nothing needs to be cleared by hand.
func (db *DB) Hold(ctx context.Context, name, holder string, length, rest time.Duration) (got bool, err error) {
	err = db.Write(ctx, func(tx Tx) error {
		if _, err := Insert(tx, &Lease{Name: name, HeldUntil: tx.At()}); err != nil {
			return err
		}
		free := tx.db.Table("job_leases").
			Where("name = ? AND held_until <= ?", name, tx.At()).
			Where("last_started_at IS NULL OR last_started_at <= ?", models.UTC(tx.At().Add(-rest)))
		taken := free.Updates(map[string]any{
			"holder":          holder,
			"held_until":      models.UTC(tx.At().Add(length)),
			"last_started_at": tx.At(),
		})
		got = taken.RowsAffected == 1
		return taken.Error
	})
	return got, err
}

// Renew lets a holder keep its lease for another length, and reports whether it still had it. One that was late, so that
// the lease ran out and went to another copy, has not.
func (db *DB) Renew(ctx context.Context, name, holder string, length time.Duration) (still bool, err error) {
	err = db.Write(ctx, func(tx Tx) error {
		renewed := tx.db.Table("job_leases").Where("name = ? AND holder = ?", name, holder).
			Updates(map[string]any{"held_until": models.UTC(tx.At().Add(length))})
		still = renewed.RowsAffected == 1
		return renewed.Error
	})
	return still, err
}

// Release gives a lease back and writes down how the job ended; failure is empty when it went well. Whoever no longer
// holds the lease changes nothing.
func (db *DB) Release(ctx context.Context, name, holder, failure string) error {
	return db.Write(ctx, func(tx Tx) error {
		end := map[string]any{"holder": "", "held_until": tx.At(), "last_finished_at": tx.At(), "last_error": failure}
		if failure == "" {
			end["last_succeeded_at"] = tx.At()
		}
		return tx.db.Table("job_leases").Where("name = ? AND holder = ?", name, holder).Updates(end).Error
	})
}

// Leases lists how every job went the last time.
func (db *DB) Leases(ctx context.Context) (leases []Lease, err error) {
	err = db.Read(ctx, func(tx Tx) error {
		return tx.db.Order("name").Limit(100).Find(&leases).Error
	})
	return leases, err
}
