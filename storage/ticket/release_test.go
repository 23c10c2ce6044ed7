package ticket_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/place"
	rules "linli/models/score"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/ledger"
	photos "linli/storage/photo"
	places "linli/storage/place"
	scores "linli/storage/score"
	"linli/storage/seed"
	"linli/storage/storagetest"
	tickets "linli/storage/ticket"
)

// smallWorld is a county in which the building of the operator and that of the station have twelve homes each, with all
// stores that show something of a ticket.
type smallWorld struct {
	*world
	photos *photos.Store
	places *places.Store
	scores *scores.Store
}

// one o'clock on a Wednesday afternoon in Shanghai: the next batch goes out at four.
var afternoon = time.Date(2026, 9, 2, 5, 0, 0, 0, time.UTC)

func newSmallWorld(t *testing.T, o storage.Options) *smallWorld {
	t.Helper()
	c := &storagetest.Clock{At: afternoon}
	o.Now = c.Now
	db := storagetest.Open(t, o)
	w := &smallWorld{world: &world{db: db, clock: c, County: storagetest.SmallCounty(t, db)}}
	w.photos = photos.New(db, storagetest.Disk(t), photos.Hooks{Sees: tickets.MaySee})
	w.store = tickets.New(db, w.photos, []byte("0123456789abcdef0123456789abcdef"))
	w.places = places.New(db, places.Options{OnHandOver: func(storage.Tx, int64, models.Date) error { return nil }})
	w.scores = scores.New(db)
	w.must(t, db.Write(t.Context(), seed.All))
	w.must(t, db.Write(t.Context(), func(tx storage.Tx) error {
		return tx.DB().Table("buildings").Where("id IN ?", []int64{w.Building.ID, w.OwnerlessBuilding.ID}).Update("households", 12).Error
	}))
	return w
}

// eachSmall runs f on both databases; make opens another county on the same kind of database.
func eachSmall(t *testing.T, f func(t *testing.T, make func() *smallWorld)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		f(t, func() *smallWorld { return newSmallWorld(t, storage.Options{Dir: t.TempDir(), FastUnsafe: true}) })
	})
	t.Run("postgres", func(t *testing.T) {
		f(t, func() *smallWorld { return newSmallWorld(t, storage.Options{URL: storagetest.Migrated(t)}) })
	})
}

func (w *smallWorld) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// until moves the clock to an hour and minute of the afternoon's day in Shanghai.
func (w *smallWorld) until(hour, minute int) {
	at := models.DateOf(afternoon).Start().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	w.clock.Advance(at.Sub(w.clock.Now()))
}

// filed files from a building with so many photos. name makes the client ids.
func (w *smallWorld) filed(t *testing.T, name int, by models.Actor, building int64, category, text string, share bool, pictures int) ticket.View {
	t.Helper()
	f := ticket.Filing{ClientID: fmt.Sprintf("20000000-0000-4000-8000-%012d", name), Category: category, Text: text, BuildingID: building, ShareContact: share}
	var claims []photo.Claim
	for i := range pictures {
		claims = append(claims, photo.Claim{ClientID: fmt.Sprintf("3000000%d-0000-4000-8000-%012d", i, name), SHA256: strings.Repeat("a", 64), Kind: photo.Before, Bytes: 1000})
	}
	filed, err := w.store.FileTicket(t.Context(), by, f, claims)
	w.must(t, err)
	return filed.Ticket
}

// salted is what chance gives to those who filed themselves.
var salted = regexp.MustCompile(`"receipt":\{[^}]*\},`)

