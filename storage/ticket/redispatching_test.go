package ticket_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
)

// An office takes away what nobody answers, not what still has time; the party keeps what it lost, the next one has time of its own.
func TestAnOfficeGivesALyingMatterToAnotherParty(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := w.RivalStaff.Parties[0]
		view := w.file(t, w.Resident, w.filing("ORD-02"))
		asked := ticket.Redispatching{PartyID: other, Note: "两天无人应答，由城北物业接办，居民13912345678等着"}
		if _, err := w.store.Redispatch(t.Context(), w.StationStaff, view.ID, asked); models.CodeOf(err) != "ticket.not_overdue" {
			t.Errorf("taken away with time left: %v", err)
		}
		if seen, _ := w.store.Ticket(t.Context(), w.StationStaff, view.ID); slices.Contains(seen.Actions, ticket.Redispatch) {
			t.Error("it is offered with time left")
		}
		w.clock.At = w.clock.At.Add(15 * 24 * time.Hour)
		for name, a := range map[string]models.Actor{"the party itself": w.Staff, "the reporter": w.Resident} {
			if _, err := w.store.Redispatch(t.Context(), a, view.ID, asked); models.CodeOf(err) != "ticket.not_yours_to_redispatch" {
				t.Errorf("%s took it away: %v", name, err)
			}
		}
		for name, a := range map[string]models.Actor{"another party": w.RivalStaff, "a station elsewhere": w.OtherStationStaff} {
			if _, err := w.store.Redispatch(t.Context(), a, view.ID, asked); models.KindOf(err) != models.NotFound {
				t.Errorf("%s took it away: %v", name, err)
			}
		}
		for code, wrong := range map[string]ticket.Redispatching{
			"ticket.text_required":     {PartyID: other, Note: " "},
			"ticket.return_to_itself":  {PartyID: view.HandlingParty.ID, Note: "再给一次机会"},
			"ticket.unknown_party":     {PartyID: 999_999, Note: "给谁都行"},
			"ticket.changed_meanwhile": {PartyID: other, Note: "换人办", Version: 99},
		} {
			if _, err := w.store.Redispatch(t.Context(), w.StationStaff, view.ID, wrong); models.CodeOf(err) != code {
				t.Errorf("%+v: %v, not %s", wrong, err, code)
			}
		}
		seen, err := w.store.Ticket(t.Context(), w.StationStaff, view.ID)
		if err != nil || !slices.Contains(seen.Actions, ticket.Redispatch) {
			t.Fatalf("the station is offered %v (%v)", seen.Actions, err)
		}
		given, err := w.store.Redispatch(t.Context(), w.StationStaff, view.ID, asked)
		if err != nil || given.HandlingParty.ID != other || given.State != ticket.Dispatched || !given.ResolveDue.After(view.ResolveDue) || given.Overdue {
			t.Fatalf("%+v until %s, was %s (%v)", given.HandlingParty, given.ResolveDue, view.ResolveDue, err)
		}
		if _, err := w.store.Ticket(t.Context(), w.Staff, view.ID); models.KindOf(err) != models.NotFound {
			t.Errorf("the old party still reads it: %v", err)
		}
		kept, err := w.store.HandedOverTickets(t.Context(), w.Staff, ticket.HandedOverQuery{Limit: 10})
		if err != nil || len(kept.Items) != 1 || !slices.Contains(kept.Items[0].Missed, "acknowledge") || !slices.Contains(kept.Items[0].Missed, "resolve") {
			t.Fatalf("the old party keeps %+v (%v)", kept.Items, err)
		}
		if why := kept.Items[0].Why; !strings.HasPrefix(why, "两天无人应答，由城北物业接办") || strings.Contains(why, "13912345678") {
			t.Errorf("the old party is told %q", why)
		}
		if seen, err := w.store.Ticket(t.Context(), w.RivalStaff, view.ID); err != nil || slices.ContainsFunc(seen.Timeline, func(i ticket.TimelineItem) bool {
			return strings.Contains(i.Note, "13912345678")
		}) {
			t.Errorf("the new party reads the reporter's number in the office's words: %+v (%v)", seen.Timeline, err)
		}
		if _, err := w.store.ReturnTicket(t.Context(), w.RivalStaff, view.ID, ticket.ReturnAsked{ProposedPartyID: view.HandlingParty.ID, Reason: "不归我们管"}); models.CodeOf(err) != "ticket.return_decided" {
			t.Errorf("pushed back after the decision: %v", err)
		}
		mine, err := w.store.Ticket(t.Context(), w.Resident, view.ID)
		if err != nil || !slices.ContainsFunc(mine.Timeline, func(i ticket.TimelineItem) bool {
			return i.Action == string(ticket.Redispatch) && i.Note == asked.Note
		}) {
			t.Errorf("the reporter is not told why: %+v (%v)", mine.Timeline, err)
		}
		if _, err := w.store.MoveTicket(t.Context(), w.RivalStaff, view.ID, ticket.Move{Action: ticket.Acknowledge}); err != nil {
			t.Errorf("the new party cannot take it: %v", err)
		}
	})
}

