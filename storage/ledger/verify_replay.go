package ledger

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"linli/models/people"
	"linli/models/photo"
	"linli/models/ticket"
	"linli/storage"
)

// told is a line of the ledger as a replay needs it.
type told struct {
	id, nounID, party int64
	action, from, to  string
	data              map[string]any
	at                time.Time
}

// rowsAtOnce is how many rows of a table are compared at a time.
const rowsAtOnce = 500

// story is one table whose rows the ledger tells: what the lines about one row add up to must be the row. check gives the
// words for what is wrong; no words mean that it is right.
type story[R any] struct {
	name, what, noun string
	load             func(tx storage.Tx, after int64) ([]R, error)
	id               func(R) int64
	check            func(R, []told) []string
}

// replay compares every table that the ledger tells of.
func (v *verifier) replay(Against) error {
	counted := map[int64]counts{}
	tickets := story[ticket.Ticket]{
		name: "tickets", what: ticket.Retold, noun: "ticket",
		load: func(tx storage.Tx, after int64) (rows []ticket.Ticket, err error) {
			if rows, err = loadRows[ticket.Ticket](tx, "tickets", after); err == nil && len(rows) > 0 {
				counted, err = countsOf(tx, rows[0].ID, rows[len(rows)-1].ID)
			}
			return rows, err
		},
		id:    func(t ticket.Ticket) int64 { return t.ID },
		check: func(t ticket.Ticket, lines []told) []string { return checkTicket(t, lines, counted[t.ID]) },
	}
	memberships := story[people.Membership]{
		name: "memberships", what: people.Retold, noun: "membership",
		load: func(tx storage.Tx, after int64) ([]people.Membership, error) {
			return loadRows[people.Membership](tx, "memberships", after)
		},
		id:    func(m people.Membership) int64 { return m.ID },
		check: checkMembership,
	}
	photos := story[photo.Photo]{
		name: "photos", what: photo.Retold, noun: "photo",
		load: func(tx storage.Tx, after int64) ([]photo.Photo, error) {
			return loadRows[photo.Photo](tx, "photos", after)
		},
		id:    func(p photo.Photo) int64 { return p.ID },
		check: checkPhoto,
	}
	ratings := story[ticket.Rating]{
		name: "ratings", what: "that each general rating was given, for which estate and month and with which weight; never its stars or words", noun: "rating",
		load: func(tx storage.Tx, after int64) ([]ticket.Rating, error) {
			return loadRows[ticket.Rating](tx, "ratings", after)
		},
		id:    func(r ticket.Rating) int64 { return r.ID },
		check: checkRating,
	}
	belong := map[int64][]ticket.CauseTicket{}
	causes := story[ticket.CauseCase]{
		name: "cause_cases", what: ticket.CauseRetold, noun: "cause_case",
		load: func(tx storage.Tx, after int64) (rows []ticket.CauseCase, err error) {
			if rows, err = loadRows[ticket.CauseCase](tx, "cause_cases", after); err == nil && len(rows) > 0 {
				belong, err = causeTickets(tx, rows[0].ID, rows[len(rows)-1].ID)
			}
			return rows, err
		},
		id:    func(c ticket.CauseCase) int64 { return c.ID },
		check: func(c ticket.CauseCase, lines []told) []string { return checkCause(c, lines, belong[c.ID]) },
	}
	for _, tell := range []func() error{
		func() error { return retell(v, tickets) },
		func() error { return retell(v, memberships) },
		func() error { return retell(v, photos) },
		func() error { return retell(v, ratings) },
		func() error { return retell(v, causes) },
	} {
		if err := tell(); err != nil {
			return err
		}
	}
	return nil
}

func loadRows[R any](tx storage.Tx, table string, after int64) (rows []R, err error) {
	err = tx.DB().Table(table).Where("id > ?", after).Order("id").Limit(rowsAtOnce).Find(&rows).Error
	return rows, err
}

// retell goes through a table and through the lines about it side by side, by id.
func retell[R any](v *verifier, s story[R]) error {
	done := Replayed{Name: s.name, What: s.what}
	after := int64(math.MinInt64)
	for {
		rows, err := s.load(v.tx, after)
		if err != nil {
			return err
		}
		last := int64(math.MaxInt64) // behind the last row there may be lines about rows that are gone
		if len(rows) == rowsAtOnce {
			last = s.id(rows[len(rows)-1])
		}
		lines, err := linesAbout(v.tx, s.noun, after, last)
		if err != nil {
			return err
		}
		for _, row := range rows {
			id := s.id(row)
			for _, wrong := range s.check(row, lines[id]) {
				v.report.fault("%s %d: %s", s.noun, id, wrong)
			}
			delete(lines, id)
			done.Rows++
		}
		for _, id := range slices.Sorted(maps.Keys(lines)) {
			v.report.fault("the ledger tells of %s %d, and there is no such row: it was deleted", s.noun, id)
		}
		if len(rows) < rowsAtOnce {
			break
		}
		after = last
	}
	v.report.Replayed = append(v.report.Replayed, done)
	return nil
}