// look is all that somebody can see of tickets anywhere, as the API would send it.
func (w *smallWorld) look(t *testing.T, a models.Actor) string {
	t.Helper()
	var b strings.Builder
	show := func(what string, v any, err error) {
		if err != nil {
			if models.KindOf(err) == models.Internal {
				t.Fatalf("%s: %v", what, err) // two looks that both fail are equal, and tell nothing
			}
			v = models.CodeOf(err)
		}
		text, err := json.Marshal(v)
		w.must(t, err)
		fmt.Fprintf(&b, "%s: %s\n", what, salted.ReplaceAll(text, nil))
	}
	ctx := t.Context()
	seen := map[int64]bool{}
	for _, box := range []ticket.Box{ticket.BoxMine, ticket.BoxBuilding, ticket.BoxDesk, ticket.BoxAll} {
		for _, filter := range []ticket.Filter{"", ticket.FilterOpen, ticket.FilterWaitingMe, ticket.FilterOverdue, ticket.FilterUnanswered, ticket.FilterEscalated, ticket.FilterReturned, ticket.FilterExtension, ticket.FilterClosed} {
			for q := (ticket.Query{Box: box, Filter: filter, Limit: 2}); ; {
				page, err := w.store.Tickets(ctx, a, q)
				show(fmt.Sprint(box, " ", filter), page, err)
				for _, row := range page.Items {
					seen[row.ID] = true
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
		}
	}
	found, err := w.store.Tickets(ctx, a, ticket.Query{Box: ticket.BoxAll, Words: "楼", Limit: 50})
	show("search", found, err)
	ids := make([]int64, 0, len(seen))
	for id := range seen {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		view, err := w.store.Ticket(ctx, a, id)
		show("ticket", view, err)
	}
	kept, err := w.store.HandedOverTickets(ctx, a, ticket.HandedOverQuery{Limit: 50})
	show("kept", kept, err)
	overview, err := w.scores.Overview(ctx, a)
	show("overview", overview, err)
	list, err := w.scores.Scores(ctx, a, rules.Filter{})
	show("scores", list, err)
	for _, estate := range []int64{w.Estate.ID, w.Ownerless.ID} {
		summary, err := w.scores.EstateScore(ctx, a, estate, false)
		show("score", summary, err)
		explained, err := w.scores.Explain(ctx, a, estate)
		show("explained", explained, err)
		detail, err := w.places.ShowEstate(ctx, a, estate)
		show("estate", detail, err)
	}
	for _, building := range []int64{w.Building.ID, w.OwnerlessBuilding.ID} {
		detail, err := w.places.ShowBuilding(ctx, a, building)
		show("building", detail, err)
	}
	estates, err := w.places.ListEstates(ctx, a, place.EstateFilter{Limit: 50})
	show("estates", estates, err)
	return b.String()
}

// onlookers are those who must learn nothing before the release, for what is filed in each building.
func (w *smallWorld) onlookers(building int64) map[string]models.Actor {
	if building == w.OwnerlessBuilding.ID {
		return map[string]models.Actor{"the station that must answer": w.StationStaff, "a neighbour": w.Neighbour, "another station": w.OtherStationStaff}
	}
	return map[string]models.Actor{"the operator": w.Staff, "the steward": w.Steward, "a neighbour": w.Neighbour, "a rival": w.RivalStaff}
}

// What is held leaves no trace for the party: before the release, its whole view is that of a world in which it was never
// filed, by bytes; also while others file, answer and send photos around it, and when it is withdrawn.
func TestBeforeTheReleaseNothingTellsOfWhatIsHeld(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		with, without := make(), make()
		for _, building := range []struct {
			name            string
			id              int64
			answers, raised models.Actor
		}{
			{"the station's", with.OwnerlessBuilding.ID, with.StationStaff, with.TownOfficer},
			{"the operator's", with.Building.ID, with.Staff, with.StationStaff},
		} {
			t.Run(building.name, func(t *testing.T) {
				start := with.clock.Now()
				play := func(w *smallWorld, held bool) (looks []string) {
					ids = int(building.id) * 1000 // the same client ids in both worlds
					base := int(building.id) * 100
					open := func(n int) ticket.View {
						return w.filed(t, base+n, w.Neighbour, building.id, "REP-01", fmt.Sprint("楼道灯不亮", n), true, 1)
					}
					look := func() {
						var all []string
						for name, a := range w.onlookers(building.id) {
							all = append(all, name+"\n"+w.look(t, a))
						}
						slices.Sort(all)
						looks = append(looks, strings.Join(all, "\n"))
					}
					hidden := func(n int, category string) ticket.View {
						if !held {
							return ticket.View{}
						}
						return w.filed(t, base+50+n, w.Resident, building.id, category, fmt.Sprint("楼里的事", n), false, 2)
					}
					first := open(1)
					w.clock.Advance(20 * time.Minute)
					hidden(1, "CLN-01")
					gone := hidden(2, "REP-12")
					second := open(2)
					w.move(t, building.answers, first.ID, ticket.Acknowledge, "")
					w.say(t, building.answers, first.ID, "我们今天下午就来处理")
					d := ticket.DoneSaying{ClientID: clientID(), Result: "已更换灯泡"}
					_, err := w.store.SayDone(t.Context(), building.answers, first.ID, d, []photo.Claim{{ClientID: clientID(), SHA256: strings.Repeat("b", 64), Kind: photo.After, Bytes: 1000}})
					w.must(t, err)
					look()
					w.clock.Advance(30 * time.Minute)
					if held {
						w.move(t, w.Resident, gone.ID, ticket.Withdraw, "")
					}
					hidden(3, "CLN-05")
					hidden(4, "CLN-02")
					open(3)
					w.move(t, building.answers, second.ID, ticket.Acknowledge, "")
					released, err := w.store.ReleaseDue(t.Context(), 100)
					w.must(t, err)
					if released != 0 {
						t.Error("something went out before its time")
					}
					look()
					return looks
				}
				told := play(with, true)
				with.clock.Advance(0)
				without.clock.Advance(start.Sub(without.clock.Now()))
				quiet := play(without, false)
				for i := range told {
					if told[i] != quiet[i] {
						t.Errorf("look %d tells of what is held:\n%s", i, firstDifference(told[i], quiet[i]))
					}
				}
				// Control: the look shows what is there to whoever may see it.
				if may := with.look(t, building.raised); !strings.Contains(may, "held_until") || may == without.look(t, building.raised) {
					t.Error("the level without an interest does not see what is held")
				}
				if mine := with.look(t, with.Resident); !strings.Contains(mine, "held_until") {
					t.Error("the reporter does not see that it waits")
				}
			})
		}
		// A held ticket of the party's is not there: the same answer as for an id that nothing has.
		var heldID int64
		with.must(t, with.db.Read(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("tickets").Where("state = 'accepted' AND handling_party_id = ?", with.Operator.ID).Limit(1).Pluck("id", &heldID).Error
		}))
		for _, id := range []int64{heldID, 99_999_999} {
			_, err := with.store.Ticket(t.Context(), with.Staff, id)
			wantCode(t, err, models.NotFound, "ticket.not_found")
			_, err = with.store.MoveTicket(t.Context(), with.Staff, id, ticket.Move{Action: ticket.Acknowledge})
			wantCode(t, err, models.NotFound, "ticket.not_found")
		}
	})
}

