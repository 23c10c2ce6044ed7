package ticket

import (
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// addDuty reads who has duty at the party of an urgent matter at this moment.
func addDuty(tx storage.Tx, k *ticket.Known) error {
	if !k.Ticket.RoundTheClock() {
		return nil
	}
	shifts, err := places.ShiftsOf(tx, k.Ticket.HandlingPartyID)
	duty, _ := place.OnDuty(shifts, tx.At())
	for _, s := range duty {
		k.Duty = append(k.Duty, ticket.Duty{Title: s.Title, Name: s.Name, Phone: s.Phone})
	}
	return err
}
