package ticket

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
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
// building's steward sees (building), or all that his scope covers (all). Counts come with the first page, and with that of a
// desk what is urgent and was not taken yet.
func (s *Store) Tickets(ctx context.Context, a models.Actor, q ticket.Query) (page ticket.Page, err error) {
	after, err := readCursor(q.Cursor)
	if err != nil {
		return page, err
	}
	err = s.db.Look(ctx, func(tx storage.Tx) error {
		box := boxOf(a, q)
		if q.Cursor == "" {
			if page.Counts, err = box.counts(tx); err != nil {
				return err
			}
			if page.Untaken, err = box.untaken(tx, a); err != nil {
				return err
			}
		}
		page.Items, page.Next, err = box.page(tx, a, after)
		return err
	})
	return page, err
}

// page is what comes behind after, as a may see it, and where the next page begins.
func (b box) page(tx storage.Tx, a models.Actor, after *cursor) (items []ticket.Row, next string, err error) {
	found, err := b.first(tx, after)
	if err != nil {
		return nil, "", err
	}
	if limit := b.query.Limit; len(found) > limit {
		found = found[:limit]
		next = cursorAfter(found[limit-1].Ticket, b.query)
	}
	items, err = rows(tx, a, found)
	return items, next, err
}

// untaken is what must not be missed at a desk: a pipe that burst a minute ago has more time left than a lamp of last week, and
// stands below it. The list keeps its one order and its cursor; this is a list of its own, walked like the other.
func (b box) untaken(tx storage.Tx, a models.Actor) ([]ticket.Row, error) {
	if b.query.Box != ticket.BoxDesk || b.query.Filter != ticket.FilterOpen && b.query.Filter != ticket.FilterWaitingMe {
		return nil, nil
	}
	asked, items := b.asked, []ticket.Row(nil)
	for _, urgency := range ticket.Pressing { // a gas leak of now before a drain of yesterday
		b.query.Limit, b.asked = ticket.MostUntaken-len(items), all(asked, condition(sqlUntaken, urgency))
		if b.query.Limit == 0 {
			break
		}
		found, _, err := b.page(tx, a, nil)
		if err != nil {
			return nil, err
		}
		items = append(items, found...)
	}
	return items, nil
}