// firstDifference shows where two looks part.
func firstDifference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	around := func(s string) string {
		return strings.ToValidUTF8(s[max(0, min(i, len(s))-200):min(len(s), i+200)], "")
	}
	return around(a) + "\n" + around(b)
}

// drawn are the ids and numbers that chance gives. A look in which they are replaced, and whose lines are sorted, is what
// the party can read of a batch besides.
var drawn = regexp.MustCompile(`"(id|photo_id|ticket_id)":\d+|"number":"[^"]*"|"photos":\[[\d,]*\]|"(next|on)":"[A-Za-z0-9_-]{20,}"`)

func (w *smallWorld) withoutChance(t *testing.T, a models.Actor) string {
	var rows []string
	for _, box := range []ticket.Box{ticket.BoxDesk, ticket.BoxAll} {
		page, err := w.store.Tickets(t.Context(), a, ticket.Query{Box: box, Limit: 100})
		w.must(t, err)
		rows = append(rows, asJSON(t, page.Counts))
		for _, row := range page.Items {
			view, err := w.store.Ticket(t.Context(), a, row.ID)
			w.must(t, err)
			rows = append(rows, drawn.ReplaceAllString(asJSON(t, row), ""), drawn.ReplaceAllString(asJSON(t, view), ""))
		}
	}
	overview, err := w.scores.Overview(t.Context(), a)
	w.must(t, err)
	explained, err := w.scores.Explain(t.Context(), a, w.Ownerless.ID)
	w.must(t, err)
	// The explanation lists tickets in the order of their ids, which is drawn.
	parts := strings.FieldsFunc(drawn.ReplaceAllString(asJSON(t, explained), ""), func(r rune) bool { return strings.ContainsRune("{}[],", r) })
	slices.Sort(parts)
	rows = append(rows, asJSON(t, overview), strings.Join(parts, ","))
	slices.Sort(rows)
	return strings.Join(rows, "\n")
}

