package main

import (
	"context"
	"database/sql"
	"sync"
	"time"
	"unicode/utf8"

	"linli/models"
	"linli/models/ticket"
)

// prepared keeps the statements of a pool ready, as pgx does by itself.
type prepared struct {
	db *sql.DB
	mu sync.Mutex
	by map[string]*sql.Stmt
}

func newPrepared(db *sql.DB) *prepared { return &prepared{db: db, by: map[string]*sql.Stmt{}} }

func (p *prepared) of(ctx context.Context, statement string) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.by[statement]; s != nil {
		return s, nil
	}
	s, err := p.db.PrepareContext(context.WithoutCancel(ctx), statement)
	p.by[statement] = s
	return s, err
}

// What somebody would write who writes one statement for one list.
const (
	handColumns = `SELECT t.id, t.number, t.category, t.kind, t.urgency, t.state, t.estate_id, e.name, coalesce(b.name, ''), t.text, t.filed_at, p.name,
 t.contact_due, t.resolve_due, t.next_step, t.next_due, t.open, t.acknowledged_at IS NULL, t.acknowledge_due, t.send_backs, t.urges, t.escalated_to, t.protected, t.version,
 coalesce((SELECT min(id) FROM photos WHERE noun = 'ticket' AND noun_id = t.id AND status = 'stored'), 0),
 (SELECT count(*) FROM ticket_messages m WHERE m.ticket_id = t.id AND m.read_at IS NULL AND m.side = $1),
 coalesce((SELECT level FROM ratings r WHERE r.ticket_id = t.id ORDER BY closing DESC, id DESC LIMIT 1), 0)
 FROM `
	handJoins = ` t JOIN estates e ON e.id = t.estate_id LEFT JOIN buildings b ON b.id = t.building_id JOIN handling_parties p ON p.id = t.handling_party_id ORDER BY t.id DESC`
	handCount = `SELECT count(*), count(CASE WHEN state <> 'done_pending_confirm' THEN 1 END),
 count(CASE WHEN state <> 'done_pending_confirm' AND next_due < $1 THEN 1 END), count(CASE WHEN acknowledged_at IS NULL AND acknowledge_due < $1 THEN 1 END),
 count(CASE WHEN escalated_to >= $2 THEN 1 END), count(CASE WHEN state = 'returned' THEN 1 END), count(CASE WHEN state = 'done_pending_confirm' THEN 1 END) FROM tickets WHERE open = TRUE`
	handCountMine = `SELECT count(*), count(CASE WHEN state = 'done_pending_confirm' THEN 1 END),
 count(CASE WHEN state <> 'done_pending_confirm' AND next_due < $1 THEN 1 END), count(CASE WHEN acknowledged_at IS NULL AND acknowledge_due < $1 THEN 1 END),
 count(CASE WHEN escalated_to >= $2 THEN 1 END), count(CASE WHEN state = 'returned' THEN 1 END), count(CASE WHEN state = 'done_pending_confirm' THEN 1 END) FROM tickets WHERE open = TRUE`
)

// listByHand gives the first page of a looker's list, and its counts.
func listByHand(ctx context.Context, ask asker, l looker) (page ticket.Page, err error) {
	now := models.UTC(time.Now())
	level, side := 1, "" // an officer reads for neither side
	from, count, values := "(SELECT * FROM tickets ORDER BY id DESC LIMIT 21)", handCount, []any{}
	switch {
	case l.box == "mine":
		side, values = "handler", []any{l.actor.AccountID}
		from = "(SELECT * FROM tickets WHERE author_id = $2 OR reporter_id = $2 ORDER BY id + 0 DESC LIMIT 21)"
		count = handCountMine + " AND (author_id = $3 OR reporter_id = $3)"
	case l.party != 0:
		side, values = "reporter", []any{l.party}
		from = "(SELECT * FROM tickets WHERE handling_party_id = $2 ORDER BY id DESC LIMIT 21)"
		count += " AND handling_party_id = $3"
	default:
		level = 3
	}
	page.Counts = &ticket.Counts{}
	c := page.Counts
	err = ask(ctx, count, append([]any{now, level}, values...), func(r rows) error {
		return r.Scan(&c.Open, &c.WaitingMe, &c.Overdue, &c.Unanswered, &c.Escalated, &c.Returned, &c.ToConfirm)
	})
	if err != nil {
		return page, err
	}
	page.Items = []ticket.Row{}
	err = ask(ctx, handColumns+from+handJoins, append([]any{side}, values...), func(r rows) error {
		row, err := scanByHand(r, l, now)
		page.Items = append(page.Items, row)
		return err
	})
	if err == nil && len(page.Items) > 20 {
		page.Items = page.Items[:20]
		page.Next = cursorByHand(page.Items[19].ID)
	}
	return page, err
}

func scanByHand(r rows, l looker, now time.Time) (row ticket.Row, err error) {
	var text string
	var filed, acknowledgeDue time.Time
	var open, unacknowledged bool
	err = r.Scan(&row.ID, &row.Number, &row.Category, &row.Kind, &row.Urgency, &row.State, &row.EstateID, &row.EstateName, &row.BuildingName, &text, &filed, &row.HandlingPartyName,
		&row.RespondDue, &row.ResolveDue, &row.NextStep, &row.NextDue, &open, &unacknowledged, &acknowledgeDue, &row.SendBacks, &row.Urges, &row.EscalatedTo, &row.Protected, &row.Version,
		&row.PhotoID, &row.Unread, &row.RatingLevel)
	if err != nil {
		return row, err
	}
	row.TextShort = text
	if utf8.RuneCountInString(text) > 60 {
		row.TextShort = string([]rune(text)[:59]) + "…"
	}
	filed, row.RespondDue, row.ResolveDue = filed.UTC(), row.RespondDue.UTC(), row.ResolveDue.UTC()
	if row.NextDue != nil {
		due := row.NextDue.UTC()
		row.NextDue = &due
	}
	row.FiledOn = models.DateOf(filed)
	if !row.Protected || l.party == 0 {
		row.FiledAt = &filed
	}
	if l.party != 0 {
		row.RatingLevel = 0
	}
	row.Overdue = open && row.State != ticket.DonePendingConfirm && row.NextDue != nil && row.NextDue.Before(now)
	row.Unanswered = open && unacknowledged && acknowledgeDue.Before(now)
	return row, nil
}
