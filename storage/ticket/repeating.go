package ticket

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// The rulesets on repeats.
const (
	repeatKind    = "repeats"
	repeatFormula = "repeats/1"
)

// SeedRepeatRules writes the rules on repeats that the program brings along into a database that does not have them. It may run at
// every start.
func SeedRepeatRules(tx storage.Tx) error {
	return storage.SeedRules(tx, repeatKind, ticket.RepeatRuleDocuments(), ticket.ParseRepeatRules, func(r ticket.RepeatRules) (string, string, models.Date) {
		return r.Version, repeatFormula, r.ValidFrom
	})
}

const (
	// repeatsLooked is at how many things of places the rule looks, those with the most matters; repeatsShown of them are listed, each with
	// its newest mattersShown.
	repeatsLooked = 300
	repeatsShown  = 60
)

// mattersShown is a variable for the tests.
var mattersShown = 30

// overseenEstates are the estates of the places that a looks after as an office, as a query of their ids; nil for all.
func overseenEstates(tx storage.Tx, a models.Actor) *gorm.DB {
	scope := models.ScopeOf(a).Overseen()
	if scope.Everything {
		return nil
	}
	return tx.DB().Table("estates").Select("id").Where("community_id IN ? OR town_id IN ?", scope.Communities, scope.Towns)
}

// sqlCandidates counts the matters of each thing at each place. Rows that a case holds are not counted again.
const sqlCandidates = `SELECT estate_id, building_id, thing, count(*) AS n FROM (
	SELECT t.estate_id, CASE WHEN t.category IN ? THEN 0 ELSE t.building_id END AS building_id, %THING% AS thing
	FROM tickets t WHERE t.kind = 'repair' AND t.category IN ? AND t.filed_at >= ? AND t.held_level = 0 AND t.state NOT IN ? AND %PLACE%
	AND NOT EXISTS (SELECT 1 FROM cause_case_tickets c WHERE c.ticket_id = t.id AND c.removed_at IS NULL)) AS matters
GROUP BY estate_id, building_id, thing HAVING count(*) >= ? ORDER BY n DESC, estate_id, building_id, thing LIMIT ?`

// candidates are the things of places about which enough was filed within the window for the rule to look at.
func candidates(tx storage.Tx, a models.Actor, rules ticket.RepeatRules) (keys []ticket.RepeatKey, err error) {
	var wholeEstate []string
	thing := "CASE"
	var named []any
	for _, one := range rules.Things {
		if one.PerEstate {
			wholeEstate = append(wholeEstate, one.Categories...)
		}
		thing += " WHEN t.category IN ? THEN ?"
		named = append(named, one.Categories, string(one.Thing))
	}
	thing += " ELSE '' END"
	place := "1 = 1"
	values := append([]any{wholeEstate}, named...)
	values = append(values, rules.Categories(), windowFrom(tx, rules), ticket.UncountedStates())
	if estates := overseenEstates(tx, a); estates != nil {
		place = "t.estate_id IN (?)"
		values = append(values, estates)
	}
	sql := strings.NewReplacer("%THING%", thing, "%PLACE%", place).Replace(sqlCandidates)
	err = tx.DB().Raw(sql, append(values, rules.LeastTimes, repeatsLooked)...).Scan(&keys).Error
	return keys, err
}

// windowFrom is the first moment of what is read: of the window, or of the watch over what was done, whichever is longer.
func windowFrom(tx storage.Tx, rules ticket.RepeatRules) time.Time {
	return tx.Today().Add(1 - max(rules.WindowDays, rules.WatchDays)).Start()
}

// columnsCounted are what the rule reads of a ticket.
var columnsCounted = []string{"id", "kind", "state", "category", "estate_id", "building_id", "held_level", "filed_at", "done_at", "author_id", "reporter_id", "filed_as", "on_behalf"}

