package demo

import (
	"time"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
)

// callBack lets the office that has to ask about a ticket do so, some days after its closing and in the daytime; a few calls reach
// nobody, and a few nobody makes. What would be asked after the moment of the demo is there to be asked.
func (s *seeder) callBack(tx storage.Tx, p plan, ticketID int64) error {
	var open []ticket.Callback
	err := tx.DB().Where("ticket_id = ? AND state = ?", ticketID, ticket.CallbackOpen).Limit(1).Find(&open).Error
	if err != nil || len(open) == 0 {
		return err
	}
	c, chance := open[0], chanceFor("callback", int(p.number))
	if s.forTheCast(c) {
		return nil
	}
	day := models.DateOf(c.DueAt).Add(chance.between(1, 6))
	told := ticket.CallbackTelling{Result: ticket.CallbackSolved}
	calls := 1
	switch roll := chance.IntN(100); {
	case roll < 5:
		calls = 0
	case roll < 14:
		told.Result, calls = ticket.CallbackNotReached, 3
	case roll < 60:
		told.Level = chance.stars(70)
	}
	caller := s.callerOf(c, p)
	for range calls {
		at := day.Start().Add(9*time.Hour + chance.minutes(0, 520))
		if caller == 0 || at.After(s.now) {
			break
		}
		told.ClientID = chance.uuid()
		if err := s.call(tx.Moved(at), caller, c.ID, told); err != nil {
			return err
		}
		day = day.Add(1)
	}
	if c.UntilAt.After(s.now) || calls > 0 && caller != 0 {
		return nil
	}
	return s.tickets.LapseIn(tx.Moved(c.UntilAt), c.ID)
}

// forTheCast reports whether the station of the cast still has to ask: who signs in for it is to find somebody to call.
func (s *seeder) forTheCast(c ticket.Callback) bool {
	cast := s.county.ofClass(place.ClassProfessional, castEstate).CommunityID
	return c.Level == ticket.LevelStation && c.CommunityID == cast && c.UntilAt.After(s.now.Add(24*time.Hour))
}

func (s *seeder) call(tx storage.Tx, account, id int64, told ticket.CallbackTelling) error {
	a, err := s.actor(tx, account)
	if err != nil {
		return err
	}
	if _, err := s.tickets.CallbackContactIn(tx, a, id); err != nil {
		return err
	}
	_, err = s.tickets.TellCallbackIn(tx.Moved(tx.At().Add(4*time.Minute)), a, id, told)
	return err
}

// callerOf is somebody of the office that has to ask, 0 where the demo has nobody there.
func (s *seeder) callerOf(c ticket.Callback, p plan) int64 {
	office := s.county.byCode["property_center"]
	switch c.Level {
	case ticket.LevelStation:
		office = s.county.stations[c.CommunityID]
	case ticket.LevelTown:
		office = s.county.towns[c.TownID]
	case ticket.LevelLeadingGroup:
		return 0
	}
	for _, account := range s.county.staff[office] {
		if account != p.author {
			return account
		}
	}
	return 0
}
