package ticket

import (
	"slices"

	"linli/models"
	"linli/models/people"
	"linli/models/ticket"
	"linli/storage"
)

// ownOf reads what in the texts of protected tickets would point at the people behind them: their names and homes, also
// homes that they left or were refused. What it answers never leaves the program.
func ownOf(tx storage.Tx, tickets []ticket.Ticket) (map[int64]models.Own, error) {
	hidden := slices.DeleteFunc(slices.Clone(tickets), func(t ticket.Ticket) bool { return !t.Protected })
	own := map[int64]models.Own{}
	if len(hidden) == 0 {
		return own, nil
	}
	accounts := append(idsOf(hidden, func(t ticket.Ticket) int64 { return t.AuthorID }), idsOf(hidden, func(t ticket.Ticket) int64 { return t.ReporterID })...)
	names, err := byID[people.Account](tx, accounts, func(a people.Account) int64 { return a.ID })
	if err != nil {
		return nil, err
	}
	homes, err := homesOf(tx, accounts)
	if err != nil {
		return nil, err
	}
	neighbours, err := neighbourNames(tx, idsOf(hidden, func(t ticket.Ticket) int64 { return t.ID }))
	if err != nil {
		return nil, err
	}
	for _, t := range hidden {
		o := models.Own{Names: []string{neighbours[t.ID]}}
		for _, id := range []int64{t.AuthorID, t.ReporterID} {
			o.Names = append(o.Names, names[id].Name)
			o.Homes = append(o.Homes, homes[id]...)
		}
		own[t.ID] = o
	}
	return own, nil
}

// neighbourNames are the names of people without an account for whom somebody filed.
func neighbourNames(tx storage.Tx, tickets []int64) (map[int64]string, error) {
	var contacts []Contact
	err := tx.DB().Where("ticket_id IN ?", tickets).Limit(len(tickets)).Find(&contacts).Error
	names := map[int64]string{}
	for _, c := range contacts {
		names[c.TicketID] = c.Name
	}
	return names, err
}

// homesOf are the homes that accounts ever said were theirs, at most a few each.
func homesOf(tx storage.Tx, accounts []int64) (map[int64][]models.OwnHome, error) {
	homes := map[int64][]models.OwnHome{}
	slices.Sort(accounts)
	for chunk := range slices.Chunk(slices.Compact(accounts), 1000) {
		var rows []struct {
			AccountID                int64
			Building, Entrance, Unit string
		}
		err := tx.DB().Table("memberships m").Distinct("m.account_id, b.name AS building, e.name AS entrance, u.name AS unit").
			Joins("JOIN units u ON u.id = m.scope_id").Joins("JOIN buildings b ON b.id = u.building_id").Joins("JOIN entrances e ON e.id = u.entrance_id").
			// Residents live in units, so the role says it all. Naming the kind of scope as well would lead SQLite, which has
			// no statistics, along everybody's memberships.
			Where("m.account_id IN ? AND m.role = ?", chunk, models.Resident).
			Limit(20 * len(chunk)).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			homes[r.AccountID] = append(homes[r.AccountID], models.OwnHome{Building: r.Building, Entrance: r.Entrance, Unit: r.Unit})
		}
	}
	return homes, nil
}
