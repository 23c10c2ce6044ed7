package score

import (
	"context"

	"linli/models"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
	places "linli/storage/place"
)

// RateOperator takes a general rating of whoever runs an estate: always open, without a ticket. It weighs as a
// volunteer's when the author has an approved home there and does not work for the party that is rated, else it is
// kept and does not weigh. Of one household and month the last one counts (DECISIONS 14).
func (s *Store) RateOperator(ctx context.Context, a models.Actor, g score.GeneralRating) (receipt score.Receipt, err error) {
	if err := g.Check(); err != nil {
		return receipt, err
	}
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		receipt, err = s.RateIn(tx, a, g)
		return err
	})
	return receipt, err
}

// RateIn is RateOperator inside a transaction, for a rating that was checked.
func (s *Store) RateIn(tx storage.Tx, a models.Actor, g score.GeneralRating) (score.Receipt, error) {
	rating, err := newRating(tx, a, g)
	if err != nil {
		return score.Receipt{}, err
	}
	created, err := storage.Insert(tx, &rating)
	if err != nil {
		return score.Receipt{}, err
	}
	if !created {
		return receivedBefore(tx, rating)
	}
	// The ledger holds that somebody rated, never what: its lines are read by more people than the rating is.
	_, err = storage.Record(tx, models.Event{
		Noun: "rating", NounID: rating.ID, Action: "rate", ActorID: a.AccountID, ActorRole: a.ActsAs(func(r models.Role) bool { return r == models.BuildingSteward }),
		PartyID: rating.HandlingPartyID, Data: map[string]any{"estate_id": g.EstateID, "period": rating.Period, "weight": rating.Weight},
	})
	receipt := receiptOf(rating)
	receipt.Created = true
	return receipt, err
}

// OwnRating is the general rating that a gave for an estate in this month, the last one; an empty one where he gave none.
func (s *Store) OwnRating(ctx context.Context, a models.Actor, estateID int64) (own score.OwnRating, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		if _, err := unitOf(tx, estateID); err != nil {
			return err
		}
		own.Period = models.MonthOf(tx.At())
		var last ticket.Rating
		err := tx.DB().Where("author_id = ? AND kind = 'general' AND estate_id = ? AND period = ?", a.AccountID, estateID, own.Period).Order("id DESC").Take(&last).Error
		if storage.Absent(err) {
			return nil
		}
		own.Level, own.Text = last.Level, last.Text
		return err
	})
	return own, err
}

func newRating(tx storage.Tx, a models.Actor, g score.GeneralRating) (ticket.Rating, error) {
	u, err := unitOf(tx, g.EstateID)
	if err != nil {
		return ticket.Rating{}, err
	}
	party, err := partyOn(tx, g.EstateID, tx.Today())
	if err != nil {
		return ticket.Rating{}, err
	}
	home, weight := score.GeneralWeight(a, g.EstateID, append(u.parties(tx.At(), tx.At()), party))
	return ticket.Rating{
		AuthorID: a.AccountID, ClientID: g.ClientID, ContentHash: storage.ContentHash([]any{"general", g}), Kind: "general", EstateID: g.EstateID,
		HandlingPartyID: party, UnitID: home, Weight: weight, Solved: false, Level: g.Level, Text: g.Text, Period: models.MonthOf(tx.At()), At: tx.At(),
	}, nil
}

// receivedBefore answers a rating whose client id is known: the same one gets the first answer again.
func receivedBefore(tx storage.Tx, again ticket.Rating) (score.Receipt, error) {
	var first ticket.Rating
	if err := tx.DB().Take(&first, "author_id = ? AND client_id = ?", again.AuthorID, again.ClientID).Error; err != nil {
		return score.Receipt{}, err
	}
	if first.ContentHash != again.ContentHash {
		return score.Receipt{}, models.Refuse(models.Conflict, "rating.id_conflict")
	}
	return receiptOf(first), nil
}

func receiptOf(r ticket.Rating) score.Receipt {
	return score.Receipt{ID: r.ID, Period: r.Period, Counts: r.Weight == score.WeightVolunteer}
}

// partyOn is who must answer for an estate on a day: the term's party, else the community's station, else nobody (0).
func partyOn(tx storage.Tx, estateID int64, day models.Date) (int64, error) {
	term, running, err := places.TermOn(tx, estateID, day)
	if err != nil || running {
		return term.HandlingPartyID, err
	}
	var community int64
	if err := tx.DB().Table("estates").Where("id = ?", estateID).Limit(1).Pluck("community_id", &community).Error; err != nil {
		return 0, err
	}
	station, _, err := places.StationOf(tx, community)
	return station.ID, err
}
