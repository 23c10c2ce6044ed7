package storage_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/seed"
	"linli/storage/storagetest"

	places "linli/storage/place"
	scores "linli/storage/score"
	tickets "linli/storage/ticket"
)

// What a list costs must not grow with the county. Each look below is made on a county with a past; every statement that
// it asks is then held against the plan of its database.

const (
	planTickets = 20_000
	// planRows is how many rows of one table a statement may touch: some pages and everything that is open, but not the
	// fifth of the county that one operator or town has.
	planRows = 600
)

// large are the tables that grow with every ticket and every person. Homes are few beside them.
var large = []string{"tickets", "ticket_messages", "ticket_closings", "ratings", "photos", "ledger", "ledger_private", "accounts", "memberships", "bulletin_places"}

// asked is one statement of a look.
type asked struct {
	look, statement string
	values          []any
}

// planned is a county with a past and what was asked of it.
type planned struct {
	storagetest.Filled
	db      *storage.DB
	tickets *tickets.Store
	scores  *scores.Store
	places  *places.Store
	look    string
	asked   []asked
}

type looked struct {
	name string
	run  func(ctx context.Context, w *planned) error
}

// looks are the lists, queues and pages of every kind of person.
func looks() (all []looked) {
	list := func(who string, actor func(*planned) models.Actor, boxes ...ticket.Box) {
		for _, box := range boxes {
			for _, filter := range []ticket.Filter{"", ticket.FilterOpen, ticket.FilterWaitingMe, ticket.FilterOverdue, ticket.FilterUnanswered, ticket.FilterToConfirm, ticket.FilterJoint, ticket.FilterEscalated, ticket.FilterReturned, ticket.FilterClosed} {
				all = append(all, looked{fmt.Sprintf("%s lists %s %s", who, box, filter), func(ctx context.Context, w *planned) error {
					q := ticket.Query{Box: box, Filter: filter, Limit: 20}
					page, err := w.tickets.Tickets(ctx, actor(w), q)
					if err != nil || page.Next == "" {
						return err
					}
					q.Cursor = page.Next
					_, err = w.tickets.Tickets(ctx, actor(w), q)
					return err
				}})
			}
		}
		all = append(all, looked{who + " opens a ticket", func(ctx context.Context, w *planned) error {
			page, err := w.tickets.Tickets(ctx, actor(w), ticket.Query{Box: ticket.BoxAll, Limit: 1})
			if err == nil && len(page.Items) == 0 {
				err = fmt.Errorf("sees no ticket at all")
			}
			if err == nil {
				_, err = w.tickets.Ticket(ctx, actor(w), page.Items[0].ID)
			}
			return err
		}})
	}
	of := func(who string, actor func(*planned) models.Actor, box ticket.Box) {
		for _, filter := range []ticket.Filter{ticket.FilterOpen, ticket.FilterOverdue, ticket.FilterUnanswered, ticket.FilterClosed} {
			all = append(all, looked{fmt.Sprintf("%s lists %s of a place %s", who, box, filter), func(ctx context.Context, w *planned) error {
				estate, err := w.lookedAfter(ctx, actor(w))
				if err != nil {
					return err
				}
				for _, q := range []ticket.Query{{EstateID: estate.ID}, {BuildingID: estate.BuildingsList[0].ID}} {
					q.Box, q.Filter, q.Limit = box, filter, 20
					if _, err := w.tickets.Tickets(ctx, actor(w), q); err != nil {
						return err
					}
				}
				return nil
			}})
		}
		all = append(all, looked{who + " opens a place", func(ctx context.Context, w *planned) error {
			estate, err := w.lookedAfter(ctx, actor(w))
			if err == nil {
				_, err = w.places.ShowBuilding(ctx, actor(w), estate.BuildingsList[0].ID)
			}
			return err
		}}, looked{who + " lists estates", func(ctx context.Context, w *planned) error {
			f := place.EstateFilter{Limit: 3}
			list, err := w.places.ListEstates(ctx, actor(w), f)
			if err != nil || list.Next == "" {
				return err
			}
			f.Cursor = list.Next
			_, err = w.places.ListEstates(ctx, actor(w), f)
			return err
		}})
	}
	of("the centre", func(w *planned) models.Actor { return w.Officer }, ticket.BoxAll)
	of("a town", func(w *planned) models.Actor { return w.TownOfficer }, ticket.BoxAll)
	of("a station", func(w *planned) models.Actor { return w.StationStaff }, ticket.BoxAll)
	of("an operator", func(w *planned) models.Actor { return w.Staff }, ticket.BoxDesk)
	list("the centre", func(w *planned) models.Actor { return w.Officer }, ticket.BoxAll, ticket.BoxDesk)
	list("a town", func(w *planned) models.Actor { return w.TownOfficer }, ticket.BoxAll, ticket.BoxDesk)
	list("a station", func(w *planned) models.Actor { return w.StationStaff }, ticket.BoxAll, ticket.BoxDesk)
	list("an operator", func(w *planned) models.Actor { return w.Staff }, ticket.BoxAll, ticket.BoxDesk)
	list("a steward", func(w *planned) models.Actor { return w.Steward }, ticket.BoxAll, ticket.BoxBuilding)
	list("a resident", func(w *planned) models.Actor { return w.Residents[1] }, ticket.BoxAll, ticket.BoxMine)
	return append(all,
		looked{"the overview of the centre", func(ctx context.Context, w *planned) error { _, err := w.scores.Overview(ctx, w.Officer); return err }},
		looked{"the overview of a town", func(ctx context.Context, w *planned) error {
			_, err := w.scores.Overview(ctx, w.TownOfficer)
			return err
		}},
		looked{"the overview of an operator", func(ctx context.Context, w *planned) error { _, err := w.scores.Overview(ctx, w.Staff); return err }},
		looked{"what a party missed before it handed over", func(ctx context.Context, w *planned) error {
			_, err := w.scores.MissedBefore(ctx, w.TownOfficer, w.Operator.ID, "", 50)
			return err
		}},
		looked{"the queue", func(ctx context.Context, w *planned) error { _, err := w.tickets.Queue(ctx); return err }},
		looked{"what is like a resident's matter", func(ctx context.Context, w *planned) error {
			home := w.Residents[1].Homes[0]
			for _, building := range []int64{home.BuildingID, 0} {
				if _, err := w.tickets.SimilarTickets(ctx, w.Residents[1], home.EstateID, building, "REP-01"); err != nil {
					return err
				}
			}
			_, err := w.tickets.SupportedTickets(ctx, w.Residents[1])
			return err
		}},
		looked{"bulletins at a resident's home and while he files", func(ctx context.Context, w *planned) error {
			home := w.Residents[1].Homes[0]
			for _, building := range []int64{home.BuildingID, 0} {
				if _, err := w.tickets.KnownOutages(ctx, w.Residents[1], home.EstateID, building, "UTIL-01"); err != nil {
					return err
				}
			}
			for _, a := range []models.Actor{w.Residents[1], w.Steward} {
				if list, err := w.tickets.HomeBulletins(ctx, a); err != nil || len(list.Items) == 0 {
					return fmt.Errorf("%d bulletins: %w", len(list.Items), err)
				}
			}
			return nil
		}},
		looked{"the repeats of a station", func(ctx context.Context, w *planned) error {
			_, err := w.tickets.Causes(ctx, w.StationStaff)
			return err
		}},
		looked{"the causes of an operator", func(ctx context.Context, w *planned) error { _, err := w.tickets.Causes(ctx, w.Staff); return err }},
		looked{"voices that came before their residence", func(ctx context.Context, w *planned) error { _, err := w.tickets.JoinDue(ctx, 500); return err }},
		looked{"a resident's score", func(ctx context.Context, w *planned) error {
			_, err := w.scores.EstateScore(ctx, w.Residents[1], w.Residents[1].Homes[0].EstateID, false)
			return err
		}},
	)
}

