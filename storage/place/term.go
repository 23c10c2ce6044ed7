package place

import (
	"context"
	"strings"

	"gorm.io/gorm/clause"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// SetServiceTerm hands an estate over: the running term ends the day before the new one begins, and open tickets follow
// on the first day of the new term. A term that would overlap another is refused with service_term.overlap, one that would
// end another further back than place.HandOverBack days with service_term.too_far_back. Only the property centre decides it.
func (s *Store) SetServiceTerm(ctx context.Context, a models.Actor, estateID int64, n place.NewTerm) (detail place.EstateDetail, err error) {
	if !a.Has(models.CenterOfficer) {
		return detail, models.Refuse(models.Denied, "service_term.denied")
	}
	if err := n.CheckDay(); err != nil {
		return detail, err
	}
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		e, err := EstateByID(tx, estateID)
		if err != nil {
			return err
		}
		if err := holdTerms(tx, e.ID); err != nil {
			return err
		}
		before, cutsOff, err := TermOn(tx, e.ID, n.ValidFrom)
		if err != nil {
			return err
		}
		if _, err := s.SetTerm(tx, a, e, n); err != nil {
			return err
		}
		if err := n.MayCutOff(tx.Today()); err != nil && cutsOff && before.ValidFrom < n.ValidFrom {
			return err
		}
		detail, err = estateDetail(tx, a, estateID)
		return err
	})
	return detail, err
}

// SetTerm is SetServiceTerm inside a transaction, without asking for the right to do it.
func (s *Store) SetTerm(tx storage.Tx, a models.Actor, e place.Estate, n place.NewTerm) (place.ServiceTerm, error) {
	if err := holdTerms(tx, e.ID); err != nil {
		return place.ServiceTerm{}, err
	}
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

// CancelServiceTerm takes back a hand-over that has not come to its day: the term before runs on as if nothing had been planned,
// to the day on which the next one begins. The ledger keeps what was planned. A term that began is refused with
// service_term.begun: tickets have gone with it, and the way back is another hand-over. The id names one plan: entered anew
// it has another, so a page that is old cancels nothing that its reader did not see. Only the property centre decides it.
func (s *Store) CancelServiceTerm(ctx context.Context, a models.Actor, estateID, termID int64) (detail place.EstateDetail, err error) {
	if !a.Has(models.CenterOfficer) {
		return detail, models.Refuse(models.Denied, "service_term.denied")
	}
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		if _, err := EstateByID(tx, estateID); err != nil {
			return err
		}
		if err := holdTerms(tx, estateID); err != nil {
			return err
		}
		var terms []place.ServiceTerm
		if err := tx.DB().Where("id = ? AND estate_id = ?", termID, estateID).Limit(1).Find(&terms).Error; err != nil {
			return err
		}
		if len(terms) == 0 {
			return models.Refuse(models.NotFound, "service_term.not_found")
		}
		if err := terms[0].MayCancel(tx.Today()); err != nil {
			return err
		}
		if err := cancelTerm(tx, a, terms[0]); err != nil {
			return err
		}
		detail, err = estateDetail(tx, a, estateID)
		return err
	})
	return detail, err
}

// holdTerms keeps other hand-overs from an estate until the transaction ends, so that two of them meet one after the other.
func holdTerms(tx storage.Tx, estateID int64) error {
	var e place.Estate
	return tx.DB().Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Select("id").Take(&e, "id = ?", estateID).Error
}

// cancelTerm removes the term and lets the one that ended on its first day run to its last.
func cancelTerm(tx storage.Tx, a models.Actor, t place.ServiceTerm) error {
	if err := tx.DB().Delete(&place.ServiceTerm{}, t.ID).Error; err != nil {
		return err
	}
	var until any // nil: without end
	if t.ValidTo != "" {
		until = t.ValidTo
	}
	var before []place.ServiceTerm
	if err := tx.DB().Where("estate_id = ? AND valid_to = ?", t.EstateID, t.ValidFrom).Limit(1).Find(&before).Error; err != nil {
		return err
	}
	data := map[string]any{
		"estate_id": t.EstateID, "service_mode": t.ServiceMode, "service_level": t.ServiceLevel,
		"valid_from": t.ValidFrom, "valid_to": t.ValidTo, "recorded_at": t.RecordedAt,
	}
	if len(before) > 0 {
		data["before"] = before[0].HandlingPartyID
		if err := tx.DB().Table("service_terms").Where("id = ?", before[0].ID).Updates(map[string]any{"valid_to": until}).Error; err != nil {
			return err
		}
	}
	_, err := storage.Record(tx, models.Event{
		Noun: "service_term", NounID: t.ID, Action: "cancel", ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees), PartyID: t.HandlingPartyID,
		Note: strings.TrimSpace(t.ProjectLead + " " + t.Phone24), // personal matter: it stands where it can be erased
		Data: data,
	})
	return err
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
