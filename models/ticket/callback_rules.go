package ticket

import (
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"linli/models"
)

// CallbackRules are one immutable version of the rules by which reporters are called back after a closing.
type CallbackRules struct {
	Version   string      `json:"version"`
	Source    string      `json:"source"`
	ValidFrom models.Date `json:"valid_from"`
	// Of these kinds and urgencies every closing is asked about, and of every rating from 1 star to StarsTo.
	Kinds     []Kind   `json:"kinds"`
	Urgencies []string `json:"urgencies"`
	StarsTo   int      `json:"stars_to"`
	// SampleBP of the rest is asked about, in basis points, and SecondLookBP of what silence closed and is not asked about yet.
	SampleBP     int64  `json:"sample_bp"`
	SecondLookBP int64  `json:"second_look_bp"`
	Tries        int64  `json:"tries"`         // so often nobody was reached, on at least TryDays days, ends it
	TryDays      int64  `json:"try_days"`      //
	TryGapHours  int    `json:"try_gap_hours"` // and so long lies between two of them
	Days         int    `json:"days"`          // so long it may be made
	ReopenMost   int64  `json:"reopen_most"`   // so often it comes back by a callback without the centre
	LookHours    int    `json:"look_hours"`    // so long after a look at the number a result may be told
	CallFrom     string `json:"call_from"`     // the hours in which people are called
	CallTo       string `json:"call_to"`       // "24:00" is the end of the day
	// PublishedDays are those whose callbacks are counted in public, and ShareFrom how many make a share.
	PublishedDays int   `json:"published_days"`
	ShareFrom     int64 `json:"share_from"`
}

//go:embed callbacks_2026-12.json
var callbacks2026December []byte

// CallbackRuleDocuments are the documents that the program brings along, the oldest first.
func CallbackRuleDocuments() [][]byte { return [][]byte{slices.Clone(callbacks2026December)} }

// ParseCallbackRules reads and checks a document.
func ParseCallbackRules(doc []byte) (CallbackRules, error) {
	var r CallbackRules
	if err := json.Unmarshal(doc, &r); err != nil {
		return r, fmt.Errorf("callback rules: %w", err)
	}
	if _, ok := models.ParseDate(string(r.ValidFrom)); !ok || r.Version == "" {
		return r, fmt.Errorf("callback rules %q: a version and its first day are needed", r.Version)
	}
	share := func(bp int64) bool { return bp >= 0 && bp <= models.WholeBP }
	if !share(r.SampleBP) || !share(r.SecondLookBP) || r.StarsTo < 0 || r.StarsTo > 5 {
		return r, fmt.Errorf("callback rules %s: shares lie between none and all, stars between 0 and 5", r.Version)
	}
	if r.TryDays < 1 || r.Tries < r.TryDays || r.Days < 1 || r.TryGapHours < 0 || r.ReopenMost < 0 || r.LookHours < 1 || r.PublishedDays < 1 || r.ShareFrom < 1 {
		return r, fmt.Errorf("callback rules %s: a try a day, and bounds above nothing are needed", r.Version)
	}
	if from, to, ok := r.callHours(); !ok || to <= from {
		return r, fmt.Errorf("callback rules %s: the hours from %q to %q are none", r.Version, r.CallFrom, r.CallTo)
	}
	return r, nil
}

// Lots are the two chances of a closing, each below 10,000: of being in the sample, and of a second look.
type Lots struct{ Sample, SecondLook int64 }

// LotsOf draws for one closing of a ticket. Whoever does not have the key cannot know them before, and the same closing always
// has the same: to answer it again draws nothing anew.
func LotsOf(key []byte, ticketID, closing int64) Lots {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "callback/1:%d:%d", ticketID, closing)
	sum := mac.Sum(nil)
	lot := func(b []byte) int64 {
		return int64(binary.BigEndian.Uint64(b) % models.WholeBP) // #nosec G115 -- below 10,000; the bias of the rest is below 2⁻⁵⁰
	}
	return Lots{lot(sum[:8]), lot(sum[8:16])}
}

// Draw says why the reporter is called back about a closing of t that came out so, or nothing. stars are those that came with
// the answer, 0 for none.
func (r CallbackRules) Draw(t Ticket, outcome Outcome, stars int, lots Lots) CallbackWhy {
	switch {
	case slices.Contains(r.Kinds, t.Kind):
		return CallbackComplaint
	case slices.Contains(r.Urgencies, t.Urgency):
		return CallbackUrgent
	case stars > 0 && stars <= r.StarsTo:
		return CallbackLowRating
	case lots.Sample < r.SampleBP:
		return CallbackSample
	case outcome == OutcomeSilent && lots.SecondLook < r.SecondLookBP:
		return CallbackSecondLook
	}
	return ""
}

// lookLasts is how long after a look at the number a result may be told.
func (r CallbackRules) lookLasts() time.Duration { return time.Duration(r.LookHours) * time.Hour }

// callHours are the hours in which people are called, as what has passed since midnight.
func (r CallbackRules) callHours() (from, to time.Duration, ok bool) {
	from, ok = models.ParseClock(r.CallFrom)
	if r.CallTo == "24:00" {
		return from, 24 * time.Hour, ok
	}
	to, read := models.ParseClock(r.CallTo)
	return from, to, ok && read
}

// calledAt reports whether people are called at that moment.
func (r CallbackRules) calledAt(now time.Time) bool {
	from, to, _ := r.callHours() // parsed rules have hours that can be read
	since := now.Sub(models.DateOf(now).Start())
	return since >= from && since < to
}

// nextTry is from when on the next call that reaches nobody counts.
func (r CallbackRules) nextTry(last *time.Time) time.Time {
	if last == nil {
		return time.Time{}
	}
	return last.Add(time.Duration(r.TryGapHours) * time.Hour)
}
