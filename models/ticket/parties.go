package ticket

import (
	"slices"
	"strconv"
	"strings"

	"linli/models"
)

// Parties is a set of handling parties as a column: ",3,17,", smallest first, or nothing.
type Parties string

// With is the set with id in it; 0 is nobody.
func (p Parties) With(id int64) Parties {
	if id == 0 || p.Has(id) {
		return p
	}
	ids := append(p.ids(), id)
	slices.Sort(ids)
	var b strings.Builder
	b.WriteByte(',')
	for _, one := range ids {
		b.WriteString(strconv.FormatInt(one, 10))
		b.WriteByte(',')
	}
	return Parties(b.String())
}

// Has reports whether id is in the set.
func (p Parties) Has(id int64) bool {
	return id != 0 && strings.Contains(string(p), ","+strconv.FormatInt(id, 10)+",")
}

func (p Parties) ids() (ids []int64) {
	for word := range strings.SplitSeq(strings.Trim(string(p), ","), ",") {
		if id, err := strconv.ParseInt(word, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// AnsweredBefore reports whether a works for a party that had to answer t and does not any more. What it was not to learn
// then it does not learn by losing the ticket, whatever else its people are: a station that answered yesterday oversees
// today's operator, and is still not told who filed (DECISIONS 1, 2).
func (t Ticket) AnsweredBefore(a models.Actor) bool {
	return slices.ContainsFunc(a.Parties, t.KeptFrom.Has)
}
