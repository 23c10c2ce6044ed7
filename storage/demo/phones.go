package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// phoneWeeks is for how many weeks posted phones were called, the one that runs among them.
const phoneWeeks = 8

// nightEnds is how long a day's calls go on into the next: those of Sunday's night belong to the week before.
const nightEnds = 7*time.Hour + 30*time.Minute

// demoTries is how many secrets are tried for the week that runs. One in about a hundred has a call for the cast's station in the last
// forty minutes, whatever the hour.
const demoTries = 2000

// makePhones has posted phones called in the last weeks. Most answer, some less at night; some calls nobody made.
func (s *seeder) makePhones(tx storage.Tx) error {
	tx = tx.Moved(s.now)
	for ago := phoneWeeks - 1; ago >= 0; ago-- {
		if err := s.phonesOfWeek(tx, ago); err != nil {
			return err
		}
	}
	return s.tellPhones(tx)
}

// phonesOfWeek draws the calls of the week so long ago, and makes those that fell due.
func (s *seeder) phonesOfWeek(tx storage.Tx, ago int) error {
	county, err := s.registered(tx)
	if err != nil {
		return err
	}
	cast := county.ofClass(place.ClassProfessional, castEstate).CommunityID
	week := place.Monday(models.DateOf(s.now)).Add(-7 * ago)
	return s.Places.DemoPhones(tx, week, func(draw func(string) place.PhoneDraw) (place.PhoneDraw, error) {
		return demoDraw(draw, week, s.now, cast, week == place.Monday(models.DateOf(s.now.Add(-nightEnds))))
	})
}

// demoDraw is the draw of a demo's week. For the week that runs it is chosen, as none in earnest may be, so that somebody who looks at the demo
// finds a call for the station of the cast.
func demoDraw(draw func(string) place.PhoneDraw, week models.Date, now time.Time, cast int64, runs bool) (d place.PhoneDraw, err error) {
	for try := range demoTries {
		sum := sha256.Sum256(fmt.Append(nil, "linli demo/1:phones:", week, ":", try))
		d = draw(hex.EncodeToString(sum[:]))
		if !runs {
			return d, nil
		}
		calls, err := d.Calls()
		if err != nil {
			return d, err
		}
		for _, c := range calls {
			if c.CommunityID == cast && c.Level == models.LevelStation && !c.Due.After(now) && c.Until.After(now.Add(20*time.Minute)) {
				return d, nil
			}
		}
	}
	return d, nil
}

// tellPhones says what came of the calls whose time is over.
func (s *seeder) tellPhones(tx storage.Tx) error {
	var checks []place.PhoneCheck
	if err := tx.DB().Where("until_at <= ?", tx.At()).Order("id").Limit(20_000).Find(&checks).Error; err != nil {
		return err
	}
	for i, c := range checks {
		chance := chanceFor("phones", i)
		care := 60 + int(c.PartyID*37%40) // of a hundred calls
		if hour := c.DueAt.In(models.Shanghai).Hour(); hour < 7 || hour > 21 {
			care -= 25
		}
		result := place.PhoneNotAnswered
		switch roll := chance.IntN(100); {
		case chance.often(6):
			continue
		case roll < care:
			result = place.PhoneAnswered
		case roll > 97:
			result = place.PhoneWrongNumber
		case roll > 90:
			result = place.PhoneBusy
		}
		caller := models.Actor{Held: []models.Held{
			{Role: models.StationStaff, ScopeKind: models.ScopeCommunity, ScopeID: c.CommunityID, Approved: true},
			{Role: models.TownOfficer, ScopeKind: models.ScopeTown, ScopeID: c.TownID, Approved: true},
		}}
		if _, err := s.Places.TellPhoneCheckIn(tx.Moved(c.DueAt.Add(chance.minutes(1, 40))), caller, c.ID, place.PhoneTelling{Result: result}); err != nil {
			return err
		}
	}
	return nil
}
