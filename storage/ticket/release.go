package ticket

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// ReleaseDue passes on what waited for a batch that is due, at most limit tickets, each in a transaction of its own:
// killed at any moment, or run twice, it goes on where it stopped, and the version sees to it that each goes out once. The
// order is drawn, so that nothing can be read from who came first. It returns how many went out.
func (s *Store) ReleaseDue(ctx context.Context, limit int) (released int, err error) {
	var due []int64
	var at time.Time
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		at = tx.At() // one moment for all of the batch
		return tx.DB().Model(&ticket.Ticket{}).Where(sqlHeld+" AND filed_at <= ?", at).Limit(mostDue).Pluck("id", &due).Error
	})
	rand.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] })
	for _, id := range due[:min(limit, len(due))] {
		if ctx.Err() != nil {
			return released, errors.Join(err, ctx.Err())
		}
		// One that cannot go out keeps none of the others back.
		failed := s.db.Write(ctx, func(tx storage.Tx) error { return s.ReleaseIn(tx.Moved(at), id) })
		switch {
		case failed == nil:
			released++
		case models.KindOf(failed) != models.Conflict: // a conflict: withdrawn, or gone out with another copy
			err = errors.Join(err, failed)
		}
	}
	return released, err
}

// mostDue bounds what one run looks at.
const mostDue = 10_000

// sqlHeld is ticket.Ticket.Held, in the words of its index.
const sqlHeld = "state = 'accepted'"

// ReleaseIn passes one held ticket on inside a transaction, to whoever must answer now.
func (s *Store) ReleaseIn(tx storage.Tx, id int64) error {
	t, c, err := s.loadWith(tx, models.SystemActor, id)
	if err != nil {
		return err
	}
	if !t.Held() || t.FiledAt.After(tx.At()) {
		return models.Refuse(models.Conflict, "ticket.wrong_state").With("state", t.State)
	}
	_, event, err := t.Apply(models.SystemActor, ticket.Move{Action: ticket.Dispatch}, c, tx.At())
	if err != nil {
		return err
	}
	category, known := c.Category(t.Category)
	to := routed{rule: t.RoutedBy, rank: 3}
	to.party.ID = t.HandlingPartyID
	if known {
		if to, err = route(tx, t.EstateID, t.CommunityID, t.TownID, category); err != nil {
			return err
		}
	}
	hours, err := s.hoursIn(tx, c)
	if err != nil {
		return err
	}
	urgency, _ := c.Urgency(t.Urgency)
	next := t.Released(to.party.ID, to.rule, ticket.DeadlinesFrom(urgency, hours, t.ReleasedFrom(tx.At()), t.Protected, to.rank), c, tx.At())
	event.PartyID, event.Data = to.party.ID, map[string]any{"rule": to.rule}
	_, err = s.write(tx, t, next, event)
	return err
}

// holdIn makes t wait where it must. It is called before t gets its clocks.
func holdIn(t ticket.Ticket, at ticket.Where, to routed, c ticket.Catalogue) ticket.Ticket {
	if !t.MustWait(at.FewHouseholds) {
		return t
	}
	return t.HeldUntil(c.NextRelease(t.FiledAt), ticket.UninterestedLevel(string(to.party.Kind)))
}

// The tables whose ids the party that must answer sees.
var seenIDs = []string{"tickets", "photos"}

// keepIDs keeps ids free for what is held until the next batch. It is called before every row of theirs that is written,
// also where nothing is held: the gap must not tell that something was.
func (s *Store) keepIDs(tx storage.Tx, c ticket.Catalogue) error {
	if s.nextID != nil {
		return nil // the demo county's history has numbers of its own
	}
	return storage.KeepIDs(tx, seenIDs, c.NextRelease(tx.At()))
}

