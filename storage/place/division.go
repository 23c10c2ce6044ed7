package place

import (
	"context"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// maxDivisions bounds the list: a county has some hundreds of communities.
const maxDivisions = 5000

// ListDivisions lists all divisions with their codes of today and of all times, the province first.
func (s *Store) ListDivisions(ctx context.Context, _ models.Actor) (views []place.DivisionView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var divisions []place.Division
		if err := tx.DB().Order("id").Limit(maxDivisions).Find(&divisions).Error; err != nil {
			return err
		}
		var codes []place.DivisionCode
		if err := tx.DB().Order("valid_from, id").Limit(5 * maxDivisions).Find(&codes).Error; err != nil {
			return err
		}
		views = divisionViews(divisions, codes, tx.Today())
		return nil
	})
	return views, err
}

func divisionViews(divisions []place.Division, codes []place.DivisionCode, today models.Date) []place.DivisionView {
	byDivision := map[int64][]place.DivisionCode{}
	for _, c := range codes {
		byDivision[c.DivisionID] = append(byDivision[c.DivisionID], c)
	}
	views := make([]place.DivisionView, 0, len(divisions))
	for _, d := range divisions {
		view := place.DivisionView{ID: d.ID, Level: d.Level, Codes: []place.CodeView{}}
		if d.ParentID != nil {
			view.ParentID = *d.ParentID
		}
		own := byDivision[d.ID]
		if now, ok := place.CodeOn(own, today); ok {
			view.CodeView = codeView(now)
		} else if len(own) > 0 {
			view.CodeView = codeView(own[len(own)-1])
		}
		for _, c := range own {
			view.Codes = append(view.Codes, codeView(c))
		}
		views = append(views, view)
	}
	return views
}

func codeView(c place.DivisionCode) place.CodeView {
	return place.CodeView{Code: c.Code, Name: c.Name, ValidFrom: c.ValidFrom, ValidTo: c.ValidTo, SuccessorCode: c.SuccessorCode}
}
