package score

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"linli/models"
	"linli/models/score"
	"linli/storage"
	tickets "linli/storage/ticket"
)

// commentsShown is how many comments a list holds at most, commentDays how long after it was written one stays in it.
const (
	commentsShown = 500
	commentDays   = 365
)

// releasedComment is a row of released_comments.
type releasedComment struct {
	ID              int64 `gorm:"primaryKey"`
	RatingID        int64
	HandlingPartyID int64
	Text            string
	Place           int64 // in the list, given by chance: what came later stands among what was there
	ReleasedAt      time.Time
}

// TableName is where released comments stand.
func (releasedComment) TableName() string { return "released_comments" }

// Comments are the words that households wrote when they rated whoever runs their place, as he and the offices above him may read them
// (DECISIONS 12): of several households at once, without what points at them, their stars, days or order.
func (s *Store) Comments(ctx context.Context, a models.Actor, estateID int64) (list score.CommentList, err error) {
	list = score.CommentList{Items: []string{}, Least: score.LeastCommenters}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		u, err := unitOf(tx, estateID)
		if err != nil {
			return err
		}
		var homes []score.Home
		for _, s := range u.served {
			homes = append(homes, score.Home{Community: s.community, Town: s.town})
		}
		about, all := score.CommentsFor(a, u.parties(tx.At(), tx.At()), homes)
		if !all && len(about) == 0 {
			return models.Refuse(models.Denied, "score.comments_denied")
		}
		query := tx.DB().Table("released_comments AS c").Joins("JOIN ratings r ON r.id = c.rating_id").
			Where("r.estate_id IN ? AND r.at >= ?", u.estates, tx.At().AddDate(0, 0, -commentDays))
		if !all {
			query = query.Where("c.handling_party_id IN ?", about)
		}
		return query.Order("c.place, c.id").Limit(commentsShown).Pluck("c.text", &list.Items).Error
	})
	return list, err
}

// releaseComments lets out, with a cell that was just released, the words that go with it.
func releaseComments(tx storage.Tx, rules score.Ruleset, u unit, kind score.Reason, known facts, voices []score.Voice) error {
	window := rules.WindowOf(u.households, tx.At())
	written, err := writtenIn(tx, u, window)
	if err != nil || len(written) == 0 {
		return err
	}
	out := rules.ToRelease(kind, voices, rules.Counting(window, tx.At(), known.tickets, known.ratings), written)
	if len(out) == 0 {
		return nil
	}
	var authors []int64
	for _, c := range out {
		authors = append(authors, c.AuthorID)
	}
	own, err := tickets.OwnOf(tx, authors)
	if err != nil {
		return err
	}
	rows := make([]releasedComment, len(out))
	for i, c := range out {
		text, _ := models.HideContacts(c.Text, own[c.AuthorID])
		place := rand.Int64() // #nosec G404 -- a place is no secret; what must not be told is the order, and this generator has none
		rows[i] = releasedComment{RatingID: c.RatingID, HandlingPartyID: c.PartyID, Text: text, Place: place, ReleasedAt: tx.At()}
	}
	slices.SortFunc(rows, func(a, b releasedComment) int { return cmp.Compare(a.Place, b.Place) }) // their ids tell no order either
	return tx.DB().Create(&rows).Error
}

// writtenIn are the general ratings of a unit in a window that say something and whose words were not let out yet. What is written with
// the answer to a ticket is for the county alone, as its form says.
func writtenIn(tx storage.Tx, u unit, window score.Span) (found []score.Comment, err error) {
	for _, chunk := range chunks(u.estates) {
		query := tx.DB().Table("ratings").Select("id, id AS rating_id, unit_id, author_id, handling_party_id AS party_id, text").
			Where("estate_id IN ? AND at >= ? AND at < ? AND kind = 'general' AND text <> ''", chunk, window.From, window.To).
			Where("NOT EXISTS (SELECT 1 FROM released_comments c WHERE c.rating_id = ratings.id)")
		rows, err := everyRow(query, func(c score.Comment) int64 { return c.RatingID })
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
	}
	return found, nil
}
