package ticket

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

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
		box := boxOf(a, q)
		if q.Cursor == "" {
			if page.Counts, err = box.counts(tx); err != nil {
				return err
			}
		}
		rows, err := box.first(tx, after)
		if err != nil {
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

// box is a pile of tickets: whose, and what was asked of them.
type box struct {
	query ticket.Query
	scope models.Scope
	asked storage.Condition // the place and words asked for
	level ticket.Level      // from which on something is raised to the one who looks
}

func boxOf(a models.Actor, q ticket.Query) box {
	b := box{query: q, asked: askedFor(a, q), level: ticket.WatchesFrom(a)}
	switch q.Box {
	case ticket.BoxMine:
		b.scope = models.Scope{Account: a.AccountID}
	case ticket.BoxDesk:
		b.scope = models.Scope{Parties: a.Parties}
	case ticket.BoxBuilding:
		b.scope = models.Scope{Buildings: a.Scopes(models.ScopeBuilding, models.BuildingSteward)}
	default:
		b.scope = models.ScopeOf(a)
	}
	return b
}

// all joins conditions that must hold together; an empty one says nothing.
func all(conditions ...storage.Condition) (c storage.Condition) {
	for _, one := range conditions {
		if one.SQL == "" {
			continue
		}
		if c.SQL != "" {
			c.SQL += " AND "
		}
		c.SQL, c.Values = c.SQL+"("+one.SQL+")", append(c.Values, one.Values...)
	}
	return c
}

func condition(sql string, values ...any) storage.Condition {
	return storage.Condition{SQL: sql, Values: values}
}

// first reads the tickets of a page and one more. Each arm of the scope is walked along its own index in the list's
// order and left after a page: one statement over all arms would read, and sort, all that a town ever had.
func (b box) first(tx storage.Tx, after *cursor) (rows []ticket.Ticket, err error) {
	limit := b.query.Limit + 1
	arms := storage.Arms(b.scope)
	if len(arms) == 0 {
		return nil, nil
	}
	var parts []string
	var values []any
	for _, arm := range arms {
		where := all(arm.Condition, b.asked, b.filter(tx.At()), b.after(after))
		walk := " FROM tickets WHERE " + where.SQL + " ORDER BY " + b.walk(arm.Column) + " LIMIT ?"
		values = append(append(values, where.Values...), limit)
		if len(arms) == 1 {
			return rows, tx.DB().Raw("SELECT *"+walk, values...).Scan(&rows).Error
		}
		parts = append(parts, "SELECT id FROM (SELECT id"+walk+") AS arm")
	}
	query := "SELECT * FROM tickets WHERE id IN (" + strings.Join(parts, " UNION ALL ") + ") ORDER BY " + b.merged() + " LIMIT ?"
	return rows, tx.DB().Raw(query, append(values, limit)...).Scan(&rows).Error
}

// merged is the order of the few that the arms gave: by a sum, so that nobody looks them up along all ids.
func (b box) merged() string {
	if byDue(b.query) {
		return "next_due, id"
	}
	return "id + 0 DESC"
}

// walk is the order of the list within one arm. What is open is few and sorted when all of it is found: along the ids one
// would look for it among everything that is closed, so the sum keeps the databases from that.
func (b box) walk(column string) string {
	switch {
	case byDue(b.query) && column != "":
		return column + ", next_due, id"
	case byDue(b.query):
		return "next_due, id"
	case b.query.Filter != "" && b.query.Filter != ticket.FilterClosed:
		return "id + 0 DESC"
	case column != "":
		return column + " DESC, id DESC"
	}
	return "id DESC"
}

// askedFor is the WHERE of the place and words that were asked for.
func askedFor(a models.Actor, q ticket.Query) (c storage.Condition) {
	if q.EstateID != 0 {
		c = condition("estate_id = ?", q.EstateID)
	}
	if q.Group != "" {
		c = all(c, condition("category LIKE ?", escapeLike(q.Group)+"-%"))
	}
	if words := strings.TrimSpace(q.Words); words != "" {
		like := "%" + escapeLike(words) + "%"
		// The words of a protected matter, or of a repair whose reporter did not share his number, may hold a number that
		// its reader must not find by searching for it.
		centre := a.Has(models.CenterOfficer, models.LeadingGroupOffice, models.Auditor)
		wordsOnly := !models.HoldsNumber(words)
		c = all(c, condition("number LIKE ? ESCAPE '\\' OR text LIKE ? ESCAPE '\\' AND (share_contact = ? OR protected = ? AND ? OR ? OR author_id = ? OR reporter_id = ?)",
			like, like, true, false, wordsOnly, centre, a.AccountID, a.AccountID))
	}
	return c
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// What is open is a small part of all there ever was, and has indexes of its own. The databases use them where the
// statement says it in the index's own words: a value handed over could be any.
const (
	sqlOpen       = "open = TRUE"
	sqlWaiting    = sqlOpen + " AND state <> 'done_pending_confirm'"
	sqlToConfirm  = sqlOpen + " AND state = 'done_pending_confirm'"
	sqlOverdue    = sqlWaiting + " AND next_due < ?"
	sqlUnanswered = sqlOpen + " AND acknowledged_at IS NULL AND acknowledge_due < ?"
	sqlExtension  = sqlOpen + " AND extension = 'waiting' AND resolve_due >= ?"
)

// waiting is what the one who looks has to act on.
func (b box) waiting() string {
	if b.query.Box == ticket.BoxMine {
		return sqlToConfirm
	}
	return sqlWaiting
}

func (b box) filter(now time.Time) storage.Condition {
	switch b.query.Filter {
	case ticket.FilterOpen:
		return condition(sqlOpen)
	case ticket.FilterWaitingMe:
		return condition(b.waiting())
	case ticket.FilterOverdue:
		return condition(sqlOverdue, now)
	case ticket.FilterUnanswered:
		return condition(sqlUnanswered, now)
	case ticket.FilterEscalated:
		return condition(sqlOpen+" AND escalated_to >= ?", b.level)
	case ticket.FilterReturned:
		return condition(sqlOpen+" AND state = ?", ticket.Returned)
	case ticket.FilterExtension:
		return condition(sqlExtension, now)
	case ticket.FilterClosed:
		return condition("open = FALSE")
	}
	return storage.Condition{}
}

// counts are the figures above the list.
func (b box) counts(tx storage.Tx) (*ticket.Counts, error) {
	db := storage.Visible(tx.DB().Table("tickets"), b.scope, "tickets").Where(sqlOpen)
	if b.asked.SQL != "" {
		db = db.Where("("+b.asked.SQL+")", b.asked.Values...)
	}
	var c ticket.Counts
	err := db.Select(`count(*) AS open, count(CASE WHEN `+b.waiting()+` THEN 1 END) AS waiting_me,
		count(CASE WHEN `+sqlOverdue+` THEN 1 END) AS overdue, count(CASE WHEN `+sqlUnanswered+` THEN 1 END) AS unanswered,
		count(CASE WHEN escalated_to >= ? THEN 1 END) AS escalated,
		count(CASE WHEN state = ? THEN 1 END) AS returned,
		count(CASE WHEN `+sqlExtension+` THEN 1 END) AS extension`,
		tx.At(), tx.At(), b.level, ticket.Returned, tx.At()).Scan(&c).Error
	return &c, err
}

// byDue reports whether the list is ordered by time left, as a desk wants it.
func byDue(q ticket.Query) bool {
	return q.Box == ticket.BoxDesk && q.Filter != ticket.FilterClosed && q.Filter != "" || q.Filter == ticket.FilterOverdue || q.Filter == ticket.FilterUnanswered || q.Filter == ticket.FilterEscalated || q.Filter == ticket.FilterReturned || q.Filter == ticket.FilterExtension
}

// after is what comes behind the page before.
func (b box) after(page *cursor) storage.Condition {
	switch {
	case page == nil:
		return storage.Condition{}
	case byDue(b.query):
		return condition("next_due > ? OR next_due = ? AND id > ?", page.Due, page.Due, page.ID)
	}
	return condition("id < ?", page.ID)
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