// more are looks that may touch more of some tables, each with the reason.
func more(a asked, table string) bool {
	switch {
	case strings.HasPrefix(a.look, "the overview"):
		// It counts a month: along the scope, or along the county's month.
		return true
	case strings.HasPrefix(a.look, "the repeats"):
		// It counts the repairs of half a year along the places of an office, as no list of theirs would be true otherwise.
		return true
	case strings.HasSuffix(a.look, "score"):
		// It is computed of all that its estate had in a year, here a twentieth of the county.
		return true
	}
	return false
}

func TestWhatListsTouch(t *testing.T) {
	now := time.Date(2026, 9, 2, 4, 0, 0, 0, time.UTC)
	each := map[string]func(*testing.T) (storage.Options, func(*testing.T, []asked) []string){
		"sqlite": func(t *testing.T) (storage.Options, func(*testing.T, []asked) []string) {
			o := storage.Options{Dir: t.TempDir()}
			return o, func(t *testing.T, all []asked) []string { return judgeSQLite(t, o, all) }
		},
		"postgres": func(t *testing.T) (storage.Options, func(*testing.T, []asked) []string) {
			o := storage.Options{URL: storagetest.Migrated(t)}
			return o, func(t *testing.T, all []asked) []string { return judgePostgres(t, o, all) }
		},
	}
	for name, county := range each {
		t.Run(name, func(t *testing.T) {
			o, judge := county(t)
			o.Now, o.FastUnsafe = func() time.Time { return now }, true
			w := planned{}
			var err error
			if w.Filled, err = storagetest.Fill(t.Context(), o, storagetest.Filling{Tickets: planTickets, PhotosPerTicket: 1, Now: now}); err != nil {
				t.Fatal(err)
			}
			w.db = storagetest.Open(t, o)
			w.tickets, w.scores, w.places = tickets.New(w.db, nil, make([]byte, 32)), scores.New(w.db), places.New(w.db, places.Options{})
			if err := w.db.Write(t.Context(), seed.All); err != nil {
				t.Fatal(err)
			}
			if err := w.db.Write(t.Context(), w.outages); err != nil {
				t.Fatal(err)
			}
			for _, fault := range judge(t, w.all(t)) {
				t.Error(fault)
			}
			for _, a := range controls(w, name) {
				if len(judge(t, []asked{a})) == 0 {
					t.Errorf("%s: not found", a.look)
				}
			}
		})
	}
}

