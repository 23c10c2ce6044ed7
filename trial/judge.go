package main

import (
	"context"
	"fmt"

	"linli/storage"
)

// verdict is what is wrong with what a program kept, by the words of the goals.
type verdict struct {
	lost, doubled, changed, photos, ledger []string
}

func (v *verdict) problems() (all []string) {
	for _, part := range []struct {
		what string
		list []string
	}{{"lost", v.lost}, {"doubled", v.doubled}, {"id changed", v.changed}, {"photo", v.photos}, {"ledger", v.ledger}} {
		for _, p := range part.list {
			all = append(all, part.what+": "+p)
		}
	}
	return all
}

// counts is the verdict in one line.
func (v *verdict) counts() string {
	return fmt.Sprintf("lost %d, doubled %d, id changed %d, photos missing or wrong %d, ledger %d", len(v.lost), len(v.doubled), len(v.changed), len(v.photos), len(v.ledger))
}

func say(list *[]string, format string, values ...any) {
	*list = append(*list, fmt.Sprintf(format, values...))
}

// key is what a phone knows its things by.
type key struct {
	author int64
	client string
}

// kept is one row of something that a phone made.
type kept struct {
	ID       int64
	AuthorID int64
	ClientID string
	TicketID int64
	Number   string
	Kind     string
}

// judge holds what the database and the photo store have against what was acknowledged. What was begun and not
// acknowledged may be there or not, but not twice.
func (c *crowd) judge(ctx context.Context, db *storage.DB, blobs storage.Blobs) (v verdict, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	err = db.Read(ctx, func(tx storage.Tx) error {
		v = verdict{}
		if err := c.judgeRows(tx, &v); err != nil {
			return err
		}
		if err := judgeDatabase(tx, &v); err != nil {
			return err
		}
		return c.judgeLedger(tx, &v)
	})
	if err != nil {
		return v, err
	}
	return v, c.judgePhotos(ctx, db, blobs, &v)
}

// tables are where the outbox's things go.
var tables = map[string]string{
	"ticket": "SELECT id, author_id, client_id, id AS ticket_id, number, '' AS kind FROM tickets",
	// What people hold of a message is its place in the thread.
	"message":      "SELECT row_number() OVER (PARTITION BY ticket_id ORDER BY id) AS id, author_id, client_id, ticket_id, '' AS number, '' AS kind FROM ticket_messages",
	"done":         "SELECT id, author_id, client_id, ticket_id, '' AS number, '' AS kind FROM ticket_closings",
	"confirmation": "SELECT id, author_id, client_id, ticket_id, '' AS number, kind FROM ratings WHERE kind = 'confirm'",
	"send_back":    "SELECT id, author_id, client_id, ticket_id, '' AS number, kind FROM ratings WHERE kind = 'send_back'",
	"rating":       "SELECT id, author_id, client_id, ticket_id, '' AS number, kind FROM ratings WHERE kind = 'general'",
}

func (c *crowd) judgeRows(tx storage.Tx, v *verdict) error {
	begun := map[string]map[key]*thing{}
	for _, t := range c.things {
		if begun[t.kind] == nil {
			begun[t.kind] = map[key]*thing{}
		}
		begun[t.kind][key{t.author.actor.AccountID, t.clientID}] = t
	}
	for kind, query := range tables {
		var rows []kept
		if err := tx.DB().Raw(query).Scan(&rows).Error; err != nil {
			return err
		}
		found := map[key]int{}
		for _, row := range rows {
			k := key{row.AuthorID, row.ClientID}
			found[k]++
			t := begun[kind][k]
			if t == nil {
				say(&v.doubled, "%s %d has an id that nobody sent", kind, row.ID)
				continue
			}
			c.compare(t, row, v)
		}
		for k, t := range begun[kind] {
			switch n := found[k]; {
			case n == 0 && t.acked:
				say(&v.lost, "%s %s of %s", kind, t.clientID, t.author.name)
			case n > 1:
				say(&v.doubled, "%s %s is there %d times", kind, t.clientID, n)
			}
		}
	}
	return nil
}

// compare holds a row against what its author was told.
func (c *crowd) compare(t *thing, row kept, v *verdict) {
	if !t.acked {
		return
	}
	id := row.ID
	if t.kind == "done" || t.kind == "confirmation" || t.kind == "send_back" {
		id = row.TicketID // that is the id in their answers
	}
	if id != t.id || t.number != row.Number {
		say(&v.changed, "%s %s was acknowledged as %d %s and is %d %s", t.kind, t.clientID, t.id, t.number, id, row.Number)
	}
}