// After the release the party sees a batch: whoever filed first, in the evening or the next morning, its view is the same.
func TestAfterTheReleaseABatchTellsNoOrder(t *testing.T) {
	matters := []struct{ category, text string }{{"CLN-01", "垃圾没人清"}, {"REP-12", "水管滴水"}, {"CLN-02", "楼道没人扫"}, {"CLN-05", "臭得很"}}
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		var station, town []string
		for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}} {
			w := make()
			w.until(16, 30)
			for i, n := range order {
				w.filed(t, 100+n, w.Resident, w.OwnerlessBuilding.ID, matters[n].category, matters[n].text, false, 1)
				w.clock.Advance(time.Duration(2+2*i) * time.Hour) // two of them before midnight
			}
			w.until(24+10, 0)
			w.clock.Advance(20 * time.Second)
			n, err := w.store.ReleaseDue(t.Context(), 100)
			w.must(t, err)
			if n != 4 {
				t.Fatalf("%d went out, want 4", n)
			}
			w.clock.Advance(time.Minute)
			station, town = append(station, w.withoutChance(t, w.StationStaff)), append(town, w.withoutChance(t, w.TownOfficer))
		}
		for i := range station {
			if station[i] != station[0] {
				t.Errorf("the order of filing shows:\n%s", firstDifference(station[i], station[0]))
			}
		}
		// Control: whoever may know reads the order.
		if town[0] == town[1] || town[0] == town[2] {
			t.Error("the comparison would see nothing: it is the same for who may know")
		}
	})
}

// Ids and numbers of what was held are drawn: they do not rise with the moment of filing, lie between no two others of
// which the moment is known, and are not the counter's.
func TestIdsAndNumbersOfABatchTellNothing(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		type one struct {
			id, photo int64
			number    string
		}
		before := w.filed(t, 1, w.Neighbour, w.Building.ID, "REP-01", "灯不亮", true, 1)
		var held, open []one
		of := func(v ticket.View) one { return one{v.ID, v.Photos[0].ID, v.Number} }
		for n := range 24 {
			held = append(held, of(w.filed(t, 100+n, w.Resident, w.Building.ID, "CLN-01", "没人扫", false, 1)))
			open = append(open, of(w.filed(t, 200+n, w.Neighbour, w.Building.ID, "REP-01", "灯不亮", true, 1)))
			w.clock.Advance(5 * time.Minute)
		}
		for i, o := range open {
			if i > 0 && (o.id != open[i-1].id+1 || o.photo != open[i-1].photo+1) {
				t.Errorf("a gap in the ids tells of what is held: %v after %v", o, open[i-1])
			}
			if want := fmt.Sprintf("-%04d-", i+2); !strings.Contains(o.number, want) {
				t.Errorf("a gap in the numbers tells of what is held: %s, want %s", o.number, want)
			}
		}
		for _, h := range held {
			if h.id >= before.ID || h.photo >= before.Photos[0].ID {
				t.Errorf("an id %d tells that it was filed after %d", h.id, before.ID)
			}
			if !ticket.ValidNumber(h.number) || len(h.number) != len(open[0].number) {
				t.Errorf("number %s", h.number)
			}
		}
		byID := func(a, b one) int { return cmp.Compare(a.id, b.id) }
		byPhoto := func(a, b one) int { return cmp.Compare(a.photo, b.photo) }
		byNumber := func(a, b one) int { return cmp.Compare(a.number, b.number) }
		for name, less := range map[string]func(a, b one) int{"ids": byID, "photos": byPhoto, "numbers": byNumber} {
			if slices.IsSortedFunc(held, less) {
				t.Errorf("the %s of what is held rise with the moment of filing", name)
			}
		}
	})
}

