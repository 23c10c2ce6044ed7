package storage

import (
	"context"
	"database/sql"
	"time"
)

// Pool is how busy a pool of database connections is.
type Pool struct {
	Name              string // writer and reader on SQLite, one called all on Postgres
	Busy, Idle, Limit int
	Waits             int64         // how often somebody had to wait for a connection
	Waited            time.Duration // and how long, together
}

// Pools tells how busy the connections are. It asks nobody.
func (db *DB) Pools() []Pool {
	if db.pool != nil {
		s := db.pool.Stat()
		return []Pool{{
			Name: "all", Busy: int(s.AcquiredConns()), Idle: int(s.IdleConns()), Limit: int(s.MaxConns()),
			Waits: s.EmptyAcquireCount(), Waited: s.EmptyAcquireWaitTime(),
		}}
	}
	var pools []Pool
	for _, p := range []struct {
		name string
		of   func() (*sql.DB, error)
	}{{"writer", db.writer.DB}, {"reader", db.reader.DB}} {
		if s, err := p.of(); err == nil {
			s := s.Stats()
			pools = append(pools, Pool{Name: p.name, Busy: s.InUse, Idle: s.Idle, Limit: s.MaxOpenConnections, Waits: s.WaitCount, Waited: s.WaitDuration})
		}
	}
	return pools
}

// Outgoing is what waits in the outbox of one kind of effect.
type Outgoing struct {
	Kind     string
	Waiting  int64
	Oldest   time.Time // when the first of them was posted
	Attempts int64     // of the one that was tried most
}

// Outgoing tells what waits in the outbox.
func (db *DB) Outgoing(ctx context.Context) (waiting []Outgoing, err error) {
	err = db.Read(ctx, func(tx Tx) error {
		var kinds []struct {
			Kind               string
			N, First, Attempts int64
		}
		err := tx.db.Table("outbox").Select("kind, count(*) AS n, min(id) AS first, max(attempts) AS attempts").
			Where("done_at IS NULL").Group("kind").Order("kind").Limit(100).Scan(&kinds).Error
		if err != nil {
			return err
		}
		for _, k := range kinds {
			var first Effect // an aggregate over a time comes back as text from SQLite
			if err := tx.db.Select("created_at").Take(&first, "id = ?", k.First).Error; err != nil {
				return err
			}
			waiting = append(waiting, Outgoing{Kind: k.Kind, Waiting: k.N, Oldest: first.CreatedAt, Attempts: k.Attempts})
		}
		return nil
	})
	return waiting, err
}