// lookedAfter is an estate of the filled county that somebody looks after or answers for.
func (w *planned) lookedAfter(ctx context.Context, a models.Actor) (place.EstateDetail, error) {
	list, err := w.places.ListEstates(ctx, a, place.EstateFilter{Limit: 100})
	if err != nil {
		return place.EstateDetail{}, err
	}
	for _, row := range list.Items {
		if row.ID >= w.Residents[1].Homes[0].EstateID && row.OpenTickets > 0 {
			return w.places.ShowEstate(ctx, a, row.ID)
		}
	}
	return place.EstateDetail{}, fmt.Errorf("looks after none of %d", len(list.Items))
}

// outages are the bulletins of years, over the whole county, and one that runs at a resident's.
func (w *planned) outages(tx storage.Tx) error {
	home := w.Residents[1].Homes[0]
	rows := []string{
		`INSERT INTO bulletins (author_id, client_id, content_hash, handling_party_id, estate_id, community_id, town_id, category, text, meanwhile, posted_at, from_at, until_at, ended_by, why, changes, minutes, version)
			SELECT ?, 'bulletin-' || t.id, 'x', t.handling_party_id, t.estate_id, t.community_id, t.town_id, 'UTIL-01', '停水', '', t.filed_at, t.filed_at, t.filed_at, 0, '', 0, 0, 1 FROM tickets t WHERE t.building_id <> 0`,
		`INSERT INTO bulletin_places (bulletin_id, estate_id, building_id, category, until_at)
			SELECT b.id, b.estate_id, t.building_id, b.category, b.until_at FROM bulletins b JOIN tickets t ON b.client_id = 'bulletin-' || t.id`,
	}
	for i, row := range rows {
		if err := tx.DB().Exec(row, []any{w.Residents[1].AccountID}[:1-i]...).Error; err != nil {
			return err
		}
	}
	last := tx.DB().Exec(`UPDATE bulletins SET until_at = ? WHERE id IN (SELECT max(bulletin_id) FROM bulletin_places WHERE building_id = ?)`, tx.At().Add(time.Hour), home.BuildingID)
	if last.Error != nil {
		return last.Error
	}
	err := tx.DB().Exec(`UPDATE bulletin_places SET until_at = ? WHERE bulletin_id IN (SELECT max(bulletin_id) FROM bulletin_places WHERE building_id = ?)`, tx.At().Add(time.Hour), home.BuildingID).Error
	if err == nil {
		err = tx.DB().Exec("ANALYZE bulletin_places").Error
	}
	return err
}