// about are, as far as the rule reads them, the tickets of things at places, filed within the window, by what they tell of; free are only those that no case holds.
func about(tx storage.Tx, rules ticket.RepeatRules, keys []ticket.RepeatKey, free bool) (map[ticket.RepeatKey][]ticket.Ticket, error) {
	wanted := map[ticket.RepeatKey]bool{}
	var anywhere, inBuilding []string // categories of what is of a whole estate, and of a building
	var buildings []int64
	for _, key := range keys {
		wanted[key] = true
		if thing, _ := rules.Of(key.Thing); thing.PerEstate {
			anywhere = append(anywhere, thing.Categories...)
		} else {
			inBuilding = append(inBuilding, thing.Categories...)
			buildings = append(buildings, key.BuildingID)
		}
	}
	for _, all := range []*[]string{&anywhere, &inBuilding} {
		slices.Sort(*all)
		*all = slices.Compact(*all)
	}
	slices.Sort(buildings)
	buildings = slices.Compact(buildings)
	out := map[ticket.RepeatKey][]ticket.Ticket{}
	for chunk := range slices.Chunk(idsOf(keys, func(k ticket.RepeatKey) int64 { return k.EstateID }), 100) {
		query := tx.DB().Select(columnsCounted).Where("kind = 'repair' AND estate_id IN ? AND filed_at >= ? AND held_level = 0 AND state NOT IN ?", chunk, windowFrom(tx, rules), ticket.UncountedStates()).
			Where("(category IN ? OR (category IN ? AND building_id IN ?))", anywhere, inBuilding, buildings)
		if free {
			query = query.Where("NOT EXISTS (SELECT 1 FROM cause_case_tickets c WHERE c.ticket_id = tickets.id AND c.removed_at IS NULL)")
		}
		var found []ticket.Ticket
		if err := query.Find(&found).Error; err != nil {
			return nil, err
		}
		for _, t := range found {
			if key, counts := rules.KeyOf(t); counts && wanted[key] {
				out[key] = append(out[key], t)
			}
		}
	}
	return out, nil
}

// residences are the homes of accounts in estates, as far as they are approved.
type residences map[[2]int64]int64

func (r residences) in(estate int64) func(account int64) int64 {
	return func(account int64) int64 { return r[[2]int64{account, estate}] }
}

// homesBehind reads where the people behind tickets live.
func homesBehind(tx storage.Tx, tickets []ticket.Ticket) (residences, error) {
	accounts := append(idsOf(tickets, func(t ticket.Ticket) int64 { return t.ReporterID }), idsOf(tickets, func(t ticket.Ticket) int64 { return t.AuthorID })...)
	slices.Sort(accounts)
	homes := residences{}
	for chunk := range slices.Chunk(slices.Compact(accounts), 1000) {
		var found []struct{ AccountID, EstateID, UnitID int64 }
		err := tx.DB().Table("memberships m").Joins("JOIN units u ON u.id = m.scope_id").Select("m.account_id, u.estate_id, min(u.id) AS unit_id").
			Where("m.account_id IN ? AND m.role = ? AND m.status = ? AND (m.valid_to IS NULL OR m.valid_to > ?)", chunk, models.Resident, models.Approved, tx.Today()).
			Group("m.account_id, u.estate_id").Scan(&found).Error
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			homes[[2]int64{f.AccountID, f.EstateID}] = f.UnitID
		}
	}
	return homes, nil
}

// foundRepeat is a repeat with its key.
type foundRepeat struct {
	ticket.RepeatKey
	ticket.Repeat
}