// The party's clocks start with the release, and the day that the resident was promised stays.
func TestTheHoldCostsThePartyNothing(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		hours, err := w.store.Hours(t.Context())
		w.must(t, err)
		c, err := w.store.Catalogue(t.Context())
		w.must(t, err)
		w.until(17, 0)
		release := models.DateOf(afternoon).Add(1).Start().Add(10 * time.Hour)
		complaint := w.filed(t, 1, w.Resident, w.Building.ID, "CLN-01", "没人扫", false, 0)
		repair := w.filed(t, 2, w.Resident, w.Building.ID, "REP-01", "灯不亮", false, 0)
		for _, v := range []ticket.View{complaint, repair} {
			u, _ := c.Urgency(v.Urgency)
			want := ticket.DeadlinesFrom(u, hours, release, v.Protected, 2)
			if v.HeldUntil == nil || !v.HeldUntil.Equal(release) || v.State != ticket.Accepted || !v.ResolveDue.Equal(want.Resolve) || !v.RespondDue.Equal(want.Contact) || v.NextDue != nil || !v.FiledAt.Equal(w.clock.Now()) {
				t.Errorf("held %+v, want until %s, %+v", v.Row, release, want)
			}
		}
		w.until(24+10, 0)
		w.clock.Advance(40 * time.Second)
		if n, err := w.store.ReleaseDue(t.Context(), 100); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		for _, was := range []ticket.View{complaint, repair} {
			party, err := w.store.Ticket(t.Context(), w.Staff, was.ID)
			w.must(t, err)
			if party.State != ticket.Dispatched || !party.ResolveDue.Equal(was.ResolveDue) || party.NextDue == nil || party.Overdue || party.FiledOn != models.DateOf(release) {
				t.Errorf("released %+v", party.Row)
			}
			if party.FiledAt != nil && !party.FiledAt.Equal(release) {
				t.Errorf("the party reads when it was filed: %s", party.FiledAt)
			}
			if len(party.Timeline) != 2 || party.Timeline[0].Action != "file" || party.Timeline[1].Action != "dispatch" {
				t.Errorf("the party reads of the hold: %+v", party.Timeline)
			}
			mine, err := w.store.Ticket(t.Context(), w.Resident, was.ID)
			w.must(t, err)
			if mine.HeldUntil != nil || !mine.ResolveDue.Equal(was.ResolveDue) || mine.FiledOn != models.DateOf(afternoon) || !slices.Contains(mine.Actions, ticket.Say) {
				t.Errorf("the reporter sees %+v", mine.Row)
			}
		}
		// The program stood still at the next batch: the clocks begin when it went out.
		late := w.filed(t, 3, w.Resident, w.Building.ID, "REP-01", "灯又不亮", false, 0)
		w.until(24+20, 0)
		if n, err := w.store.ReleaseDue(t.Context(), 100); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		u, _ := c.Urgency(late.Urgency)
		party, err := w.store.Ticket(t.Context(), w.Staff, late.ID)
		w.must(t, err)
		if want := ticket.DeadlinesFrom(u, hours, w.clock.Now(), false, 2); !party.ResolveDue.Equal(want.Resolve) {
			t.Errorf("due %s, want %s", party.ResolveDue, want.Resolve)
		}
		w.replays(t)
	})
}

// What is urgent, shared, from a large place or nobody's secret goes out at once.
func TestWhatIsNotHeld(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		for i, f := range []struct {
			category string
			building int64
			share    bool
			want     ticket.State
		}{
			{"CLN-01", w.Building.ID, false, ticket.Accepted},
			{"REP-01", w.Building.ID, false, ticket.Accepted},
			{"REP-01", w.Building.ID, true, ticket.Dispatched},
			{"REP-03", w.Building.ID, false, ticket.Dispatched},
			{"FIRE-01", w.Building.ID, false, ticket.Dispatched},
			{"POL-01", w.Building.ID, false, ticket.Dispatched},
		} {
			if got := w.filed(t, i, w.Resident, f.building, f.category, "说明", f.share, 0); got.State != f.want || (got.HeldUntil != nil) != (f.want == ticket.Accepted) {
				t.Errorf("%s (%s, %s): %s", f.category, got.Kind, got.Urgency, got.State)
			}
		}
		// A place without a building is its estate.
		estate := func(households int64) ticket.State {
			w.must(t, w.db.Write(t.Context(), func(tx storage.Tx) error {
				return tx.DB().Table("estates").Where("id = ?", w.Estate.ID).Update("households", households).Error
			}))
			return w.file(t, w.Resident, ticket.Filing{ClientID: clientID(), Category: "CLN-01", Text: "没人扫", EstateID: w.Estate.ID}).State
		}
		if estate(20) != ticket.Dispatched || estate(19) != ticket.Accepted || estate(0) != ticket.Dispatched {
			t.Error("an estate of few homes is held, others are not")
		}
	})
}