// drawID gives a ticket whose hour is hidden its id. Other tickets have the database's own.
func (s *Store) drawID(tx storage.Tx, t ticket.Ticket, c ticket.Catalogue) (int64, error) {
	if s.nextID != nil {
		return s.nextID(), nil
	}
	if !t.Untimed() {
		return 0, nil
	}
	ids, err := storage.DrawIDs(tx, "tickets", c.NextRelease(tx.At()), 1)
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// list lists the photos of something about a ticket; hidden ones get ids that tell nothing of when they were taken in.
func (s *Store) list(tx storage.Tx, a models.Actor, ticketID int64, noun string, nounID int64, claims []photo.Claim, hidden bool) error {
	if len(claims) == 0 {
		return nil
	}
	c, err := s.catalogueIn(tx)
	if err != nil {
		return err
	}
	if err := s.keepIDs(tx, c); err != nil {
		return err
	}
	var ids []int64
	if hidden && s.nextID == nil {
		if ids, err = storage.DrawIDs(tx, "photos", c.NextRelease(tx.At()), len(claims)); err != nil {
			return err
		}
	}
	return s.photos.ListPhotos(tx, a.AccountID, ticketID, noun, nounID, claims, ids...)
}

// Drawn numbers lie above those that are counted: one out of the day's count would say between which two others a ticket was
// filed. Nobody counts to 5000 in a community and a day.
const firstDrawn, lastDrawn = 5_000, 9_999

// drawNumber draws the number of a ticket whose hour is hidden. It bears the day of its batch, where it waits for one. The series counts how many were drawn and
// lets one at a time draw.
func drawNumber(tx storage.Tx, communityID int64, day models.Date, draw func(int64) int64) (string, error) {
	code, err := places.CodeOn(tx, communityID, day)
	if err != nil {
		return "", err
	}
	drawn, err := countUp(tx, seriesOf(day, code)+"/drawn")
	if err != nil {
		return "", err
	}
	width := int64(lastDrawn - firstDrawn + 1)
	if drawn > width/2 {
		width *= 20 // five digits
	}
	for {
		number := ticket.Number(day, code, firstDrawn+draw(width))
		if taken, err := numberTaken(tx, number); err != nil || !taken {
			return number, err
		}
	}
}

func seriesOf(day models.Date, code string) string {
	return "ticket/" + string(day) + "/" + code[max(0, len(code)-3):]
}

func countUp(tx storage.Tx, series string) (n int64, err error) {
	err = tx.DB().Raw("INSERT INTO number_series (key, last) VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET last = number_series.last + 1 RETURNING last", series).Scan(&n).Error
	return n, err
}

func numberTaken(tx storage.Tx, number string) (bool, error) {
	var n int64
	err := tx.DB().Model(&ticket.Ticket{}).Where("number = ?", number).Limit(1).Count(&n).Error
	return n > 0, err
}

// numberFor is the number of a new ticket: the next of the day and community, or a drawn one. The demo county draws the
// same on every machine.
func (s *Store) numberFor(tx storage.Tx, t ticket.Ticket) (string, error) {
	if t.Untimed() {
		draw := rand.Int64N
		if s.nextID != nil {
			seed := rand.NewPCG(uint64(t.ID), 0) // #nosec G115 -- an id is never negative
			draw = rand.New(seed).Int64N         // #nosec G404 -- nobody hides in the history of the demo
		}
		return drawNumber(tx, t.CommunityID, models.DateOf(t.FiledAt), draw)
	}
	return nextNumber(tx, t.CommunityID)
}

// filedEvents are the lines of the ledger about a new ticket. That the reporter said yes to the question about danger stands in
// the first one: it is why the matter is more urgent than others of its kind.
func filedEvents(a models.Actor, t ticket.Ticket, danger bool) []models.Event {
	filer := models.Event{Noun: "ticket", NounID: t.ID, Action: string(ticket.File), ActorID: a.AccountID, ActorRole: t.FiledAs, To: string(ticket.Accepted), Data: map[string]any{"category": t.Category, "urgency": t.Urgency}}
	if danger {
		filer.Data["danger"] = true
	}
	next := models.Event{Noun: "ticket", NounID: t.ID, Action: string(ticket.Dispatch), ActorRole: models.System, PartyID: t.HandlingPartyID, From: string(ticket.Accepted), To: string(t.State), Data: map[string]any{"rule": t.RoutedBy}}
	if t.Held() {
		next.Action = string(ticket.Hold)
		next.Data["until"], next.Data["level"] = t.FiledAt.Format(time.RFC3339Nano), int64(t.HeldLevel)
	}
	return []models.Event{filer, next}
}
