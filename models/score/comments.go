package score

import (
	"slices"
	"strings"
	"time"

	"linli/models"
)

// LeastCommenters is how many households must have written something new before any of it is shown to the party that was rated: of one or two the party
// would guess who they are.
const LeastCommenters = 3

// Comment is what somebody wrote with a general rating, and was not shown yet.
type Comment struct {
	RatingID int64
	UnitID   int64 // the household
	AuthorID int64
	PartyID  int64 // whom it is about
	Text     string
}

// ToRelease are the comments that go out with the release of a cell (DECISIONS 12: batched comments): of ratings that count, of households whose
// voice is in the cell; none of a party about which fewer than LeastCommenters households, by as many people, wrote them. What goes out has no
// order: who shows it draws one.
func (r Ruleset) ToRelease(kind Reason, voices []Voice, counting map[int64]bool, all []Comment) []Comment {
	heard := map[int64]bool{}
	for _, v := range voices {
		if v.Cell == kind {
			heard[v.UnitID] = true
		}
	}
	out := slices.DeleteFunc(slices.Clone(all), func(c Comment) bool {
		return strings.TrimSpace(c.Text) == "" || !heard[c.UnitID] || !counting[c.RatingID]
	})
	wrote := map[int64]*writers{} // by party: it reads those about itself
	for _, c := range out {
		if wrote[c.PartyID] == nil {
			wrote[c.PartyID] = &writers{homes: map[int64]bool{}, people: map[int64]bool{}}
		}
		wrote[c.PartyID].homes[c.UnitID], wrote[c.PartyID].people[c.AuthorID] = true, true
	}
	return slices.DeleteFunc(out, func(c Comment) bool {
		w := wrote[c.PartyID]
		return min(len(w.homes), len(w.people)) < LeastCommenters
	})
}

// writers are the homes and the people that wrote of a party.
type writers struct{ homes, people map[int64]bool }

// Counting are the ratings of a window that count as they were known at a moment, by their ids: the last one of each closing, and of each month.
func (r Ruleset) Counting(window Span, at time.Time, tickets []Ticket, ratings []Rating) map[int64]bool {
	kept, _ := r.kept(ratings, ticketsAsOf(tickets, at), window)
	ids := make(map[int64]bool, len(kept))
	for _, rating := range kept {
		ids[rating.ID] = true
	}
	return ids
}

// Home is where a unit lies, for the offices that look after it.
type Home struct{ Community, Town int64 }

// CommentsFor is about which parties a may read what households of a unit wrote; all of them for an office above whoever serves it: the station or
// town of its homes, the county's, and auditors. Whoever serves it reads what is about himself, the station that does so itself among them.
// Nobody else reads any.
func CommentsFor(a models.Actor, serving []int64, homes []Home) (about []int64, all bool) {
	if slices.ContainsFunc(serving, a.WorksFor) {
		return a.Parties, false
	}
	communities, towns, county := a.Offices()
	return nil, len(county) > 0 || a.Has(models.Auditor) || slices.ContainsFunc(homes, func(h Home) bool {
		return slices.Contains(communities, h.Community) || slices.Contains(towns, h.Town)
	})
}

// CommentList is what households wrote of whoever runs their place, as that party and the offices above it read it: without names, numbers,
// stars, days or order.
type CommentList struct {
	Items []string `json:"items"`
	Least int      `json:"least" doc:"how many households must have written something new before any of it is shown"`
}
