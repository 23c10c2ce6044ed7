package ticket

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
)

// causesShown bounds the list of cases.
const causesShown = 200

// Causes are, for who is of an office, the repeats at its places that no case holds; and the cases of those places and of the parties for
// which a works, what runs first and of that the newest.
func (s *Store) Causes(ctx context.Context, a models.Actor) (list ticket.CauseList, err error) {
	list = ticket.CauseList{Found: []ticket.FoundRepeat{}, Cases: []ticket.CauseRow{}}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.repeats.In(tx)
		if err != nil {
			return err
		}
		list.WindowDays, list.LeastTimes, list.ApartDays, list.LeastHouseholds, list.WatchDays = rules.WindowDays, rules.LeastTimes, rules.ApartDays, rules.LeastHouseholds, rules.WatchDays
		if list.Finds = !models.ScopeOf(a).Overseen().Empty(); list.Finds {
			if list.Found, err = findRepeats(tx, a, rules); err != nil {
				return err
			}
		}
		query := tx.DB().Order("CASE WHEN state IN ('open', 'planned', 'done') THEN 0 ELSE 1 END, id DESC").Limit(causesShown)
		if scope := models.ScopeOf(a).Work(); !scope.Everything {
			query = query.Where("owner_party_id IN ? OR community_id IN ? OR town_id IN ?", scope.Parties, scope.Communities, scope.Towns)
		}
		var cases []ticket.CauseCase
		if err := query.Find(&cases).Error; err != nil {
			return err
		}
		rows, _, err := causeRows(tx, a, rules, cases)
		list.Cases = append(list.Cases, rows...)
		return err
	})
	return list, err
}

// Cause is one case, as who owns it or oversees the place reads it.
func (s *Store) Cause(ctx context.Context, a models.Actor, id int64) (view ticket.CauseView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		c, err := causeFor(tx, a, id)
		if err == nil {
			view, err = s.viewCause(tx, a, c)
		}
		return err
	})
	return view, err
}

// causeRows are cases as a reads them in his list, and the ids of their tickets. Words in which somebody stands whose ticket came to the
// case after they were written are hidden.
func causeRows(tx storage.Tx, a models.Actor, rules ticket.RepeatRules, cases []ticket.CauseCase) (rows []ticket.CauseRow, tickets map[int64][]int64, err error) {
	var belong []ticket.CauseTicket
	ids := idsOf(cases, func(c ticket.CauseCase) int64 { return c.ID })
	if err := tx.DB().Where("case_id IN ? AND removed_at IS NULL", ids).Order("id").Find(&belong).Error; err != nil {
		return nil, nil, err
	}
	tickets = map[int64][]int64{}
	for _, b := range belong {
		tickets[b.CaseID] = append(tickets[b.CaseID], b.TicketID)
	}
	names, err := causeNames(tx, cases)
	if err != nil {
		return nil, nil, err
	}
	var watched []ticket.RepeatKey
	for _, c := range cases {
		if c.DoneAt != nil {
			watched = append(watched, c.Key())
		}
	}
	since, err := about(tx, rules, watched, false)
	if err != nil {
		return nil, nil, err
	}
	own, err := ownByID(tx, idsOf(belong, func(b ticket.CauseTicket) int64 { return b.TicketID }))
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cases {
		var people []models.Own
		for _, id := range tickets[c.ID] {
			people = append(people, own[id])
		}
		n := names[c.ID]
		rows = append(rows, c.Hiding(people).RowOf(a, n.place, n.owner, int64(len(tickets[c.ID])), rules.CameBack(c.DoneOn(), counted(since[c.Key()])), tx.At()))
	}
	return rows, tickets, nil
}

// counted are tickets as the rule counts them where it does not matter whose they are.
func counted(tickets []ticket.Ticket) (matters []ticket.RepeatMatter) {
	for _, t := range tickets {
		matters = append(matters, ticket.MatterOf(t, func(int64) int64 { return 0 }))
	}
	return matters
}

// ownByID is what points at the people behind tickets, by the tickets' ids.
func ownByID(tx storage.Tx, ids []int64) (map[int64]models.Own, error) {
	tickets, err := byID[ticket.Ticket](tx, slices.Clone(ids), func(t ticket.Ticket) int64 { return t.ID })
	if err != nil {
		return nil, err
	}
	return ownOf(tx, slices.Collect(maps.Values(tickets)))
}