// box is a pile of tickets: whose, and what was asked of them.
type box struct {
	query ticket.Query
	scope models.Scope
	asked storage.Condition // the party, group and words asked for
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
		if work := b.scope.Work(); !work.Empty() {
			b.scope = work
		}
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
// order and left after a page: one statement over all arms would read, and sort, all that a town ever had. How many that is
// stands in the statement: a plan made once for any number would take it for a tenth of the table.
func (b box) first(tx storage.Tx, after *cursor) ([]listed, error) {
	limit := fmt.Sprint(" LIMIT ", b.query.Limit+1)
	arms := b.arms()
	if len(arms) == 0 {
		return nil, nil
	}
	var parts []string
	var values []any
	for _, arm := range arms {
		where := all(arm.Condition, b.atPlace(), b.asked, b.filter(tx.At()), b.after(after))
		walk := " FROM tickets WHERE " + where.SQL + " ORDER BY " + b.walk(arm.Column) + limit
		values = append(values, where.Values...)
		if len(arms) == 1 {
			return listedIn(tx, "SELECT *"+walk, b.order("t."), values)
		}
		parts = append(parts, "SELECT id FROM (SELECT id"+walk+") AS arm")
	}
	page := "SELECT * FROM tickets WHERE id IN (" + strings.Join(parts, " UNION ALL ") + ") ORDER BY " + b.order("") + limit
	return listedIn(tx, page, b.order("t."), values)
}

// arms are those of the scope, within the place that was asked for. What is open is few and is found by the indexes of what is
// open, in a place as anywhere; what a place had since ever is walked along the place, or one would look for it among all that
// its town had.
func (b box) arms() []storage.Arm {
	if b.walksPlace() {
		column, id := b.place()
		return []storage.Arm{{Condition: all(condition(column+" BETWEEN ? AND ?", id, id), storage.Within(b.scope)), Column: column}}
	}
	return storage.Arms(b.scope)
}

func (b box) walksPlace() bool {
	_, id := b.place()
	return id != 0 && !b.ofOpen() && !b.scope.Empty()
}

// place is the estate or building that was asked for, 0 for any.
func (b box) place() (column string, id int64) {
	if b.query.BuildingID != 0 {
		return "building_id", b.query.BuildingID
	}
	return "estate_id", b.query.EstateID
}

// atPlace narrows what the indexes of what is open have found: the sum keeps the databases from all that the place ever had. Where
// the place itself is walked there is nothing to add.
func (b box) atPlace() storage.Condition {
	column, id := b.place()
	if id == 0 || b.walksPlace() {
		return storage.Condition{}
	}
	return condition(column+" + 0 = ?", id)
}

// ofOpen reports whether only open tickets were asked for.
func (b box) ofOpen() bool {
	return b.query.Filter != "" && b.query.Filter != ticket.FilterClosed
}

// order is that of the few that the arms gave: by a sum, so that nobody looks them up along all ids.
func (b box) order(table string) string {
	if byDue(b.query) {
		return table + "next_due, " + table + "id"
	}
	return table + "id + 0 DESC"
}

// walk is the order of the list within one arm. What is open is few and sorted when all of it is found: along the ids one
// would look for it among everything that is closed, so the sum keeps the databases from that.
func (b box) walk(column string) string {
	switch {
	case byDue(b.query) && column != "":
		return column + ", next_due, id"
	case byDue(b.query):
		return "next_due, id"
	case b.ofOpen():
		return "id + 0 DESC"
	case column != "":
		return column + " DESC, id DESC"
	}
	return "id DESC"
}

// askedFor is the WHERE of the party, group and words that were asked for.
func askedFor(a models.Actor, q ticket.Query) (c storage.Condition) {
	if q.PartyID != 0 {
		c = condition("handling_party_id = ?", q.PartyID)
	}
	if q.Group != "" {
		c = all(c, condition("category LIKE ?", escapeLike(q.Group)+"-%"))
	}
	if words := strings.TrimSpace(q.Words); words != "" {
		like := "%" + escapeLike(words) + "%"
		number := like
		if whole, ok := ticket.ReadNumber(words); ok { // on the phone people say digits, without dashes
			number = escapeLike(whole)
		}
		// The words of a protected matter, or of a repair whose reporter did not share his number, may hold a number that
		// its reader must not find by searching for it. A number that was shared was shared with the handler, who alone finds it.
		centre := a.Has(models.CenterOfficer, models.LeadingGroupOffice, models.Auditor)
		wordsOnly := !models.HoldsNumber(words)
		c = all(c, condition("number LIKE ? ESCAPE '\\' OR text LIKE ? ESCAPE '\\' AND (share_contact = ? AND handling_party_id IN ? OR protected = ? AND ? OR ? OR author_id = ? OR reporter_id = ?)",
			number, like, true, a.Parties, false, wordsOnly, centre, a.AccountID, a.AccountID))
	}
	return c
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// What is open is a small part of all there ever was, and has indexes of its own. The databases use them where the
// statement says it in the index's own words: a value handed over could be any.
const (
	sqlOpen = "open = TRUE"
	// sqlInHand is what a party has and somebody still has to act on: open, not said to be done, and no longer held.
	sqlInHand = sqlOpen + " AND " + sqlWaiting + " AND held_level = 0"
)

// Of what is open:
const (
	sqlWaiting    = "state <> 'done_pending_confirm'"
	sqlToConfirm  = "state = 'done_pending_confirm'"
	sqlOverdue    = sqlWaiting + " AND next_due < ?"
	sqlUnanswered = "acknowledged_at IS NULL AND acknowledge_due < ?"
	sqlUntaken    = "urgency = ? AND state = 'dispatched' AND next_step = 'acknowledge'"
	sqlEscalated  = "escalated_to >= ?"
	sqlReturned   = "state = 'returned'"
	sqlJoint      = "joint_at IS NOT NULL"
	sqlExtension  = "extension = 'waiting' AND resolve_due >= ?"
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
		return openAnd(b.waiting())
	case ticket.FilterOverdue:
		return openAnd(sqlOverdue, now)
	case ticket.FilterUnanswered:
		return openAnd(sqlUnanswered, now)
	case ticket.FilterToConfirm:
		return openAnd(sqlToConfirm)
	case ticket.FilterEscalated:
		return openAnd(sqlEscalated, b.level)
	case ticket.FilterReturned:
		return openAnd(sqlReturned)
	case ticket.FilterExtension:
		return openAnd(sqlExtension, now)
	case ticket.FilterJoint:
		return openAnd(sqlJoint)
	case ticket.FilterClosed:
		return condition("open = FALSE")
	}
	return storage.Condition{}
}

func openAnd(sql string, values ...any) storage.Condition {
	return condition(sqlOpen+" AND "+sql, values...)
}

// counts are the figures above the list.
func (b box) counts(tx storage.Tx) (*ticket.Counts, error) {
	db := storage.Visible(tx.DB().Table("tickets"), b.scope, "tickets").Where(sqlOpen)
	open := b
	open.query.Filter = ticket.FilterOpen
	if asked := all(open.atPlace(), b.asked); asked.SQL != "" {
		db = db.Where("("+asked.SQL+")", asked.Values...)
	}
	var c ticket.Counts
	each := []string{"count(*) AS open"}
	var values []any
	for _, one := range []struct {
		name string
		storage.Condition
	}{
		{"waiting_me", condition(b.waiting())}, {"overdue", condition(sqlOverdue, tx.At())}, {"unanswered", condition(sqlUnanswered, tx.At())},
		{"to_confirm", condition(sqlToConfirm)}, {"escalated", condition(sqlEscalated, b.level)}, {"returned", condition(sqlReturned)}, {"extension", condition(sqlExtension, tx.At())}, {"joint", condition(sqlJoint)},
	} {
		each, values = append(each, "count(CASE WHEN "+one.SQL+" THEN 1 END) AS "+one.name), append(values, one.Values...)
	}
	err := db.Select(strings.Join(each, ", "), values...).Scan(&c).Error
	return &c, err
}

// byDue reports whether the list is ordered by time left, as a desk wants it.
func byDue(q ticket.Query) bool {
	switch q.Filter {
	case "", ticket.FilterClosed:
		return false
	case ticket.FilterOpen, ticket.FilterWaitingMe:
		return q.Box == ticket.BoxDesk
	}
	return true
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
