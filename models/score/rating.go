package score

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"linli/models"
)

// GeneralRating is a rating of whoever runs a place, without a ticket.
type GeneralRating struct {
	ClientID string `json:"client_id" format:"uuid"`
	EstateID int64  `json:"estate_id" minimum:"1"`
	Level    int    `json:"level" minimum:"1" maximum:"5"`
	Text     string `json:"text,omitempty" maxLength:"8000"`
}

// maxText is the most runes that a rating may say.
const maxText = 2000

var clientID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// Check refuses a rating that makes no sense as written.
func (g GeneralRating) Check() error {
	switch {
	case !clientID.MatchString(g.ClientID):
		return models.RefuseField("request.bad_client_id", "client_id")
	case g.Level < 1 || g.Level > 5:
		return models.RefuseField("rating.level", "level")
	case !utf8.ValidString(g.Text) || strings.ContainsRune(g.Text, 0):
		return models.RefuseField("rating.text_broken", "text")
	case utf8.RuneCountInString(g.Text) > maxText:
		return models.RefuseField("rating.text_too_long", "text").With("limit", maxText)
	}
	return nil
}

// GeneralWeight is what a general rating weighs: a volunteer's weight for a household with an approved home in the
// estate, nothing for anybody else, and nothing for whoever works for the parties that are rated (DECISIONS 1, 14).
func GeneralWeight(a models.Actor, estateID int64, rated []int64) (unitID int64, weight string) {
	for _, home := range a.Homes {
		if home.Approved && home.EstateID == estateID && (unitID == 0 || home.UnitID < unitID) {
			unitID = home.UnitID
		}
	}
	if unitID == 0 {
		return 0, WeightNone
	}
	for _, party := range rated {
		if a.WorksFor(party) {
			return unitID, WeightNone
		}
	}
	return unitID, WeightVolunteer
}

// Receipt is the answer to a general rating. Counts is false while no home of the author is approved there.
type Receipt struct {
	ID     int64        `json:"id"`
	Period models.Month `json:"period"`
	Counts bool         `json:"counts"`
	// Created is false when the same rating had come before.
	Created bool `json:"-"`
}

// OwnRating is what somebody last said of whoever runs a place in the month that runs: what his next one of the same month
// replaces. Without one it is empty. Nobody else ever gets it.
type OwnRating struct {
	Period models.Month `json:"period"`
	Level  int          `json:"level,omitempty" doc:"absent while he gave none"`
	Text   string       `json:"text,omitempty"`
}

// Filter narrows the officers' list.
type Filter struct {
	BaselineClass       string
	CommunityID, TownID int64
}