// To be relieved of a matter is never better than to have kept it: whoever loses it has lost the deadline to solve it too.
func TestWhoLosesAMatterHasNotSolvedIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		view := w.file(t, w.Resident, w.filing("REP-01"))
		w.clock.At = view.RespondDue.Add(time.Minute)
		if !w.clock.At.Before(view.ResolveDue) {
			t.Fatal("the time to solve it is over as well: this test says nothing")
		}
		if _, err := w.store.Redispatch(t.Context(), w.StationStaff, view.ID, ticket.Redispatching{PartyID: w.RivalStaff.Parties[0], Note: "无人接单"}); err != nil {
			t.Fatal(err)
		}
		kept, err := w.store.HandedOverTickets(t.Context(), w.Staff, ticket.HandedOverQuery{Limit: 10})
		if err != nil || len(kept.Items) != 1 || !slices.Contains(kept.Items[0].Missed, "resolve") {
			t.Errorf("the party keeps %+v (%v)", kept.Items, err)
		}
	})
}

// Who was at work loses no more than what it missed; and neither a wish that nobody has decided nor a "done" that waits for its
// photos is taken away with the matter, though the second gains no time by being said again.
func TestWhoWasAtWorkLosesWhatItMissed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		asked := ticket.Redispatching{PartyID: w.RivalStaff.Parties[0], Note: "由城北物业接办"}
		take := func(id int64) error {
			_, err := w.store.Redispatch(t.Context(), w.StationStaff, id, asked)
			return err
		}
		view := w.file(t, w.Resident, w.filing("REP-01"))
		w.move(t, w.Staff, view.ID, ticket.Acknowledge, "")
		w.move(t, w.Staff, view.ID, ticket.Start, "")
		_, err := w.store.ExtendTicket(t.Context(), w.Staff, view.ID, ticket.ExtensionAsked{Reason: "等配件", Until: w.days(t, view.ID).Last})
		if err != nil {
			t.Fatal(err)
		}
		contact := w.due(t, view.ID, "contact")
		w.clock.At = contact.Add(time.Minute)
		if err := take(view.ID); models.CodeOf(err) != "ticket.extension_waits" {
			t.Errorf("taken away before its wish was decided: %v", err)
		}
		if _, err := w.store.DecideExtension(t.Context(), w.StationStaff, view.ID, ticket.ExtensionDecision{Grant: true}); err != nil {
			t.Fatal(err)
		}
		say := func() {
			t.Helper()
			said := ticket.DoneSaying{ClientID: clientID(), Result: "已更换", NoPhotoReason: "照片稍后上传"}
			if _, err := w.store.SayDone(t.Context(), w.Staff, view.ID, said, []photo.Claim{{ClientID: clientID(), Kind: photo.After}}); err != nil {
				t.Fatal(err)
			}
		}
		say()
		if err := take(view.ID); models.CodeOf(err) != "ticket.done_waits" {
			t.Errorf("taken away while the photos are on their way: %v", err)
		}
		until := w.clock.At.Add(72 * time.Hour)
		seen, err := w.store.Ticket(t.Context(), w.StationStaff, view.ID)
		if err != nil || slices.Contains(seen.Actions, ticket.Redispatch) || seen.RedispatchAfter == nil || !seen.RedispatchAfter.Equal(until) {
			t.Errorf("offered %v from %v on, not from %s (%v)", seen.Actions, seen.RedispatchAfter, until, err)
		}
		if other, err := w.store.Ticket(t.Context(), w.Staff, view.ID); err != nil || other.RedispatchAfter != nil {
			t.Errorf("the party is told when it may lose the matter: %v (%v)", other.RedispatchAfter, err)
		}
		w.clock.At = w.clock.At.Add(71 * time.Hour)
		say()
		w.clock.At = w.clock.At.Add(2 * time.Hour)
		if seen, err := w.store.Ticket(t.Context(), w.StationStaff, view.ID); err != nil || !slices.Contains(seen.Actions, ticket.Redispatch) || seen.RedispatchAfter != nil {
			t.Errorf("then offered %v, from %v on (%v)", seen.Actions, seen.RedispatchAfter, err)
		}
		if err := take(view.ID); err != nil {
			t.Fatalf("a done said again gains time: %v", err)
		}
		kept, err := w.store.HandedOverTickets(t.Context(), w.Staff, ticket.HandedOverQuery{Limit: 10})
		if err != nil || len(kept.Items) != 1 || !slices.Contains(kept.Items[0].Missed, "contact") || slices.Contains(kept.Items[0].Missed, "acknowledge") {
			t.Errorf("it keeps %+v (%v)", kept.Items, err)
		}
	})
}

