package place

import (
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
	counts := map[int64]counted{}
	for chunk := range chunks(ids) {
		var rows []counted
		err := tx.DB().Table("tickets").
			Select(column+" AS id, COUNT(*) AS open, SUM(CASE WHEN state <> 'done_pending_confirm' AND next_due < ? THEN 1 ELSE 0 END) AS overdue", tx.At()).
			Where(column+" IN ? AND open = TRUE AND held_level = 0", chunk).Group(column).Limit(inChunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			counts[r.ID] = r
		}
	}
	return counts, nil
}