// However often the job is run, killed, or run by two copies at once, each ticket goes out once.
func TestReleasedExactlyOnce(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		const n = 12
		for i := range n {
			w.filed(t, i, w.Resident, w.Building.ID, "CLN-01", "没人扫", false, 0)
		}
		w.until(16, 0)
		if got, err := w.store.ReleaseDue(t.Context(), 3); got != 3 || err != nil { // as if it was killed after three
			t.Fatal(got, err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if got, err := w.store.ReleaseDue(gone, 100); got != 0 || err == nil {
			t.Fatal(got, err)
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		sum := 3
		for range 4 {
			all.Go(func() {
				got, err := w.store.ReleaseDue(context.WithoutCancel(t.Context()), 100)
				mu.Lock()
				defer mu.Unlock()
				if sum += got; err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if again, err := w.store.ReleaseDue(t.Context(), 100); sum != n || again != 0 || err != nil {
			t.Errorf("%d released in all, %d again, want %d and 0 (%v)", sum, again, n, err)
		}
		w.must(t, w.db.Read(t.Context(), func(tx storage.Tx) error {
			var lines, open int64
			if err := tx.DB().Table("ledger").Where("action = 'dispatch'").Count(&lines).Error; err != nil {
				return err
			}
			err := tx.DB().Table("tickets").Where("state = 'dispatched' AND version = 2 AND held_level = 0").Count(&open).Error
			if lines != n || open != n {
				t.Errorf("%d lines of dispatch, %d tickets with the party, want %d", lines, open, n)
			}
			return err
		}))
		w.replays(t)
	})
}

// replays fails where the ledger tells another story than the tickets' rows.
func (w *smallWorld) replays(t *testing.T) {
	t.Helper()
	w.must(t, w.db.Write(t.Context(), storagetest.TellOfMemberships))
	report, err := ledger.Verify(t.Context(), w.db, ledger.Against{})
	w.must(t, err)
	if report.Faulty != 0 {
		t.Errorf("the ledger and the rows differ: %v", report.Faults)
	}
}

// What is withdrawn while it waits never reaches the party, nor its figures.
func TestWithdrawnWhileHeld(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		at := w.clock.Now()
		w.until(16, 1)
		empty := w.look(t, w.Staff)
		w.clock.Advance(at.Sub(w.clock.Now()))
		held := w.filed(t, 1, w.Resident, w.Building.ID, "CLN-01", "没人扫", false, 1)
		if !slices.Equal(held.Actions, []ticket.Action{ticket.Withdraw}) {
			t.Errorf("while it waits one can %v", held.Actions)
		}
		w.move(t, w.Resident, held.ID, ticket.Withdraw, "")
		w.until(16, 1)
		if n, err := w.store.ReleaseDue(t.Context(), 100); n != 0 || err != nil {
			t.Error(n, err)
		}
		if now := w.look(t, w.Staff); now != empty {
			t.Errorf("it shows:\n%s", firstDifference(now, empty))
		}
		officer, err := w.store.Ticket(t.Context(), w.StationStaff, held.ID)
		if err != nil || officer.State != ticket.Withdrawn || officer.Reporter == nil {
			t.Errorf("the station: %v, %+v", err, officer.Row)
		}
		w.replays(t)
	})
}

// A place that changes hands while something waits: it goes to who answers when it goes out. The one that it was meant for
// keeps no look of it and never learns of it.
func TestHandedOverWhileHeld(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		held := w.filed(t, 1, w.Resident, w.Building.ID, "CLN-01", "没人扫", false, 0)
		w.handOver(t, w.Estate.ID, w.Rival)
		if n, err := w.store.HandOverDue(t.Context()); n != 0 || err != nil {
			t.Errorf("%d handed over, %v", n, err)
		}
		for _, a := range []models.Actor{w.Staff, w.RivalStaff} {
			_, err := w.store.Ticket(t.Context(), a, held.ID)
			wantCode(t, err, models.NotFound, "ticket.not_found")
		}
		w.until(16, 1)
		if n, err := w.store.ReleaseDue(t.Context(), 100); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		got, err := w.store.Ticket(t.Context(), w.RivalStaff, held.ID)
		if err != nil || got.HandlingParty.ID != w.Rival.ID || got.State != ticket.Dispatched {
			t.Errorf("the new party: %v, %+v", err, got.Row)
		}
		if strings.Contains(asJSON(t, got), w.Operator.Name) {
			t.Errorf("the new party reads for whom it was meant: %+v", got.Timeline)
		}
		_, err = w.store.Ticket(t.Context(), w.Staff, held.ID)
		wantCode(t, err, models.NotFound, "ticket.not_found")
		if kept, err := w.store.HandedOverTickets(t.Context(), w.Staff, ticket.HandedOverQuery{Limit: 10}); err != nil || len(kept.Items) != 0 {
			t.Errorf("the old party keeps %v, %v", kept.Items, err)
		}
		w.replays(t)
	})
}