// repeatsOf are the repeats among things of places, those that failed most often first.
func repeatsOf(tx storage.Tx, rules ticket.RepeatRules, keys []ticket.RepeatKey) (found []foundRepeat, err error) {
	matters, err := about(tx, rules, keys, true)
	if err != nil {
		return nil, err
	}
	var all []ticket.Ticket
	for _, tickets := range matters {
		all = append(all, tickets...)
	}
	homes, err := homesBehind(tx, all)
	if err != nil {
		return nil, err
	}
	for key, tickets := range matters {
		if repeat, repeats := rules.Find(counted(tickets, homes), tx.Today()); repeats {
			found = append(found, foundRepeat{key, repeat})
		}
	}
	slices.SortFunc(found, func(a, b foundRepeat) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(b.Last, a.Last), cmp.Compare(a.EstateID, b.EstateID), cmp.Compare(a.BuildingID, b.BuildingID), cmp.Compare(a.Thing, b.Thing))
	})
	return found, nil
}

// findRepeats are the repeats at the places that a oversees which no running case holds, as he reads them.
func findRepeats(tx storage.Tx, a models.Actor, rules ticket.RepeatRules) ([]ticket.FoundRepeat, error) {
	list := []ticket.FoundRepeat{}
	keys, err := candidates(tx, a, rules)
	if err != nil || len(keys) == 0 {
		return list, err
	}
	var running []ticket.RepeatKey
	err = tx.DB().Table("cause_cases").Select("estate_id, building_id, thing").Where("estate_id IN ? AND state IN ?", idsOf(keys, func(k ticket.RepeatKey) int64 { return k.EstateID }), ticket.RunningCauses()).Scan(&running).Error
	if err != nil {
		return list, err
	}
	keys = slices.DeleteFunc(keys, func(k ticket.RepeatKey) bool { return slices.Contains(running, k) })
	found, err := repeatsOf(tx, rules, keys)
	if err != nil {
		return list, err
	}
	found = found[:min(len(found), repeatsShown)]
	var ids []int64
	for i := range found {
		slices.Reverse(found[i].Matters) // the newest first
		for _, m := range found[i].Matters {
			ids = append(ids, m.TicketID)
		}
	}
	known, err := knownByID(tx, ids)
	if err != nil {
		return list, err
	}
	for _, one := range found {
		var matters []ticket.Known
		for _, m := range one.Matters {
			matters = append(matters, known[m.TicketID])
		}
		newest := matters[0]
		row := ticket.FoundRepeat{
			Thing: one.Thing, EstateID: one.EstateID, BuildingID: one.BuildingID, Place: placeOf(newest, one.BuildingID), Times: one.Times, Households: ticket.HouseholdsFor(a, one.Households, matters),
			First: one.First, Last: one.Last, Matters: []ticket.CauseMatter{}, LikelyParties: []ticket.Party{}, MayOpen: ticket.MayOpenCause(a, newest.Ticket.CommunityID, newest.Ticket.TownID),
		}
		for _, k := range matters[:min(len(matters), mattersShown)] {
			row.Matters = append(row.Matters, ticket.CauseMatterOf(a, k))
			if !slices.ContainsFunc(row.LikelyParties, func(p ticket.Party) bool { return p.ID == k.Party.ID }) {
				row.LikelyParties = append(row.LikelyParties, k.Party)
			}
		}
		list = append(list, row)
	}
	return list, nil
}

// placeOf names the place of a thing.
func placeOf(k ticket.Known, buildingID int64) string {
	if buildingID == 0 || k.BuildingName == "" {
		return k.EstateName
	}
	return k.EstateName + k.BuildingName
}

// knownByID are tickets with where they lie and who must answer, by their ids.
func knownByID(tx storage.Tx, ids []int64) (map[int64]ticket.Known, error) {
	tickets, err := byID[ticket.Ticket](tx, ids, func(t ticket.Ticket) int64 { return t.ID })
	if err != nil {
		return nil, err
	}
	all := make([]ticket.Ticket, 0, len(tickets))
	for _, t := range tickets {
		all = append(all, t)
	}
	known := map[int64]ticket.Known{}
	for chunk := range slices.Chunk(all, 1000) {
		names, err := namesOf(tx, chunk)
		if err != nil {
			return nil, err
		}
		for _, t := range chunk {
			known[t.ID] = names[t.ID].known(t)
		}
	}
	return known, nil
}
