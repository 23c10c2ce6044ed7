package ticket

import (
	"context"
	"time"

	"linli/models/ticket"
	"linli/storage"
)

// Queue is how the county's open tickets stand, for the people who run the service: figures, nobody's matter.
type Queue struct {
	Open    int64
	Overdue map[Owed]int64 // every combination is there, most of them 0
	// Unacknowledged is the oldest deadline to acknowledge that has passed without an answer; zero when there is none.
	Unacknowledged time.Time
}

// Owed is what the handler of an overdue ticket owes, and the highest level that was told.
type Owed struct {
	Step  ticket.NextStep
	Level ticket.Level
}

// Queue counts the open tickets. It walks the index of what is open, so history costs nothing.
func (s *Store) Queue(ctx context.Context) (q Queue, err error) {
	q.Overdue = map[Owed]int64{}
	for _, step := range []ticket.NextStep{ticket.NextAcknowledge, ticket.NextContact, ticket.NextResolve} {
		for level := ticket.Level(0); level <= ticket.LevelLeadingGroup; level++ {
			q.Overdue[Owed{step, level}] = 0
		}
	}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var found []struct {
			NextStep    ticket.NextStep
			EscalatedTo ticket.Level
			N, Late     int64
		}
		err := tx.DB().Table("tickets").Select("next_step, escalated_to, count(*) AS n, count(CASE WHEN next_due < ? THEN 1 END) AS late", tx.At()).
			Where(sqlOpen).Group("next_step, escalated_to").Limit(100).Scan(&found).Error
		if err != nil {
			return err
		}
		for _, f := range found {
			q.Open += f.N
			if _, counts := q.Overdue[Owed{f.NextStep, f.EscalatedTo}]; counts {
				q.Overdue[Owed{f.NextStep, f.EscalatedTo}] = f.Late
			}
		}
		var first ticket.Ticket
		err = tx.DB().Select("next_due").Where(sqlOpen+" AND next_step = ? AND next_due < ?", ticket.NextAcknowledge, tx.At()).
			Order("next_due, id").Limit(1).Take(&first).Error
		if storage.Absent(err) {
			return nil
		}
		if err == nil && first.NextDue != nil {
			q.Unacknowledged = *first.NextDue
		}
		return err
	})
	return q, err
}
