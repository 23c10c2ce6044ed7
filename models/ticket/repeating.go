package ticket

import (
	"cmp"
	"slices"

	"linli/models"
)

// RepeatKey is one thing at one place: of a building, or, with building 0, of a whole estate or of no building that anybody named.
type RepeatKey struct {
	EstateID   int64
	BuildingID int64
	Thing      Thing
}

// KeyOf is what t tells of. A matter that was taken back, that is not ours, or that still waits for its batch tells of nothing.
func (r RepeatRules) KeyOf(t Ticket) (RepeatKey, bool) {
	if t.HeldLevel != 0 || slices.Contains(uncounted, t.State) || t.Kind != Repair {
		return RepeatKey{}, false
	}
	for _, thing := range r.Things {
		if slices.Contains(thing.Categories, t.Category) {
			key := RepeatKey{EstateID: t.EstateID, BuildingID: t.BuildingID, Thing: thing.Thing}
			if thing.PerEstate {
				key.BuildingID = 0
			}
			return key, true
		}
	}
	return RepeatKey{}, false
}

// uncounted are the states of what tells of nothing.
var uncounted = []State{Withdrawn, Merged, Declined}

// UncountedStates are the states of matters that no repeat counts.
func UncountedStates() []State { return slices.Clone(uncounted) }

// Voice is the household that tells of a matter, or, where somebody filed for others and does not live there, his account: five notes that
// one person writes down are one voice. The zero Voice is anybody who is not known to live there: all of them are one.
type Voice struct{ Unit, Account int64 }

// repeatVoice is whose voice t is; home is the home of an account in the estate of t, 0 for none that is approved. What somebody filed for
// others is his own voice, not theirs: nobody makes neighbours agree by writing their names.
func repeatVoice(t Ticket, home func(account int64) int64) Voice {
	who := t.ReporterID
	if t.OnBehalf || who == 0 {
		who = t.AuthorID
	}
	if unit := home(who); unit != 0 {
		return Voice{Unit: unit}
	}
	if t.OnBehalf && t.FiledAs != models.Resident {
		return Voice{Account: who}
	}
	return Voice{}
}

// RepeatMatter is a ticket as the rule counts it.
type RepeatMatter struct {
	TicketID int64
	Filed    models.Date
	Done     models.Date // when the party last said that it is done and it stands; empty while it is not
	Voice    Voice
}

// MatterOf is t as the rule counts it.
func MatterOf(t Ticket, home func(account int64) int64) RepeatMatter {
	m := RepeatMatter{TicketID: t.ID, Filed: models.DateOf(t.FiledAt), Voice: repeatVoice(t, home)}
	if t.DoneAt != nil {
		m.Done = models.DateOf(*t.DoneAt)
	}
	return m
}

// Repeat is what the rule finds of one thing at one place: how often it failed, not how often that was reported.
type Repeat struct {
	Times       int // that count
	Households  int // that are known
	First, Last models.Date
	Matters     []RepeatMatter // in the order of their filing
}

// Find counts what was filed about one thing at one place within the window that ends with today, and reports whether it is a repeat.
//
// What is reported within a few days of a first report is the same time, and so is all that comes while that one is not solved, for a
// month: ten neighbours about one burst pipe are one, and so is a household that files every day. Beyond a month an unsolved matter counts
// again, so that nobody hides a repeat by leaving it open. Of the times that one household alone tells of only the first few count, and
// those whom nobody knows to live there are one household that counts as none.
func (r RepeatRules) Find(matters []RepeatMatter, today models.Date) (found Repeat, repeats bool) {
	alone, known := map[Voice]int{}, map[Voice]bool{}
	for _, time := range r.times(matters, today) {
		for _, m := range time {
			if m.Voice != (Voice{}) {
				known[m.Voice] = true
			}
		}
		found.Matters = append(found.Matters, time...)
		if voice, single := oneVoice(time); !single {
			found.Times++
		} else if alone[voice]++; alone[voice] <= r.MostAlone {
			found.Times++
		}
	}
	found.Households = len(known)
	if n := len(found.Matters); n > 0 {
		found.First, found.Last = found.Matters[0].Filed, found.Matters[n-1].Filed
	}
	return found, found.Times >= r.LeastTimes && found.Households >= r.LeastHouseholds
}

// times are the matters of the window, those together that tell of the same time.
func (r RepeatRules) times(matters []RepeatMatter, today models.Date) (times [][]RepeatMatter) {
	within := slices.DeleteFunc(slices.Clone(matters), func(m RepeatMatter) bool { return m.Filed <= today.Add(-r.WindowDays) || m.Filed > today })
	slices.SortFunc(within, func(a, b RepeatMatter) int {
		return cmp.Or(cmp.Compare(a.Filed, b.Filed), cmp.Compare(a.TicketID, b.TicketID))
	})
	for _, m := range within {
		if n := len(times); n > 0 && r.same(times[n-1], m) {
			times[n-1] = append(times[n-1], m)
		} else {
			times = append(times, []RepeatMatter{m})
		}
	}
	return times
}

// same reports whether m tells of the same time as those before it.
func (r RepeatRules) same(time []RepeatMatter, m RepeatMatter) bool {
	began := time[0].Filed
	if m.Filed < began.Add(r.ApartDays) {
		return true
	}
	unsolved := slices.ContainsFunc(time, func(before RepeatMatter) bool { return before.Done == "" || before.Done > m.Filed })
	return unsolved && m.Filed < began.Add(r.UnsolvedDays)
}

// oneVoice reports whether all of a time is told by one voice.
func oneVoice(time []RepeatMatter) (Voice, bool) {
	voice := time[0].Voice
	return voice, !slices.ContainsFunc(time, func(m RepeatMatter) bool { return m.Voice != voice })
}

// CameBack counts the matters about the thing of a case that were filed after its work was done, for as long as that is watched. One is
// enough to be seen: it proves nothing yet, and somebody has to look. What was filed on the day of the work itself may be older than it.
func (r RepeatRules) CameBack(done models.Date, matters []RepeatMatter) (n int64) {
	for _, m := range matters {
		if done != "" && m.Filed > done && m.Filed <= done.Add(r.WatchDays) {
			n++
		}
	}
	return n
}
