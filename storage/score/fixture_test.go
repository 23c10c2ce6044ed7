package score

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/storagetest"
	tickets "linli/storage/ticket"
)

// noon is the moment of every test: Sunday, 22 November 2026, 12:00 in Shanghai.
var noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

func hours(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

func ptr(t time.Time) *time.Time { return &t }

// world is a small county: estate 1 of operator 1, estate 2 of operator 2, and three ownerless buildings under the
// station (party 3): 3 and 4 in a package, 5 alone in its community. Party 4 is the gas company.
type world struct {
	t     *testing.T
	db    *storage.DB
	store *Store
	next  int64
}

const (
	operator1, operator2, station, gas = 1, 2, 3, 4
	town, community1, community2       = 2, 3, 4
)

// each runs f in a fresh world on both databases.
func each(t *testing.T, f func(w *world)) {
	t.Helper()
	storagetest.EachAt(t, func() time.Time { return noon }, func(t *testing.T, db *storage.DB) {
		w := &world{t: t, db: db, store: New(db)}
		w.write(SeedRuleset)
		w.write(tickets.SeedSuspensionRules)
		w.write(tickets.SeedPromiseRules)
		w.write(tickets.SeedRepeatRules)
		w.write(storage.SeedCalendar)
		w.write(settle)
		f(w)
	})
}

func settle(tx storage.Tx) error {
	county, packageID := int64(1), int64(1)
	parent := int64(town)
	rows := []any{
		&place.Division{ID: 1, Level: place.County},
		&place.Division{ID: town, Level: place.Town, ParentID: &county},
		&place.Division{ID: community1, Level: place.Community, ParentID: &parent},
		&place.Division{ID: community2, Level: place.Community, ParentID: &parent},
		&place.DivisionCode{DivisionID: community1, Code: "410308001001", Name: "河阳社区", ValidFrom: "2020-01-01", RecordedAt: noon},
		&place.DivisionCode{DivisionID: community2, Code: "410308001002", Name: "东关社区", ValidFrom: "2020-01-01", RecordedAt: noon},
		&place.ServicePackage{ID: 1, Code: "P1", Name: "河阳一包", CommunityID: community1},
		&people.Account{Phone: "13800000001", Name: "甲", Locale: "zh-CN", CreatedAt: noon, UpdatedAt: noon},
	}
	for id, kind := range map[int64]place.PartyKind{operator1: place.PartyOperator, operator2: place.PartyOperator, station: place.PartyServiceStation, gas: place.PartyUtility} {
		rows = append(rows, &place.HandlingParty{ID: id, Code: fmt.Sprint("party", id), Kind: kind, Name: fmt.Sprint("单位", id), CreatedAt: noon})
	}
	for id, class := range []place.BaselineClass{place.ClassProfessional, place.ClassProfessional, place.ClassOwnerless, place.ClassOwnerless, place.ClassOwnerless} {
		e := place.Estate{
			ID: int64(id + 1), Code: fmt.Sprint("E", id+1), Name: fmt.Sprint("小区", id+1), CommunityID: community1, TownID: town,
			BaselineClass: class, AgeClass: place.AgeOld, GrossAreaC: 1_000_000, Households: 300, CreatedAt: noon, UpdatedAt: noon,
		}
		if id == 2 || id == 3 {
			e.ServicePackageID = &packageID
		}
		if id == 1 || id == 4 {
			e.CommunityID = community2
		}
		rows = append(rows, &e)
	}
	for estate, party := range map[int64]int64{1: operator1, 2: operator2, 3: station, 4: station} {
		mode := place.ModeProfessional
		if party == station {
			mode = place.ModeCommunityTrusteeship
		}
		rows = append(rows, &place.ServiceTerm{EstateID: estate, HandlingPartyID: party, ServiceMode: mode, ValidFrom: "2025-01-01", RecordedAt: noon})
	}
	for _, row := range rows {
		if err := tx.DB().Create(row).Error; err != nil {
			return fmt.Errorf("%T: %w", row, err)
		}
	}
	return nil
}

func (w *world) write(f func(storage.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) insert(row any) {
	w.t.Helper()
	w.write(func(tx storage.Tx) error { return tx.DB().Create(row).Error })
}

func (w *world) clientID() string {
	w.next++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", w.next)
}

// file inserts a ticket of an estate: filed at, contacted one hour later, due 24 and 72 hours later.
func (w *world) file(estate, party int64, at time.Time, change func(*ticket.Ticket)) ticket.Ticket {
	w.t.Helper()
	id := w.clientID()
	t := ticket.Ticket{
		Number: "CANARY" + id, AuthorID: 1, ClientID: id, ReporterID: 1000 + w.next, FiledAs: models.Resident, EstateID: estate, CommunityID: community1,
		TownID: town, Category: "REP-01", Kind: ticket.Repair, Urgency: "u3r", State: ticket.Contacted, Open: true, Version: 1, HandlingPartyID: party, RoutedBy: "term",
		FiledAt: at, DispatchedAt: at, AcknowledgedAt: ptr(at), ContactedAt: ptr(at.Add(time.Hour)), AcknowledgeDue: at.Add(time.Hour), ContactDue: at.Add(24 * time.Hour),
		ResolveDue: at.Add(72 * time.Hour), NextStep: ticket.NextResolve, NextDue: ptr(at.Add(72 * time.Hour)), UpdatedAt: at,
	}
	if change != nil {
		change(&t)
	}
	w.insert(&t)
	return t
}

// solve inserts a closing of a ticket: done ten hours after filing, answered ten hours later.
func (w *world) solve(t ticket.Ticket, outcome ticket.Outcome, evidence string) {
	w.t.Helper()
	done := t.FiledAt.Add(10 * time.Hour)
	w.insert(&ticket.Closing{
		TicketID: t.ID, Closing: 1, AuthorID: 1, ClientID: w.clientID(), HandlingPartyID: t.HandlingPartyID, Evidence: evidence,
		SaidAt: done, CompleteAt: &done, Outcome: outcome, AnsweredAt: ptr(done.Add(10 * time.Hour)),
	})
	w.write(func(tx storage.Tx) error {
		return tx.DB().Table("tickets").Where("id = ?", t.ID).Updates(map[string]any{"state": "closed", "open": false, "done_at": done, "closed_at": done.Add(10 * time.Hour)}).Error
	})
}

// rate inserts the answer of a household to the first closing of a ticket.
func (w *world) rate(t ticket.Ticket, unit int64, level int, at time.Time) {
	w.t.Helper()
	w.insert(&ticket.Rating{
		AuthorID: 1, ClientID: w.clientID(), Kind: "confirm", TicketID: t.ID, Closing: 1, EstateID: t.EstateID, HandlingPartyID: t.HandlingPartyID,
		UnitID: unit, Weight: "full", Solved: true, Level: level, Period: models.MonthOf(at), At: at,
	})
}

// history gives an estate twelve solved tickets of different worth and one that is overdue.
func (w *world) history(estate, party int64) (solved []ticket.Ticket) {
	for n := range 12 {
		t := w.file(estate, party, hours(-240-n), nil)
		w.solve(t, []ticket.Outcome{ticket.OutcomeConfirmed, ticket.OutcomeSilent}[n%2], []string{"none", "normal", "weak"}[n%3])
		solved = append(solved, t)
	}
	w.file(estate, party, hours(-100), nil)
	return solved
}

func (w *world) explain(a models.Actor, estate int64) (score.Explanation, string) {
	w.t.Helper()
	e, err := New(w.db).Explain(w.t.Context(), a, estate) // a new store keeps no median from before
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := json.Marshal(e)
	if err != nil {
		w.t.Fatal(err)
	}
	return e, string(b)
}

func held(role models.Role, kind models.ScopeKind, id int64) models.Held {
	return models.Held{Role: role, ScopeKind: kind, ScopeID: id, Approved: true}
}

var (
	officer      = models.Actor{AccountID: 901, Held: []models.Held{held(models.CenterOfficer, models.ScopeCounty, 1)}}
	operator     = models.Actor{AccountID: 902, Held: []models.Held{held(models.OperatorManager, models.ScopeHandlingParty, operator1)}, Parties: []int64{operator1}}
	stationStaff = models.Actor{AccountID: 903, Held: []models.Held{held(models.StationStaff, models.ScopeCommunity, community1)}, Parties: []int64{station}}
	resident     = models.Actor{AccountID: 1, Held: []models.Held{held(models.Resident, models.ScopeUnit, 7)}, Homes: []models.Home{{UnitID: 7, EstateID: 1, Approved: true}}}
	neighbour    = models.Actor{AccountID: 905, Held: []models.Held{held(models.Resident, models.ScopeUnit, 8)}, Homes: []models.Home{{UnitID: 8, EstateID: 1}}}
)
