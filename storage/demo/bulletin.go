package demo

import (
	"slices"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	"linli/storage/people"
)

// makeBulletins lets the operator of the cast say that the water of the resident's building is off until tonight, and that the
// lift of the house was out of order yesterday and runs again.
func (s *seeder) makeBulletins(tx storage.Tx) error {
	county, err := s.registered(tx)
	if err != nil {
		return err
	}
	e := county.ofClass(place.ClassProfessional, castEstate)
	party := e.termOn(models.DateOf(s.now)).HandlingPartyID
	who := slices.IndexFunc(cast, func(l Login) bool { return l.Role == models.OperatorStaff })
	staff, err := people.AccountByPhone(tx, loginPhone(who))
	if err != nil {
		return err
	}
	a := models.Actor{AccountID: staff.ID, Parties: []int64{party}, Held: []models.Held{{Role: cast[who].Role, ScopeKind: models.ScopeHandlingParty, ScopeID: party, Approved: true}}}
	here := []int64{e.buildings[0].ID}

	began := s.now.Add(-26 * time.Hour)
	lift := ticket.BulletinPosting{
		ClientID: chanceFor("bulletin", 0).uuid(), Category: "REP-08", EstateID: e.ID, Buildings: here,
		Text: "电梯门机故障，维保单位正在更换配件。", Meanwhile: "请走楼梯，注意脚下。搬不动东西、行动不便的，打物业电话，我们上门帮忙。", FromAt: began, UntilAt: began.Add(6 * time.Hour),
	}
	over, _, err := s.Tickets.PostBulletinIn(tx.Moved(began), a, lift)
	if err != nil {
		return err
	}
	end := ticket.BulletinEnd{Version: over.Version, Why: "配件换好，电梯已恢复"}
	if _, err := s.Tickets.EndBulletinIn(tx.Moved(began.Add(4*time.Hour+20*time.Minute)), a, over.ID, end); err != nil {
		return err
	}

	began = s.now.Add(-50 * time.Minute)
	water := ticket.BulletinPosting{
		ClientID: chanceFor("bulletin", 1).uuid(), Category: "UTIL-01", EstateID: e.ID, Buildings: here,
		Text: "地下室供水主管渗漏，正在抢修，本楼暂时停水。", Meanwhile: "请关好水龙头，以防来水时没人看管。刚来水时水可能发黄，放一会儿再用。", FromAt: began, UntilAt: wholeHour(s.now.Add(9 * time.Hour)),
	}
	_, _, err = s.Tickets.PostBulletinIn(tx.Moved(began), a, water)
	return err
}

// wholeHour is the hour that people would name.
func wholeHour(at time.Time) time.Time { return at.Truncate(time.Hour) }