// Nothing can be done to a ticket while it waits but to withdraw it, and no clock of the party runs.
func TestNothingHappensWhileHeld(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		held := w.filed(t, 1, w.Resident, w.OwnerlessBuilding.ID, "CLN-01", "没人扫", false, 0)
		for _, action := range []ticket.Action{ticket.Urge, ticket.ContactConfirm} {
			_, err := w.store.MoveTicket(t.Context(), w.Resident, held.ID, ticket.Move{Action: action})
			wantCode(t, err, models.Conflict, "ticket.wrong_state")
		}
		for _, a := range []models.Actor{w.Resident, w.Officer} {
			_, err := w.store.SendMessage(t.Context(), a, held.ID, ticket.Saying{ClientID: clientID(), Text: "在吗"}, nil)
			wantCode(t, err, models.Conflict, "ticket.thread_closed")
		}
		w.until(15, 59)
		if n, err := w.store.EscalateDue(t.Context(), 100); n != 0 || err != nil {
			t.Error(n, err)
		}
		q, err := w.store.Queue(t.Context())
		w.must(t, err)
		for owed, n := range q.Overdue {
			if n != 0 {
				t.Errorf("overdue: %v", owed)
			}
		}
		w.replays(t)
	})
}

// Where nothing is held, in a building of many homes, the party must not learn between which two repairs, whose moments it
// knows, a complaint came.
func TestAComplaintsIdsAndNumberTellNoHour(t *testing.T) {
	eachSmall(t, func(t *testing.T, make func() *smallWorld) {
		w := make()
		type seen struct {
			id, photo int64
			number    string
		}
		large := w.Building.ID
		w.must(t, w.db.Write(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Table("buildings").Where("id = ?", large).Update("households", 24).Error
		}))
		of := func(v ticket.View) seen { return seen{v.ID, v.Photos[0].ID, v.Number} }
		var counted, drawn []seen
		for n := range 24 {
			counted = append(counted, of(w.filed(t, 300+n, w.Neighbour, large, "REP-01", "灯不亮", true, 1)))
			drawn = append(drawn, of(w.filed(t, 400+n, w.Resident, large, "CLN-01", "没人扫", false, 1)))
			w.clock.Advance(5 * time.Minute)
		}
		for i := 1; i < len(counted); i++ {
			if counted[i].id != counted[i-1].id+1 || counted[i].photo != counted[i-1].photo+1 {
				t.Fatalf("a gap tells of a complaint: %v after %v", counted[i], counted[i-1])
			}
		}
		for _, d := range drawn {
			if d.id >= counted[0].id || d.photo >= counted[0].photo || d.number < counted[23].number {
				t.Errorf("%v lies among %v", d, counted)
			}
		}
		if slices.IsSortedFunc(drawn, func(a, b seen) int { return cmp.Compare(a.id, b.id) }) {
			t.Error("the ids rise with the moment of filing")
		}
	})
}
