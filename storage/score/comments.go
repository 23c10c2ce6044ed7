package score

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"slices"
	"time"

	"linli/models"
	"linli/models/score"
	"linli/models/ticket"
	"linli/storage"
	tickets "linli/storage/ticket"
)

// commentsShown is how many comments a list holds at most, commentDays how long after it was
// written one stays in it.
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

// Comments are the words that households wrote when they rated whoever runs their place, as whoever runs the place, and the offices above it, may read them
// (DECISIONS 12): of several households at once, without what points at them, their stars, days or order. A party reads those about itself.
func (s *Store) Comments(ctx context.Context, a models.Actor, estateID int64) (list score.CommentList, err error) {
	list = score.CommentList{Items: []string{}, Least: score.LeastCommenters}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		u, err := unitOf(tx, estateID)
		if err != nil {
			return err
		}
		query := tx.DB().Table("released_comments AS c").Joins("JOIN ratings r ON r.id = c.rating_id").
			Where("r.estate_id IN ? AND r.at >= ?", u.estates, tx.At().AddDate(0, 0, -commentDays))
		switch {
		case u.officeOf(a, tx.At()):
		case slices.ContainsFunc(u.parties(tx.At(), tx.At()), a.WorksFor):
			query = query.Where("c.handling_party_id IN ?", a.Parties)
		default:
			return models.Refuse(models.Denied, "score.comments_denied")
		}
		return query.Order("c.place, c.id").Limit(commentsShown).Pluck("c.text", &list.Items).Error
	})
	return list, err
}

// officeOf reports whether a is of an office above who serves u: the station or town of its homes, or one of the county's.
func (u unit) officeOf(a models.Actor, at time.Time) bool {
	if slices.ContainsFunc(u.parties(at, at), a.WorksFor) {
		return false // the station that runs it itself reads what a company would
	}
	communities, towns, county := a.Offices()
	return len(county) > 0 || a.Has(models.Auditor) || slices.ContainsFunc(u.served, func(s served) bool {
		return slices.Contains(communities, s.community) || slices.Contains(towns, s.town)
	})
}

// releaseComments lets out, with a cell that was just released, the words that go with it.
func releaseComments(tx storage.Tx, rules score.Ruleset, u unit, kind score.Reason, known facts, voices []score.Voice) error {
	window := rules.WindowOf(u.households, tx.At())
	written, err := writtenIn(tx, u, window)
	if err != nil || len(written) == 0 {
		return err
	}
	released, err := releasedOf(tx, written)
	if err != nil {
		return err
	}
	all := make([]score.Comment, len(written))
	byID := map[int64]ticket.Rating{}
	for i, r := range written {
		all[i], byID[r.ID] = score.Comment{RatingID: r.ID, UnitID: r.UnitID, AuthorID: r.AuthorID, PartyID: r.HandlingPartyID, Text: r.Text}, r
	}
	out := rules.ToRelease(kind, voices, rules.Counting(window, tx.At(), known.tickets, known.ratings), all, released)
	if len(out) == 0 {
		return nil
	}
	var authors []int64
	for _, c := range out {
		authors = append(authors, byID[c.RatingID].AuthorID)
	}
	own, err := tickets.OwnOf(tx, authors)
	if err != nil {
		return err
	}
	rows := make([]releasedComment, len(out))
	for i, c := range out {
		text, _ := models.HideContacts(c.Text, own[byID[c.RatingID].AuthorID])
		rows[i] = releasedComment{
			RatingID: c.RatingID, HandlingPartyID: byID[c.RatingID].HandlingPartyID, Text: text, Place: drawnPlace(), ReleasedAt: tx.At(),
		}
	}
	slices.SortFunc(rows, func(a, b releasedComment) int { return int(min(1, max(-1, a.Place-b.Place))) }) // their ids tell no order either
	return tx.DB().Create(&rows).Error
}

// releasedOf are those of ratings whose words went out before, wherever their place was scored then.
func releasedOf(tx storage.Tx, written []ticket.Rating) (map[int64]bool, error) {
	ids := make([]int64, len(written))
	for i, r := range written {
		ids[i] = r.ID
	}
	released := map[int64]bool{}
	for _, chunk := range chunks(ids) {
		var before []int64
		if err := tx.DB().Table("released_comments").Where("rating_id IN ?", chunk).Limit(inChunk).Pluck("rating_id", &before).Error; err != nil {
			return nil, err
		}
		for _, id := range before {
			released[id] = true
		}
	}
	return released, nil
}

// writtenIn are the general ratings of a unit in a window that say something. What is written with the answer to a ticket is for the county
// alone, as its form says.
func writtenIn(tx storage.Tx, u unit, window score.Span) (found []ticket.Rating, err error) {
	for _, chunk := range chunks(u.estates) {
		rows, err := everyRow(tx.DB().Table("ratings").Where("estate_id IN ? AND at >= ? AND at < ? AND kind = ? AND text <> ''", chunk, window.From, window.To, "general"),
			func(r ticket.Rating) int64 { return r.ID })
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
	}
	return found, nil
}

// drawnPlace is a place in a list that nobody can foresee; it stays within what every JSON reader takes for a whole number.
func drawnPlace() int64 {
	var b [8]byte
	rand.Read(b[:])                                   // never fails since Go 1.24
	return int64(binary.BigEndian.Uint64(b[:]) >> 12) // #nosec G115 -- fifty-two bits always fit
}
