package ticket

import (
	"fmt"
	"time"

	"linli/models"
)

// In a small building the moment at which a matter reaches the party may be enough to know who wrote it. What could be
// traced is taken in at once and passed on with the next batch (DECISIONS 2, docs/adr/0018-batches.md).

// releaseTimes are when batches go out where the catalogue does not say: in office hours, late enough in the morning that
// the night's matters are in it and early enough that somebody can still come on that day, and once more before the evening.
var releaseTimes = []string{"10:00", "16:00"}

// batchCloses is how long before its moment a batch is full. What is being written at the moment itself would otherwise
// come behind the others and show that it was.
const batchCloses = 5 * time.Minute

// batchLate is when a release no longer counts as one of its own moment: then the clocks begin when it was really made.
const batchLate = 5 * time.Minute

func (c Catalogue) checkReleases() error {
	for i, at := range c.ReleaseTimes {
		if _, ok := models.ParseClock(at); !ok || i > 0 && at <= c.ReleaseTimes[i-1] {
			return fmt.Errorf("catalogue: the release times %q must be times of the day and rise", c.ReleaseTimes)
		}
	}
	return nil
}

// NextRelease is the moment of the batch with which goes out what is held at now. All that is taken in between two of
// them has the same.
func (c Catalogue) NextRelease(now time.Time) time.Time {
	full := now.Add(batchCloses)
	for day := models.DateOf(full); ; day = day.Add(1) {
		for _, word := range c.ReleaseTimes {
			at, _ := models.ParseClock(word) // a parsed catalogue has times that can be read
			if moment := day.Start().Add(at); !moment.Before(full) {
				return moment
			}
		}
	}
}

// MustWait reports whether t, filed from a place with few households or not, goes out with a batch: what the party may not
// trace, unless it is urgent. There, speed protects more than blur.
func (t Ticket) MustWait(fewHouseholds bool) bool {
	return fewHouseholds && t.ReporterHidden() && !t.pressing()
}

// HeldUntil is t waiting for the batch of until, hidden from everybody but its writer and the offices from level upwards.
// To everybody who computes with it, it is filed when it goes out.
func (t Ticket) HeldUntil(until time.Time, level Level) Ticket {
	received := t.FiledAt
	t.ReceivedAt, t.FiledAt, t.HeldLevel = &received, models.UTC(until), level
	return t
}

// Held reports whether t waits for its batch.
func (t Ticket) Held() bool { return t.State == Accepted && t.HeldLevel != 0 }

// Untimed reports whether the party may not learn between which others t was filed: what is held, and whatever is protected.
// Its ids and its number are then drawn, not counted.
func (t Ticket) Untimed() bool { return t.Held() || t.Protected }

// ReleasedFrom is the moment at which the clocks of a held ticket begin when it is passed on at now: that of its batch,
// or, where the program stood still then, now. The hold costs the party nothing.
func (t Ticket) ReleasedFrom(now time.Time) time.Time {
	if now.After(t.FiledAt.Add(batchLate)) {
		return models.UTC(now)
	}
	return t.FiledAt
}

// Released is the held t passed on at now to whoever must answer by then. Its deadlines stay as they were promised, or are
// those of d where the party is another one or the release late.
func (t Ticket) Released(partyID int64, routedBy string, d Deadlines, c Catalogue, now time.Time) Ticket {
	promised := partyID == t.HandlingPartyID && t.ReleasedFrom(now).Equal(t.FiledAt)
	t = t.handed(partyID, routedBy, now)
	t.UpdatedAt = models.UTC(now)
	if !promised {
		t = t.withDeadlines(d)
	}
	return t.withNext(c)
}

// released ends the hold, if there is one.
func (t Ticket) released(now time.Time) Ticket {
	if t.Held() {
		t.FiledAt, t.HeldLevel = t.ReleasedFrom(now), 0
	}
	return t
}

// firstAfterHold reports whether the party that has t is the first that was given it: the one for which it was meant
// while it waited had nothing of it, and is nobody's business.
func (t Ticket) firstAfterHold() bool {
	return t.ReceivedAt != nil && !t.DispatchedAt.After(t.FiledAt.Add(batchLate))
}