// causeName is where a case lies and who must answer for it.
type causeName struct {
	place string
	owner ticket.Party
}

func causeNames(tx storage.Tx, cases []ticket.CauseCase) (map[int64]causeName, error) {
	estates, err := byID[place.Estate](tx, idsOf(cases, func(c ticket.CauseCase) int64 { return c.EstateID }), func(e place.Estate) int64 { return e.ID })
	if err != nil {
		return nil, err
	}
	buildings, err := byID[place.Building](tx, idsOf(cases, func(c ticket.CauseCase) int64 { return c.BuildingID }), func(b place.Building) int64 { return b.ID })
	if err != nil {
		return nil, err
	}
	parties, err := partyNames(tx, idsOf(cases, func(c ticket.CauseCase) int64 { return c.OwnerPartyID }))
	names := map[int64]causeName{}
	for _, c := range cases {
		at := ticket.Known{EstateName: estates[c.EstateID].Name, BuildingName: buildings[c.BuildingID].Name}
		names[c.ID] = causeName{placeOf(at, c.BuildingID), publicParty(parties[c.OwnerPartyID])}
	}
	return names, err
}

// viewCause is a case with its tickets, what else was reported of its thing, and what happened to it.
func (s *Store) viewCause(tx storage.Tx, a models.Actor, c ticket.CauseCase) (view ticket.CauseView, err error) {
	rules, err := s.repeats.In(tx)
	if err != nil {
		return view, err
	}
	rows, tickets, err := causeRows(tx, a, rules, []ticket.CauseCase{c})
	if err != nil {
		return view, err
	}
	ids := tickets[c.ID]
	own, err := ownByID(tx, ids)
	if err != nil {
		return view, err
	}
	people := slices.Collect(maps.Values(own))
	view = c.Hiding(people).ViewOf(a, rows[0], rules, tx.At())
	if view.Matters, view.Hidden, err = seenMatters(tx, a, ids); err != nil {
		return view, err
	}
	free, err := about(tx, rules, []ticket.RepeatKey{c.Key()}, true)
	if err != nil {
		return view, err
	}
	others := idsOf(free[c.Key()], func(t ticket.Ticket) int64 { return t.ID })
	if view.Others, _, err = seenMatters(tx, a, others); err != nil {
		return view, err
	}
	view.History, err = causeHistory(tx, c.ID, people)
	return view, err
}

// seenMatters are the tickets that a sees in his work, the newest first, and how many he does not see.
func seenMatters(tx storage.Tx, a models.Actor, ids []int64) (seen []ticket.CauseMatter, hidden int64, err error) {
	seen = []ticket.CauseMatter{}
	known, err := knownByID(tx, slices.Clone(ids))
	if err != nil {
		return seen, 0, err
	}
	scope := models.ScopeOf(a).Work()
	for _, k := range known {
		if scope.Sees(k.Ticket) {
			seen = append(seen, ticket.CauseMatterOf(a, k))
		} else {
			hidden++
		}
	}
	slices.SortFunc(seen, func(x, y ticket.CauseMatter) int {
		return cmp.Or(cmp.Compare(y.FiledOn, x.FiledOn), cmp.Compare(y.TicketID, x.TicketID))
	})
	return seen[:min(len(seen), ticket.MostCauseTickets)], hidden, nil
}

// causeHistory are the steps of a case, the oldest first.
func causeHistory(tx storage.Tx, id int64, people []models.Own) ([]ticket.CauseLine, error) {
	told, err := storage.History(tx, "cause_case", id)
	if err != nil {
		return nil, err
	}
	parties, err := partyNames(tx, idsOf(told, func(l storage.Told) int64 { return l.HandlingPartyID }))
	lines := []ticket.CauseLine{}
	for _, l := range told {
		line := ticket.HistoryLine{Action: l.Action, ActorRole: l.ActorRole, Note: ticket.HideCausePeople(people, l.Note), At: l.At, PartyName: parties[l.HandlingPartyID].Name}
		if err := json.Unmarshal([]byte(l.Data), &line.Data); err != nil {
			return nil, err
		}
		lines = append(lines, ticket.CauseLineOf(line))
	}
	return lines, err
}
