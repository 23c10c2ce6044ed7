package ticket

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// Ticket is one ticket as a may see it.
func (s *Store) Ticket(ctx context.Context, a models.Actor, id int64) (view ticket.View, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		t, err := load(tx, a, id)
		if err != nil {
			return err
		}
		view, err = s.view(tx, a, t)
		return err
	})
	return view, err
}

// Tickets lists a box of a's: what he filed (mine), what his party must answer ordered by time left (desk), what his
// building's steward sees (building), or all that his scope covers (all). Counts come with the first page.
func (s *Store) Tickets(ctx context.Context, a models.Actor, q ticket.Query) (page ticket.Page, err error) {
	after, err := readCursor(q.Cursor)
	if err != nil {
		return page, err
	}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		box, err := boxed(tx, a, q)
		if err != nil {
			return err
		}
		if q.Cursor == "" {
			if page.Counts, err = counts(tx, box.Session(&gorm.Session{}), q, ticket.WatchesFrom(a)); err != nil {
				return err
			}
		}
		var rows []ticket.Ticket
		list := ordered(filtered(box, tx.At(), q, ticket.WatchesFrom(a)), q, after)
		if err := list.Limit(q.Limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) > q.Limit {
			rows = rows[:q.Limit]
			page.Next = cursorAfter(rows[q.Limit-1], q)
		}
		page.Items, err = s.rows(tx, a, rows)
		return err
	})
	return page, err
}

// boxed is the WHERE of a box and of the place or words asked for.
func boxed(tx storage.Tx, a models.Actor, q ticket.Query) (*gorm.DB, error) {
	db := tx.DB().Model(&ticket.Ticket{})
	switch q.Box {
	case ticket.BoxMine:
		db = db.Where("(author_id = ? OR reporter_id = ?)", a.AccountID, a.AccountID)
	case ticket.BoxDesk:
		db = db.Where("handling_party_id IN ?", a.Parties)
	case ticket.BoxBuilding:
		db = db.Where("building_id IN ? AND steward_sees = ?", a.Scopes(models.ScopeBuilding, models.BuildingSteward), true)
	default:
		db = storage.Visible(db, models.ScopeOf(a), "tickets")
	}
	if q.EstateID != 0 {
		db = db.Where("estate_id = ?", q.EstateID)
	}
	if q.Group != "" {
		db = db.Where("category LIKE ?", escapeLike(q.Group)+"-%")
	}
	if words := strings.TrimSpace(q.Words); words != "" {
		like := "%" + escapeLike(words) + "%"
		// The words of a protected matter, or of a repair whose reporter did not share his number, may hold a number that
		// its reader must not find by searching for it.
		centre := a.Has(models.CenterOfficer, models.LeadingGroupOffice, models.Auditor)
		wordsOnly := !models.HoldsNumber(words)
		db = db.Where("(number LIKE ? ESCAPE '\\' OR text LIKE ? ESCAPE '\\' AND (share_contact = ? OR protected = ? AND ? OR ? OR author_id = ? OR reporter_id = ?))",
			like, like, true, false, wordsOnly, centre, a.AccountID, a.AccountID)
	}
	return db, nil
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

const (
	sqlOverdue    = "open = ? AND state <> ? AND next_due < ?"
	sqlUnanswered = "open = ? AND acknowledged_at IS NULL AND acknowledge_due < ?"
)

func filtered(db *gorm.DB, now time.Time, q ticket.Query, level ticket.Level) *gorm.DB {
	switch q.Filter {
	case ticket.FilterOpen:
		return db.Where("open = ?", true)
	case ticket.FilterWaitingMe:
		if q.Box == ticket.BoxMine {
			return db.Where("open = ? AND state = ?", true, ticket.DonePendingConfirm)
		}
		return db.Where("open = ? AND state <> ?", true, ticket.DonePendingConfirm)
	case ticket.FilterOverdue:
		return db.Where(sqlOverdue, true, ticket.DonePendingConfirm, now)
	case ticket.FilterUnanswered:
		return db.Where(sqlUnanswered, true, now)
	case ticket.FilterEscalated:
		return db.Where("open = ? AND escalated_to >= ?", true, level)
	case ticket.FilterReturned:
		return db.Where("open = ? AND state = ?", true, ticket.Returned)
	case ticket.FilterClosed:
		return db.Where("open = ?", false)
	}
	return db
}

// counts are the figures above the list.
func counts(tx storage.Tx, db *gorm.DB, q ticket.Query, level ticket.Level) (*ticket.Counts, error) {
	waiting := "open = ? AND state <> ?"
	if q.Box == ticket.BoxMine {
		waiting = "open = ? AND state = ?"
	}
	var c ticket.Counts
	err := db.Select(`count(CASE WHEN open = ? THEN 1 END) AS open, count(CASE WHEN `+waiting+` THEN 1 END) AS waiting_me,
		count(CASE WHEN `+sqlOverdue+` THEN 1 END) AS overdue, count(CASE WHEN `+sqlUnanswered+` THEN 1 END) AS unanswered,
		count(CASE WHEN escalated_to >= ? THEN 1 END) AS escalated,
		count(CASE WHEN state = ? THEN 1 END) AS returned`,
		true, true, ticket.DonePendingConfirm, true, ticket.DonePendingConfirm, tx.At(), true, tx.At(), level, ticket.Returned).
		Where("open = ?", true).Scan(&c).Error
	return &c, err
}

// byDue reports whether the list is ordered by time left, as a desk wants it.
func byDue(q ticket.Query) bool {
	return q.Box == ticket.BoxDesk && q.Filter != ticket.FilterClosed && q.Filter != "" || q.Filter == ticket.FilterOverdue || q.Filter == ticket.FilterUnanswered || q.Filter == ticket.FilterEscalated || q.Filter == ticket.FilterReturned
}

func ordered(db *gorm.DB, q ticket.Query, after *cursor) *gorm.DB {
	if byDue(q) {
		if after != nil {
			db = db.Where("(next_due > ? OR next_due = ? AND id > ?)", after.Due, after.Due, after.ID)
		}
		return db.Order("next_due, id")
	}
	if after != nil {
		db = db.Where("id < ?", after.ID)
	}
	return db.Order("id DESC")
}

// cursor is where the next page begins. It holds nothing that the reader has not just seen.
type cursor struct {
	ID  int64     `json:"i"`
	Due time.Time `json:"d"`
}

func cursorAfter(t ticket.Ticket, q ticket.Query) string {
	c := cursor{ID: t.ID}
	if byDue(q) && t.NextDue != nil {
		c.Due = models.UTC(*t.NextDue)
	}
	b, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(text string) (*cursor, error) {
	if text == "" {
		return nil, nil
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(b, &c) != nil {
		return nil, models.RefuseField("request.bad_cursor", "cursor")
	}
	c.Due = models.UTC(c.Due)
	return &c, nil
}
