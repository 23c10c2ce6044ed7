package score

import (
	"time"

	"linli/models/score"
)

// addReturns adds to the tickets of a unit when their parties gave them back. Only the page behind a score asks for it: no
// rate depends on it.
func (v *viewed) addReturns() error {
	at, ids := map[int64]int{}, make([]int64, 0, len(v.facts.tickets))
	for i, t := range v.facts.tickets {
		at[t.ID] = i
		ids = append(ids, t.ID)
	}
	terms := map[int64][]score.Term{}
	for i, estate := range v.unit.estates {
		terms[estate] = v.unit.served[i].terms
	}
	stations, err := stationIDs(v.tx)
	if err != nil {
		return err
	}
	for _, chunk := range chunks(ids) {
		var rows []struct {
			TicketID, FromPartyID int64
			AskedAt               time.Time
		}
		err := v.tx.DB().Table("ticket_returns").Select("ticket_id, from_party_id, asked_at").
			Where("ticket_id IN ?", chunk).Order("ticket_id, id").Limit(50 * inChunk).Scan(&rows).Error
		if err != nil {
			return err
		}
		for _, row := range rows {
			one := &v.facts.tickets[at[row.TicketID]]
			serving := score.Serves(terms[one.Place.EstateID], row.AskedAt, row.FromPartyID, stations[row.FromPartyID])
			one.Returns = append(one.Returns, score.Return{Serving: serving, At: row.AskedAt})
		}
	}
	return nil
}
