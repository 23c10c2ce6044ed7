package place

import (
	"context"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// SetServiceTerm hands an estate over: the running term ends the day before the new one begins, and open tickets follow
// on the first day of the new term. A term that would overlap another is refused with service_term.overlap. Only the
// property centre decides it.
func (s *Store) SetServiceTerm(ctx context.Context, a models.Actor, estateID int64, n place.NewTerm) (detail place.EstateDetail, err error) {
	if !a.Has(models.CenterOfficer) {
		return detail, models.Refuse(models.Denied, "service_term.denied")
	}
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		e, err := estateByID(tx, estateID)
		if err != nil {
			return err
		}
		if _, err := s.SetTerm(tx, a, e, n); err != nil {
			return err
		}
		detail, err = estateDetail(tx, estateID)
		return err
	})
	return detail, err
}

// SetTerm is SetServiceTerm inside a transaction, without asking for the right to do it.
func (s *Store) SetTerm(tx storage.Tx, a models.Actor, e place.Estate, n place.NewTerm) (place.ServiceTerm, error) {
	station, _, err := StationOf(tx, e.CommunityID)
	if err != nil {
		return place.ServiceTerm{}, err
	}
	if kind, _ := place.PartyKindFor(n.ServiceMode); kind == place.PartyServiceStation && n.HandlingPartyID == 0 {
		n.HandlingPartyID = station.ID
	}
	party, found, err := Party(tx, n.HandlingPartyID)
	if err == nil && !found {
		err = models.RefuseField("handling_party.not_found", "handling_party_id")
	}
	if err == nil {
		err = n.Check(party, station.ID)
	}
	if err != nil {
		return place.ServiceTerm{}, err
	}
	before, err := endTerm(tx, e.ID, n.ValidFrom)
	if err != nil {
		return place.ServiceTerm{}, err
	}
	return s.beginTerm(tx, a, e, n, before)
}

// endTerm ends the term that runs on day, so that day is its first day without service. It returns that term's party.
func endTerm(tx storage.Tx, estateID int64, day models.Date) (int64, error) {
	running, found, err := TermOn(tx, estateID, day)
	if err != nil || !found {
		return 0, err
	}
	if running.ValidFrom >= day {
		return 0, overlap()
	}
	err = tx.DB().Table("service_terms").Where("id = ?", running.ID).Updates(map[string]any{"valid_to": day}).Error
	return running.HandlingPartyID, err
}

func (s *Store) beginTerm(tx storage.Tx, a models.Actor, e place.Estate, n place.NewTerm, before int64) (place.ServiceTerm, error) {
	term := place.ServiceTerm{
		EstateID: e.ID, HandlingPartyID: n.HandlingPartyID, ServiceMode: n.ServiceMode, ServiceLevel: n.ServiceLevel,
		Phone24: n.Phone24, ProjectLead: n.ProjectLead, ValidFrom: n.ValidFrom, RecordedAt: tx.At(), RecordedBy: a.AccountID,
	}
	if err := tx.DB().Create(&term).Error; err != nil {
		if storage.Overlapping(err) {
			err = overlap()
		}
		return term, err
	}
	_, err := storage.Record(tx, models.Event{
		Noun: "service_term", NounID: term.ID, Action: "create", ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees), PartyID: term.HandlingPartyID,
		Data: map[string]any{"estate_id": e.ID, "service_mode": n.ServiceMode, "valid_from": n.ValidFrom, "before": before},
	})
	if err != nil || s.options.OnHandOver == nil || n.ValidFrom > tx.Today() {
		return term, err
	}
	return term, s.options.OnHandOver(tx, e.ID, n.ValidFrom)
}

func overlap() error {
	return &models.Error{Kind: models.Conflict, Code: "service_term.overlap", Field: "valid_from"}
}
