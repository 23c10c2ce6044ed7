package ticket

import (
	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// ownOf reads what in the texts of tickets would point at the people behind them: their names and homes, also homes that
// they left or were refused. What it answers never leaves the program.
func ownOf(tx storage.Tx, tickets []ticket.Ticket) (map[int64]models.Own, error) {
	own := map[int64]models.Own{}
	if len(tickets) == 0 {
		return own, nil
	}
	accounts := append(idsOf(tickets, func(t ticket.Ticket) int64 { return t.AuthorID }), idsOf(tickets, func(t ticket.Ticket) int64 { return t.ReporterID })...)
	var found []struct {
		What, First, Second, Third string
		ID                         int64
	}
	ids := idsOf(tickets, func(t ticket.Ticket) int64 { return t.ID })
	err := tx.DB().Raw(sqlOwn, accounts, accounts, models.Resident, 20*len(accounts), ids, ids).Scan(&found).Error
	if err != nil {
		return nil, err
	}
	names, neighbours, homes, places := map[int64]string{}, map[int64]string{}, map[int64][]models.OwnHome{}, map[int64][]models.OwnHome{}
	for _, f := range found {
		switch f.What {
		case "account":
			names[f.ID] = f.First
		case "home":
			homes[f.ID] = append(homes[f.ID], models.OwnHome{Building: f.First, Entrance: f.Second, Unit: f.Third})
		case "place":
			places[f.ID] = []models.OwnHome{{Building: f.First, Entrance: f.Second, Unit: f.Third}}
		case "neighbour":
			neighbours[f.ID] = f.First
		}
	}
	for _, t := range tickets {
		o := models.Own{Names: []string{neighbours[t.ID]}, Homes: places[t.ID]}
		for _, id := range []int64{t.AuthorID, t.ReporterID} {
			o.Names = append(o.Names, names[id])
			o.Homes = append(o.Homes, homes[id]...)
		}
		own[t.ID] = o
	}
	return own, nil
}

// OwnOf is the same of words that people wrote about no ticket, by their accounts.
func OwnOf(tx storage.Tx, accounts []int64) (map[int64]models.Own, error) {
	var about []ticket.Ticket
	for _, account := range accounts {
		about = append(about, ticket.Ticket{ID: -account, AuthorID: account, ReporterID: account}) // no ticket has such an id
	}
	byTicket, err := ownOf(tx, about)
	own := make(map[int64]models.Own, len(accounts))
	for _, account := range accounts {
		own[account] = byTicket[-account]
	}
	return own, err
}

// sqlOwn asks for the names of accounts, the homes that they ever said were theirs (at most a few each), the homes that the
// tickets are about, and the names of people without an account for whom somebody filed. Residents live in units, so the role says it all: naming the kind of
// scope as well would lead SQLite, which has no statistics, along everybody's memberships.
const sqlOwn = `SELECT 'account' AS what, id, name AS first, '' AS second, '' AS third FROM accounts WHERE id IN ?
UNION ALL SELECT * FROM (SELECT DISTINCT 'home', m.account_id, b.name, e.name, u.name FROM memberships m
	JOIN units u ON u.id = m.scope_id JOIN buildings b ON b.id = u.building_id JOIN entrances e ON e.id = u.entrance_id
	WHERE m.account_id IN ? AND m.role = ? LIMIT ?) AS homes
UNION ALL SELECT 'place', t.id, b.name, e.name, u.name FROM tickets t JOIN units u ON u.id = t.unit_id JOIN buildings b ON b.id = u.building_id JOIN entrances e ON e.id = u.entrance_id WHERE t.id IN ?
UNION ALL SELECT 'neighbour', ticket_id, name, '', '' FROM ticket_contacts WHERE ticket_id IN ?`
