package place

import (
	"gorm.io/gorm"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// counted is how many open tickets lie at one place, and how many of them are overdue.
type counted struct {
	ID      int64
	Open    int64
	Overdue int64
}

// ticketCounts counts open and overdue tickets by estate or by building, in one grouped query a thousand ids. column
// is estate_id or building_id. Overdue is what the ticket rules call so: a deadline of the handler has passed; what
// waits for the reporter's answer is not overdue. What waits for its batch is not counted: everybody sees these figures.
func ticketCounts(tx storage.Tx, column string, ids []int64) (map[int64]counted, error) {
	return countOpen(tx, column, ids, func(q *gorm.DB) *gorm.DB { return q.Where("held_level = 0") })
}

// listedCounts is ticketCounts of what a's own list of a place holds: the same set by the same scope (models.Scope.Work), so
// that the figure and the list behind it agree. It is empty for whoever has no such list.
func listedCounts(tx storage.Tx, a models.Actor, column string, ids []int64) (map[int64]counted, error) {
	scope := models.ScopeOf(a).Work()
	if scope.Empty() {
		return nil, nil
	}
	return countOpen(tx, column, ids, func(q *gorm.DB) *gorm.DB { return storage.Visible(q, scope, "tickets") })
}

func countOpen(tx storage.Tx, column string, ids []int64, seen func(*gorm.DB) *gorm.DB) (map[int64]counted, error) {
	counts := map[int64]counted{}
	for chunk := range chunks(ids) {
		var rows []counted
		err := seen(tx.DB().Table("tickets")).
			Select(column+" AS id, COUNT(*) AS open, SUM(CASE WHEN "+sqlLate+" THEN 1 ELSE 0 END) AS overdue", tx.At()).
			Where(column+" IN ? AND open = TRUE", chunk).Group(column).Limit(inChunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			counts[r.ID] = r
		}
	}
	return counts, nil
}

// sqlLate is what of the open tickets is overdue at a moment.
const sqlLate = "state <> 'done_pending_confirm' AND next_due < ?"

// listed is nil where nothing is: there a figure has no list to open.
func (c counted) listed() *place.Listed {
	if c.Open == 0 {
		return nil
	}
	return &place.Listed{Open: c.Open, Overdue: c.Overdue}
}