// judgeDatabase asks SQLite whether its file is whole. Postgres would have ended itself.
func judgeDatabase(tx storage.Tx, v *verdict) error {
	if tx.DB().Name() != "sqlite" {
		return nil
	}
	var said []string
	if err := tx.DB().Raw("PRAGMA integrity_check").Scan(&said).Error; err != nil {
		return err
	}
	if len(said) != 1 || said[0] != "ok" {
		say(&v.lost, "integrity_check: %v", said)
	}
	var broken []map[string]any
	if err := tx.DB().Raw("PRAGMA foreign_key_check").Scan(&broken).Error; err != nil {
		return err
	}
	if len(broken) > 0 {
		say(&v.lost, "foreign_key_check: %v", broken)
	}
	return nil
}

// line is a ledger line with its private half, which no crash may take from it.
type line struct {
	storage.LedgerLine
	PrivateID int64
	ActorID   int64
	ActorSalt string
	Note      string
	NoteSalt  string
}

// judgeLedger recomputes every line, and holds the lines of each thing against the thing: one act, one line.
func (c *crowd) judgeLedger(tx storage.Tx, v *verdict) error {
	var lines []line
	err := tx.DB().Raw(`SELECT l.*, coalesce(p.ledger_id, 0) AS private_id, p.actor_id, p.actor_salt, p.note, p.note_salt
		FROM ledger l LEFT JOIN ledger_private p ON p.ledger_id = l.id ORDER BY l.id`).Scan(&lines).Error
	if err != nil {
		return err
	}
	acts := map[string]int{} // noun/id/action
	last := map[int64]string{}
	for _, l := range lines {
		private := &storage.LedgerPrivate{LedgerID: l.ID, ActorID: l.ActorID, ActorSalt: l.ActorSalt, Note: l.Note, NoteSalt: l.NoteSalt}
		switch {
		case l.PrivateID == 0:
			say(&v.ledger, "line %d has lost its private half", l.ID)
		case !l.Intact(private):
			say(&v.ledger, "line %d (%s %d %s) does not have its fingerprint", l.ID, l.Noun, l.NounID, l.Action)
		}
		acts[fmt.Sprintf("%s/%d/%s", l.Noun, l.NounID, l.Action)]++
		if l.Noun == "ticket" {
			if was, known := last[l.NounID]; known && l.FromState != was {
				say(&v.ledger, "line %d takes ticket %d from %s, it was %s", l.ID, l.NounID, l.FromState, was)
			}
			last[l.NounID] = l.ToState
		}
	}
	return judgeActs(tx, acts, last, v)
}

// judgeActs compares the rows with the acts that the ledger tells of them.
func judgeActs(tx storage.Tx, acts map[string]int, last map[int64]string, v *verdict) error {
	once := func(what string, want int, noun string, id int64, action string) {
		if got := acts[fmt.Sprintf("%s/%d/%s", noun, id, action)]; got != want {
			say(&v.ledger, "%s %d has %d lines of %s, want %d", what, id, got, action, want)
		}
	}
	var tickets []struct {
		ID                                         int64
		State                                      string
		Closing                                    int64
		Acked, Complete, Said, Confirmed, SentBack int
	}
	err := tx.DB().Raw(`SELECT id, state, closing, CASE WHEN acknowledged_at IS NULL THEN 0 ELSE 1 END AS acked,
		(SELECT count(*) FROM ticket_closings c WHERE c.ticket_id = t.id AND c.complete_at IS NOT NULL) AS complete,
		(SELECT count(*) FROM ticket_closings c WHERE c.ticket_id = t.id AND c.evidence <> 'none') AS said,
		(SELECT count(*) FROM ratings r WHERE r.ticket_id = t.id AND r.kind = 'confirm') AS confirmed,
		(SELECT count(*) FROM ratings r WHERE r.ticket_id = t.id AND r.kind = 'send_back') AS sent_back
		FROM tickets t`).Scan(&tickets).Error
	if err != nil {
		return err
	}
	for _, t := range tickets {
		once("ticket", 1, "ticket", t.ID, "file")
		once("ticket", 1, "ticket", t.ID, "dispatch")
		once("ticket", t.Acked, "ticket", t.ID, "acknowledge")
		once("ticket", t.Complete, "ticket", t.ID, "done")
		once("ticket", t.Confirmed, "ticket", t.ID, "confirm")
		once("ticket", t.SentBack, "ticket", t.ID, "send_back")
		if last[t.ID] != t.State {
			say(&v.ledger, "ticket %d is %s, its last line says %s", t.ID, t.State, last[t.ID])
		}
	}
	return judgeSeries(tx, once, v)
}

