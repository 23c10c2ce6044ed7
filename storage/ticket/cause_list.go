package ticket

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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
		query := tx.DB().Order(runningFirst()).Limit(causesShown)
		if scope := models.ScopeOf(a).Work(); !scope.Everything {
			query = query.Where("owner_party_id IN ? OR community_id IN ? OR town_id IN ?", scope.Parties, scope.Communities, scope.Towns)
		}
		var cases []ticket.CauseCase
		if err := query.Find(&cases).Error; err != nil {
			return err
		}
		rows, err := causeRows(tx, a, rules, cases)
		for _, row := range rows {
			list.Cases = append(list.Cases, row.row)
		}
		return err
	})
	return list, err
}

// runningFirst puts what runs before what does not, and of both the newest first.
func runningFirst() clause.OrderBy {
	return clause.OrderBy{Expression: gorm.Expr("CASE WHEN state IN ? THEN 0 ELSE 1 END, id DESC", ticket.RunningCauses())}
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

// causeRow is a case as somebody reads it in his list, with what its page needs besides.
type causeRow struct {
	row     ticket.CauseRow
	hidden  ticket.CauseCase
	tickets []int64      // that belong to it
	people  []models.Own // behind all that ever did
	told    []causeLine
}

// causeRows are cases as a reads them in his list. Who is behind a ticket that ever belonged to a case is hidden in what others wrote about it.
func causeRows(tx storage.Tx, a models.Actor, rules ticket.RepeatRules, cases []ticket.CauseCase) (rows []causeRow, err error) {
	var belong []ticket.CauseTicket
	ids := idsOf(cases, func(c ticket.CauseCase) int64 { return c.ID })
	if err := tx.DB().Where("case_id IN ?", ids).Order("id").Find(&belong).Error; err != nil {
		return nil, err
	}
	tickets, ever := map[int64][]int64{}, map[int64][]int64{}
	for _, b := range belong {
		ever[b.CaseID] = append(ever[b.CaseID], b.TicketID)
		if b.RemovedAt == nil {
			tickets[b.CaseID] = append(tickets[b.CaseID], b.TicketID)
		}
	}
	told, err := causeTold(tx, a, ids)
	if err != nil {
		return nil, err
	}
	names, err := causeNames(tx, cases)
	if err != nil {
		return nil, err
	}
	var watched []ticket.RepeatKey
	for _, c := range cases {
		if c.DoneAt != nil {
			watched = append(watched, c.Key())
		}
	}
	since, err := about(tx, rules, watched, false)
	if err != nil {
		return nil, err
	}
	own, err := ownByID(tx, idsOf(belong, func(b ticket.CauseTicket) int64 { return b.TicketID }))
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		one := causeRow{tickets: tickets[c.ID], told: told[c.ID]}
		for _, id := range ever[c.ID] {
			one.people = append(one.people, own[id])
		}
		n := names[c.ID]
		one.hidden = c.Hiding(one.people, written(one.told))
		one.row = one.hidden.RowOf(a, n.place, n.owner, int64(len(one.tickets)), rules.CameBack(c.DoneOn(), counted(since[c.Key()], nil)), tx.At())
		rows = append(rows, one)
	}
	return rows, nil
}

// counted are tickets as the rule counts them; without homes where it does not matter whose they are.
func counted(tickets []ticket.Ticket, homes residences) (matters []ticket.RepeatMatter) {
	for _, t := range tickets {
		matters = append(matters, ticket.MatterOf(t, homes.in(t.EstateID)))
	}
	return matters
}

// ownByID is what points at the people behind tickets, by the tickets' ids.
func ownByID(tx storage.Tx, ids []int64) (map[int64]models.Own, error) {
	tickets, err := byID[ticket.Ticket](tx, ids, func(t ticket.Ticket) int64 { return t.ID })
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
	rows, err := causeRows(tx, a, rules, []ticket.CauseCase{c})
	if err != nil {
		return view, err
	}
	another, err := anotherRuns(tx, c.Key(), c.ID)
	if err != nil {
		return view, err
	}
	one := rows[0]
	view = one.hidden.ViewOf(a, one.row, another, rules, tx.At())
	if view.Matters, view.Hidden, err = seenMatters(tx, a, one.tickets); err != nil {
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
	view.History, err = causeHistory(tx, one)
	return view, err
}

// seenMatters are the tickets that a sees in his work, the newest first, and how many he does not see.
func seenMatters(tx storage.Tx, a models.Actor, ids []int64) (seen []ticket.CauseMatter, hidden int64, err error) {
	seen = []ticket.CauseMatter{}
	known, err := knownByID(tx, ids)
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
func causeHistory(tx storage.Tx, one causeRow) ([]ticket.CauseLine, error) {
	parties, err := partyNames(tx, idsOf(one.told, func(l causeLine) int64 { return l.HandlingPartyID }))
	lines := []ticket.CauseLine{}
	for _, l := range one.told {
		line := ticket.HistoryLine{Action: l.Action, ActorRole: l.ActorRole, Note: ticket.HideCauseWords(one.people, l.Note, l.own), At: l.At, PartyName: parties[l.HandlingPartyID].Name}
		if err := json.Unmarshal([]byte(l.Data), &line.Data); err != nil {
			return nil, err
		}
		lines = append(lines, ticket.CauseLineOf(line))
	}
	return lines, err
}

// causeLine is a line of the ledger about a case, and whether who reads it is of those who wrote it.
type causeLine struct {
	storage.Told
	own bool
}

// causeTold are the lines about cases, the oldest first, as a reads them: his own are those that he wrote, or a colleague of his in the
// same party or office.
func causeTold(tx storage.Tx, a models.Actor, ids []int64) (map[int64][]causeLine, error) {
	told, err := storage.Histories(tx, "cause_case", ids)
	if err != nil {
		return nil, err
	}
	writers, err := colleagues(tx, a, idsOf(told, func(l storage.Told) int64 { return l.ActorID }))
	lines := map[int64][]causeLine{}
	for _, l := range told {
		lines[l.NounID] = append(lines[l.NounID], causeLine{l, writers[l.ActorID]})
	}
	return lines, err
}

// colleagues are those of accounts who are a himself, or ever worked beside him.
func colleagues(tx storage.Tx, a models.Actor, accounts []int64) (map[int64]bool, error) {
	found := map[int64]bool{}
	if a.AccountID != 0 {
		found[a.AccountID] = true
	}
	if len(accounts) == 0 {
		return found, nil
	}
	var worked []struct {
		AccountID int64
		models.Held
	}
	// By the accounts alone: along a large party's own people the search would be long.
	err := tx.DB().Table("memberships").Select("account_id, role, scope_kind, scope_id").Where("account_id IN ?", accounts).Scan(&worked).Error
	for _, w := range worked {
		if a.WorksBeside(w.Held) {
			found[w.AccountID] = true
		}
	}
	return found, err
}

// written is what lines say of who wrote them.
func written(lines []causeLine) (all []ticket.CauseWritten) {
	for _, l := range lines {
		all = append(all, ticket.CauseWritten{Action: ticket.CauseAction(l.Action), Own: l.own})
	}
	return all
}