func linesAbout(tx storage.Tx, noun string, after, last int64) (map[int64][]told, error) {
	rows, err := tx.DB().Raw(`SELECT id, noun_id, handling_party_id, action, from_state, to_state, data, at FROM ledger
		WHERE noun = ? AND noun_id > ? AND noun_id <= ? ORDER BY noun_id, id`, noun, after, last).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	lines := map[int64][]told{}
	for rows.Next() {
		var l told
		var data string
		if err := rows.Scan(&l.id, &l.nounID, &l.party, &l.action, &l.from, &l.to, &data, &l.at); err != nil {
			return nil, err
		}
		json.Unmarshal([]byte(data), &l.data) // a line that was changed is a fault already
		lines[l.nounID] = append(lines[l.nounID], l)
	}
	return lines, rows.Err()
}

const (
	untold = "no line of the ledger tells of it: it was put in, or its lines were taken away"
	notAs  = "the row is not what the ledger tells: "
)

func difference(columns []string) []string {
	if len(columns) == 0 {
		return nil
	}
	return []string{notAs + strings.Join(columns, ", ")}
}

// counts are the rows that belong to a ticket in tables of their own.
type counts struct {
	closings, answers int64
	promises          []ticket.Promising
}

func countsOf(tx storage.Tx, first, last int64) (map[int64]counts, error) {
	var found []struct{ TicketID, Closings, Answers int64 }
	err := tx.DB().Raw(`SELECT ticket_id, CAST(sum(closings) AS BIGINT) AS closings, CAST(sum(answers) AS BIGINT) AS answers FROM (
		SELECT ticket_id, count(*) AS closings, 0 AS answers FROM ticket_closings WHERE ticket_id BETWEEN ? AND ? GROUP BY ticket_id
		UNION ALL SELECT ticket_id, 0, count(*) FROM ratings WHERE ticket_id BETWEEN ? AND ? GROUP BY ticket_id) AS both_tables GROUP BY ticket_id`,
		first, last, first, last).Scan(&found).Error
	out := map[int64]counts{}
	for _, f := range found {
		out[f.TicketID] = counts{closings: f.Closings, answers: f.Answers}
	}
	if err != nil {
		return out, err
	}
	var promises []ticket.Promising
	err = tx.DB().Where("ticket_id BETWEEN ? AND ?", first, last).Order("ticket_id, nth").Find(&promises).Error
	for _, p := range promises {
		n := out[p.TicketID]
		n.promises = append(n.promises, p)
		out[p.TicketID] = n
	}
	return out, err
}

func checkTicket(t ticket.Ticket, lines []told, n counts) (wrong []string) {
	if len(lines) == 0 {
		return []string{untold}
	}
	var r ticket.Retelling
	for _, l := range lines {
		fault := r.Tell(ticket.HistoryLine{ID: l.id, Action: l.action, From: l.from, To: l.to, Data: l.data, At: l.at, PartyID: l.party})
		if fault != "" {
			wrong = append(wrong, fault)
		}
	}
	return append(wrong, difference(append(r.Differs(t, n.closings, n.answers), r.DiffersInPromises(t, n.promises)...))...)
}

func causeTickets(tx storage.Tx, first, last int64) (map[int64][]ticket.CauseTicket, error) {
	var rows []ticket.CauseTicket
	err := tx.DB().Where("case_id BETWEEN ? AND ?", first, last).Order("case_id, id").Find(&rows).Error
	out := map[int64][]ticket.CauseTicket{}
	for _, row := range rows {
		out[row.CaseID] = append(out[row.CaseID], row)
	}
	return out, err
}

func checkCause(c ticket.CauseCase, lines []told, tickets []ticket.CauseTicket) (wrong []string) {
	if len(lines) == 0 {
		return []string{untold}
	}
	var r ticket.CauseRetelling
	for _, l := range lines {
		fault := r.Tell(ticket.HistoryLine{ID: l.id, Action: l.action, From: l.from, To: l.to, Data: l.data, At: l.at, PartyID: l.party})
		if fault != "" {
			wrong = append(wrong, fault)
		}
	}
	return append(wrong, difference(r.Differs(c, tickets))...)
}

func checkMembership(m people.Membership, lines []told) (wrong []string) {
	if len(lines) == 0 {
		return []string{untold}
	}
	var r people.Retelling
	for _, l := range lines {
		if fault := r.Tell(people.Line{Action: l.action, From: l.from, To: l.to, Data: l.data}); fault != "" {
			wrong = append(wrong, fault)
		}
	}
	return append(wrong, difference(r.Differs(m))...)
}

func checkPhoto(p photo.Photo, lines []told) []string {
	var of []photo.Line
	for _, l := range lines {
		of = append(of, photo.Line{To: l.to, Data: l.data, At: l.at})
	}
	return difference(p.Differs(of))
}

func checkRating(r ticket.Rating, lines []told) []string {
	if r.Kind != "general" {
		if len(lines) > 0 {
			return []string{"the ledger calls it a general rating"}
		}
		return nil // counted with its ticket
	}
	if len(lines) != 1 {
		return []string{untold}
	}
	l := lines[0]
	words := func(name string) string { s, _ := l.data[name].(string); return s }
	estate, _ := l.data["estate_id"].(float64)
	var columns []string
	for name, same := range map[string]bool{
		"estate_id":         int64(estate) == r.EstateID,
		"period":            words("period") == string(r.Period),
		"weight":            words("weight") == r.Weight,
		"handling_party_id": l.party == r.HandlingPartyID,
		"at":                l.at.Equal(r.At),
	} {
		if !same {
			columns = append(columns, name)
		}
	}
	slices.Sort(columns)
	return difference(columns)
}