// controls are ways to ask that do grow with the county; the judges must find each.
func controls(w planned, dialect string) []asked {
	town := w.TownOfficer.Held[0].ScopeID
	words := asked{"words", "SELECT * FROM tickets WHERE text LIKE $1 ORDER BY id DESC LIMIT $2", []any{"%x%", 21}}
	outages := asked{"what runs anywhere", "SELECT bulletin_id FROM bulletin_places WHERE category = $1 AND until_at > $2", []any{"UTIL-01", time.Unix(0, 0).UTC()}}
	if dialect == "sqlite" {
		return []asked{words, outages, {"all arms in one", "SELECT * FROM tickets WHERE handling_party_id = $1 OR town_id = $2 ORDER BY id DESC LIMIT $3", []any{w.TownOfficer.Parties[0], town, 21}}}
	}
	return []asked{
		words, outages,
		{"a small party by a plan for any", "SELECT * FROM tickets WHERE handling_party_id = $1 ORDER BY id DESC LIMIT $2", []any{w.TownOfficer.Parties[0], 21}},
		{"counted by a plan for any", "SELECT count(*) FROM tickets WHERE town_id = $1 AND open = $2", []any{town, true}},
	}
}

// all makes every look and returns what was asked.
func (w *planned) all(t *testing.T) []asked {
	err := w.db.Asked(func(statement string, values []any) {
		if statement != "" && !slices.ContainsFunc(w.asked, func(a asked) bool { return a.look == w.look && a.statement == statement }) {
			w.asked = append(w.asked, asked{w.look, statement, slices.Clone(values)})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range looks() {
		w.look = l.name
		if err := l.run(t.Context(), w); err != nil {
			t.Errorf("%s: %v", l.name, err)
		}
	}
	return w.asked
}

// plain are values as a driver gets them.
func plain(t *testing.T, values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		var err error
		if out[i], err = driver.DefaultParameterConverter.ConvertValue(v); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// judgePostgres counts the rows that each statement touches, with the plan made for its values and with the one made for any.
func judgePostgres(t *testing.T, o storage.Options, all []asked) (found []string) {
	db, err := pgx.Connect(t.Context(), o.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(context.Background())
	for _, a := range all {
		for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
			plan := explain(t, db, a, mode)
			touched := map[string]int64{}
			plan.touch(touched)
			for table, n := range touched {
				if n > planRows && !(more(a, table) && n < planTickets) {
					found = append(found, fmt.Sprintf("%s, %s: %d rows of %s\n%s\n%s", a.look, mode, n, table, a.statement, plan.text(0)))
				}
			}
		}
	}
	return found
}

func explain(t *testing.T, db *pgx.Conn, a asked, mode string) pgPlan {
	places := make([]string, len(a.values))
	for i := range places {
		places[i] = fmt.Sprint("$", i+1)
	}
	execute := "EXECUTE q"
	if len(places) > 0 {
		execute += "(" + strings.Join(places, ", ") + ")"
	}
	var raw []byte
	for _, statement := range []string{"DEALLOCATE ALL", "SET plan_cache_mode = " + mode, "PREPARE q AS " + a.statement} {
		if _, err := db.Exec(t.Context(), statement, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatalf("%s\n%s: %v", a.look, statement, err)
		}
	}
	values := append([]any{pgx.QueryExecModeSimpleProtocol}, plain(t, a.values)...)
	if err := db.QueryRow(t.Context(), "EXPLAIN (ANALYZE, TIMING off, FORMAT json) "+execute, values...).Scan(&raw); err != nil {
		t.Fatalf("%s\n%s: %v", a.look, a.statement, err)
	}
	var plans []struct{ Plan pgPlan }
	if err := json.Unmarshal(raw, &plans); err != nil {
		t.Fatal(err)
	}
	return plans[0].Plan
}

// pgPlan is a node of a plan that was run.
type pgPlan struct {
	Type    string  `json:"Node Type"`
	Table   string  `json:"Relation Name"`
	Index   string  `json:"Index Name"`
	Rows    float64 `json:"Actual Rows"`
	Loops   float64 `json:"Actual Loops"`
	Removed float64 `json:"Rows Removed by Filter"`
	Recheck float64 `json:"Rows Removed by Index Recheck"`
	Plans   []pgPlan
}

// touch adds up the rows that were looked at, by table; an index that was read for a bitmap counts by its rows.
func (p pgPlan) touch(rows map[string]int64) {
	name := p.Table
	if name == "" && p.Index != "" {
		name = p.Index
	}
	if slices.Contains(large, name) || p.Table == "" && p.Index != "" {
		rows[name] += int64((p.Rows + p.Removed + p.Recheck) * p.Loops)
	}
	for _, child := range p.Plans {
		child.touch(rows)
	}
}

func (p pgPlan) text(depth int) string {
	s := fmt.Sprintf("%s%s %s %s rows %.0f+%.0f x%.0f\n", strings.Repeat("  ", depth), p.Type, p.Table, p.Index, p.Rows, p.Removed, p.Loops)
	for _, child := range p.Plans {
		s += child.text(depth + 1)
	}
	return s
}

func judgeSQLite(t *testing.T, o storage.Options, all []asked) (found []string) {
	db, err := sql.Open("sqlite", "file:"+o.Dir+"/linli.db?_time_format=sqlite")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, a := range all {
		for _, fault := range faults(a.statement, sqliteSteps(t, db, a)) {
			if !more(a, "tickets") {
				found = append(found, fmt.Sprintf("%s: %s\n%s", a.look, fault, a.statement))
			}
		}
	}
	return found
}

// step is one line of a plan of SQLite, with the steps below it.
type step struct {
	id, parent int
	text       string
}

func sqliteSteps(t *testing.T, db *sql.DB, a asked) (steps []step) {
	rows, err := db.Query("EXPLAIN QUERY PLAN "+a.statement, plain(t, a.values)...)
	if err != nil {
		t.Fatalf("%s\n%s: %v", a.look, a.statement, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s step
		var unused int
		if err := rows.Scan(&s.id, &s.parent, &unused, &s.text); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, s)
	}
	return steps
}

// wide are the indexes of which one key may hold a good part of the county; the indexes of what is open are not wide.
var wide = []string{"tickets_party", "tickets_community", "tickets_town", "tickets_estate", "memberships_scope"}

// faults says what in a plan reads or sorts a good part of a large table. SQLite does not count the rows for us, so this
// knows which steps do: a scan; a sort of all that a wide index finds; a wide index walked without an end.
func faults(statement string, steps []step) (found []string) {
	ends := strings.Contains(statement, "LIMIT")
	for _, s := range steps {
		words := strings.Fields(s.text)
		table, index := words[1], ""
		if _, rest, ok := strings.Cut(s.text, "INDEX "); ok {
			index, _, _ = strings.Cut(rest, " ")
		}
		sorted := slices.ContainsFunc(steps, func(other step) bool {
			return strings.HasSuffix(other.text, "ORDER BY") && other.parent == top(steps, s, other.parent)
		})
		switch {
		case words[0] == "SCAN" && slices.Contains(large, table) && index == "" && (sorted || !fromAnEnd(statement)),
			words[0] == "SEARCH" && slices.Contains(wide, index) && (sorted || !ends):
			found = append(found, s.text)
		}
	}
	return found
}

// top is the parent of the step at or above s that stands directly below parent, or -1.
func top(steps []step, s step, parent int) int {
	for s.parent != parent {
		above := slices.IndexFunc(steps, func(other step) bool { return other.id == s.parent })
		// What a subquery sorts or finds is bounded by its own LIMIT.
		if above < 0 || strings.Contains(steps[above].text, "SUBQUERY") || strings.HasPrefix(steps[above].text, "CO-ROUTINE") {
			return -1
		}
		s = steps[above]
	}
	return parent
}

// fromAnEnd reports whether a statement walks a table from its newest row and stops after a page: all rows that it passes
// are wanted, but for the few that are open or held.
func fromAnEnd(statement string) bool { return allOfIt.MatchString(statement) }

var allOfIt = regexp.MustCompile(`WHERE \(\(\(?held_level = 0 OR held_level <= \? AND handling_party_id NOT IN \(\?\)(\) OR author_id = \? OR reporter_id = \?)?\)\)` +
	`( AND \((id < \?|open = FALSE)\))* ORDER BY id DESC LIMIT`)
