package place

import (
	"context"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// FindPoster opens the QR code of a poster, for anybody. The steward's given name stays off a page that needs no
// sign-in (B-j: public pages carry no personal data).
func (s *Store) FindPoster(ctx context.Context, token string) (card place.PosterCard, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		found, err := findBuilding(tx, "poster_token = ?", token)
		if err != nil {
			return notFoundAs(err, "poster.not_found")
		}
		found.contact.StewardName = models.MaskName(found.contact.StewardName)
		card = place.PosterCard{
			BuildingID: found.building.ID, BuildingName: found.building.Name, EstateID: found.estate.ID, EstateName: found.estate.Name,
			CommunityName: found.community, Address: found.estate.Address, Contact: found.contact, SmallBuilding: found.building.Small(),
		}
		return nil
	})
	return card, err
}

// PrintPoster gives what a building's poster says, to those who may hang it up.
func (s *Store) PrintPoster(ctx context.Context, a models.Actor, buildingID int64) (poster place.Poster, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		found, err := findBuilding(tx, "id = ?", buildingID)
		if err != nil {
			return err
		}
		if !place.MayPrint(a, found.building, found.estate, found.who.party.ID) {
			return models.Refuse(models.Denied, "poster.denied")
		}
		token := found.building.PosterToken
		poster = place.Poster{
			Token: token, URL: s.options.PublicURL + "/q/" + token, BuildingName: found.building.Name,
			EstateName: found.estate.Name, CommunityName: found.community, Contact: found.contact,
		}
		return nil
	})
	return poster, err
}

// notFoundAs gives a "not found" the noun that was asked for.
func notFoundAs(err error, code string) error {
	if models.KindOf(err) == models.NotFound {
		return models.Refuse(models.NotFound, code)
	}
	return err
}