// judgeSeries: a number that was given stands on a ticket, a rating and a stored photo have their line.
func judgeSeries(tx storage.Tx, once func(string, int, string, int64, string), v *verdict) error {
	for _, q := range []struct{ query, noun, action string }{
		{"SELECT id FROM ratings WHERE kind = 'general'", "rating", "rate"},
		{"SELECT id FROM photos WHERE status = 'stored'", "photo", "stored"},
	} {
		var ids []int64
		if err := tx.DB().Raw(q.query).Scan(&ids).Error; err != nil {
			return err
		}
		for _, id := range ids {
			once(q.noun, 1, q.noun, id, q.action)
		}
	}
	var numbers, filed int64
	if err := tx.DB().Raw("SELECT coalesce(sum(last), 0) FROM number_series WHERE key LIKE 'ticket/%'").Scan(&numbers).Error; err != nil {
		return err
	}
	if err := tx.DB().Raw("SELECT count(*) FROM tickets").Scan(&filed).Error; err != nil {
		return err
	}
	if numbers != filed {
		say(&v.ledger, "%d numbers were given to %d tickets", numbers, filed)
	}
	return nil
}

// judgePhotos reads back every photo that was acknowledged and not looked at before.
func (c *crowd) judgePhotos(ctx context.Context, db *storage.DB, blobs storage.Blobs, v *verdict) error {
	for _, t := range c.things {
		for _, p := range t.photos {
			if p.stored && !p.seen {
				p.seen = c.judgePhoto(ctx, db, blobs, t, p, v)
			}
		}
	}
	return ctx.Err()
}

// largest bounds a rendering.
const largest = 8 << 20

func (c *crowd) judgePhoto(ctx context.Context, db *storage.DB, blobs storage.Blobs, t *thing, p *photo, v *verdict) bool {
	var row struct {
		ID                                      int64
		Status, StoredSHA256, ThumbSHA256, Noun string
	}
	err := db.Read(ctx, func(tx storage.Tx) error {
		return tx.DB().Raw("SELECT id, status, stored_sha256, thumb_sha256, noun FROM photos WHERE author_id = ? AND client_id = ?", t.author.actor.AccountID, p.clientID).Scan(&row).Error
	})
	switch {
	case err != nil:
		say(&v.photos, "photo of a %s: %v", t.kind, err)
		return false
	case row.ID != p.id || row.Status != "stored":
		say(&v.photos, "photo %d of a %s was acknowledged and is %d %q", p.id, t.kind, row.ID, row.Status)
		return false
	}
	for _, name := range []string{row.StoredSHA256, row.ThumbSHA256} {
		b, err := storage.ReadBlob(ctx, blobs, name, largest)
		if err != nil {
			say(&v.photos, "photo %d of a %s: %v", p.id, t.kind, err)
			return false
		}
		if !p.shows(b) {
			say(&v.photos, "photo %d of a %s shows something else", p.id, t.kind)
			return false
		}
	}
	return true
}

// replay sends some of what was acknowledged once more, each kind, and one photo.
func (c *crowd) replay(n int) {
	c.mu.Lock()
	var acked []*thing
	for _, t := range c.things {
		if t.acked {
			acked = append(acked, t)
		}
	}
	c.mu.Unlock()
	for range min(n, len(acked)) {
		// Mostly the newest: those are what a crash could take.
		t := acked[len(acked)-1-c.random.IntN(min(len(acked), 4*n))]
		t.again(c.wrong)
		if len(t.photos) > 0 && t.photos[0].stored {
			was := t.photos[0].id
			if t.sendPhoto(t.photos[0], c.wrong) && t.photos[0].id != was {
				c.wrong.add("photo %s was %d and is now %d", t.photos[0].clientID, was, t.photos[0].id)
			}
		}
	}
}

// signedOut is how many good tokens were refused.
func (c *crowd) signedOut() (n int64) {
	for _, m := range c.members {
		n += m.signedOut.Load()
	}
	return n
}

// judgeIn judges with the photo store of w.
func (c *crowd) judgeIn(ctx context.Context, db *storage.DB, w where) (verdict, error) {
	blobs, err := w.openBlobs()
	if err != nil {
		return verdict{}, err
	}
	if closer, ok := blobs.(interface{ Close() error }); ok {
		defer closer.Close()
	}
	return c.judge(ctx, db, blobs)
}
