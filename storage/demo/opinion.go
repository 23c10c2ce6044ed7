package demo

import (
	"time"

	"linli/models/score"
)

// opinion is a general rating of whoever runs a place.
type opinion struct {
	at      time.Time
	account int64
	rating  score.GeneralRating
}

// opinions are the general ratings of the year: in a month one household in
// twenty-five gives one, and one in six where many take part.
func (h *historian) opinions() []opinion {
	var list []opinion
	n := 0
	for ago := range 12 {
		for _, e := range h.county.estates {
			for _, r := range e.people {
				n++
				c := chanceFor("opinion", n)
				if e.lively() && !c.often(16) || !e.lively() && !c.often(4) {
					continue
				}
				at := h.now.AddDate(0, 0, -30*ago-c.between(1, 28)).Add(-time.Duration(c.IntN(600)) * time.Minute)
				list = append(list, h.opinion(c, e, r, at))
			}
		}
	}
	return list
}

func (h *historian) opinion(c chance, e *estate, r resident, at time.Time) opinion {
	party := h.county.stations[e.CommunityID]
	if term := e.termOn(h.today); term != nil {
		party = term.HandlingPartyID
	}
	level := c.stars(h.county.care(party) - 5)
	text := oneOf(c, generalFair)
	switch {
	case level >= 4:
		text = oneOf(c, generalGood)
	case level <= 2:
		text = oneOf(c, generalPoor)
	}
	return opinion{at, r.account, score.GeneralRating{ClientID: c.uuid(), EstateID: e.ID, Level: level, Text: text}}
}