func (w *world) days(t *testing.T, id int64) ticket.ExtensionDays {
	t.Helper()
	view, err := w.store.Ticket(t.Context(), w.Staff, id)
	if err != nil || view.ExtensionDays == nil {
		t.Fatalf("no days to choose from (%v)", err)
	}
	return *view.ExtensionDays
}

func (w *world) due(t *testing.T, id int64, name string) time.Time {
	t.Helper()
	view, err := w.store.Ticket(t.Context(), w.Staff, id)
	i := slices.IndexFunc(view.Clocks, func(c ticket.Clock) bool { return c.Name == name })
	if err != nil || i < 0 {
		t.Fatalf("no %s (%v)", name, err)
	}
	return view.Clocks[i].Due
}

// Who gives a matter away is offered who serves the place today, the community's station and, as an office, the town; the party that has it never; who may
// not give it away is told nothing of them.
func TestLikelyPartiesAreOffered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		likely := func(a models.Actor, id int64) (kinds []string) {
			t.Helper()
			view, err := w.store.Ticket(t.Context(), a, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range view.LikelyParties {
				if p.ID == view.HandlingParty.ID || p.Name == "" {
					t.Errorf("%+v is offered for a matter of %+v", p, view.HandlingParty)
				}
				kinds = append(kinds, p.Kind)
			}
			return kinds
		}
		view := w.file(t, w.Resident, w.filing("REP-01"))
		if got := likely(w.Staff, view.ID); !slices.Equal(got, []string{"service_station"}) {
			t.Errorf("the operator may return it to %v", got)
		}
		for who, a := range map[string]models.Actor{"the reporter": w.Resident, "the station, while there is time": w.StationStaff} {
			if got := likely(a, view.ID); got != nil {
				t.Errorf("%s is offered %v", who, got)
			}
		}
		w.clock.At = w.clock.At.Add(15 * 24 * time.Hour)
		given, err := w.store.Redispatch(t.Context(), w.StationStaff, view.ID, ticket.Redispatching{PartyID: w.RivalStaff.Parties[0], Note: "无人接单"})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.At = given.ResolveDue.Add(time.Hour)
		if got := likely(w.StationStaff, view.ID); !slices.Equal(got, []string{"operator", "service_station", "town"}) {
			t.Errorf("the station may give it on to %v", got)
		}
	})
}
