package score

import (
	"slices"
	"strings"
	"time"
)

// LeastCommenters is how many households must have written something new before any of it is shown to the party that was rated: of one or two the party
// would guess who they are.
const LeastCommenters = 3

// Comment is what somebody wrote with a general rating.
type Comment struct {
	RatingID int64
	UnitID   int64 // the household
	AuthorID int64
	PartyID  int64 // whom it is about
	Text     string
}

// ToRelease are the comments that go out with the release of a cell (DECISIONS 12: batched comments): those not shown yet, of ratings that
// count, of households whose voice is in the cell; none of a party about which fewer than
// LeastCommenters households, by as many people, wrote them. released are the ratings whose
// comments were shown before. What goes out has no order: who shows it draws one.
func (r Ruleset) ToRelease(kind Reason, voices []Voice, counting map[int64]bool, all []Comment, released map[int64]bool) []Comment {
	heard := map[int64]bool{}
	for _, v := range voices {
		if v.Cell == kind {
			heard[v.UnitID] = true
		}
	}
	out := slices.DeleteFunc(slices.Clone(all), func(c Comment) bool {
		return strings.TrimSpace(c.Text) == "" || released[c.RatingID] || !heard[c.UnitID] || !counting[c.RatingID]
	})
	households, authors := map[int64]map[int64]bool{}, map[int64]map[int64]bool{} // by party: it reads those about itself
	for _, c := range out {
		if households[c.PartyID] == nil {
			households[c.PartyID], authors[c.PartyID] = map[int64]bool{}, map[int64]bool{}
		}
		households[c.PartyID][c.UnitID], authors[c.PartyID][c.AuthorID] = true, true
	}
	return slices.DeleteFunc(out, func(c Comment) bool {
		return min(len(households[c.PartyID]), len(authors[c.PartyID])) < LeastCommenters
	})
}

// Counting are the ratings of a window that count as they were known at a moment: the last one of each closing, and of each month.
func (r Ruleset) Counting(window Span, at time.Time, tickets []Ticket, ratings []Rating) map[int64]bool {
	kept, _ := r.kept(ratings, ticketsAsOf(tickets, at), window)
	ids := make(map[int64]bool, len(kept))
	for _, rating := range kept {
		ids[rating.ID] = true
	}
	return ids
}

// CommentList is what households wrote of whoever runs their place, as that party and the offices above it read it: without names, numbers,
// stars, days or order.
type CommentList struct {
	Items []string `json:"items"`
	Least int      `json:"least" doc:"how many households must have written something new before any of it is shown"`
}
