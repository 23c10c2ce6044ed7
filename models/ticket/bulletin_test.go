package ticket_test

import (
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
)

func TestWhatABulletinMaySay(t *testing.T) {
	c, err := ticket.ParseCatalogue(ticket.Catalogues()[len(ticket.Catalogues())-1])
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC)
	good := ticket.BulletinPosting{ClientID: "00000000-0000-4000-8000-000000000001", Category: "UTIL-01", EstateID: 1, Buildings: []int64{3, 2, 3}, Text: " 主管爆裂停水 ", FromAt: now, UntilAt: now.Add(8 * time.Hour)}
	p, err := good.Check(c, now)
	if err != nil || p.Text != "主管爆裂停水" || len(p.Buildings) != 2 || p.Buildings[0] != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, tt := range []struct {
		name, code, field string
		spoil             func(*ticket.BulletinPosting)
	}{
		{"a complaint", "bulletin.category_unfit", "category", func(p *ticket.BulletinPosting) { p.Category = "SVC-02" }},
		{"danger to life", "bulletin.category_unfit", "category", func(p *ticket.BulletinPosting) { p.Category = "SAFE-01" }},
		{"inside a home", "bulletin.category_unfit", "category", func(p *ticket.BulletinPosting) { p.Category = "REP-12" }},
		{"no such category", "ticket.unknown_category", "category", func(p *ticket.BulletinPosting) { p.Category = "XXX-99" }},
		{"no words", "ticket.text_required", "text", func(p *ticket.BulletinPosting) { p.Text = " " }},
		{"ends before it begins", "bulletin.bad_end", "until_at", func(p *ticket.BulletinPosting) { p.UntilAt = p.FromAt }},
		{"is over already", "bulletin.bad_end", "until_at", func(p *ticket.BulletinPosting) {
			p.FromAt, p.UntilAt = now.Add(-2*time.Hour), now.Add(-time.Hour)
		}},
		{"longer than three days", "bulletin.bad_end", "until_at", func(p *ticket.BulletinPosting) { p.UntilAt = p.FromAt.Add(72*time.Hour + time.Minute) }},
		{"far ahead", "bulletin.bad_start", "from_at", func(p *ticket.BulletinPosting) {
			p.FromAt = now.Add(15 * 24 * time.Hour)
			p.UntilAt = p.FromAt.Add(time.Hour)
		}},
		{"long ago", "bulletin.bad_start", "from_at", func(p *ticket.BulletinPosting) { p.FromAt = now.Add(-25 * time.Hour) }},
		{"no building", "bulletin.bad_buildings", "buildings", func(p *ticket.BulletinPosting) { p.Buildings = []int64{0} }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := good
			tt.spoil(&p)
			_, err := p.Check(c, now)
			e, _ := err.(*models.Error)
			if e == nil || e.Code != tt.code || e.Field != tt.field {
				t.Errorf("%v", err)
			}
		})
	}
	for _, category := range c.Categories {
		p := good
		p.Category = category.Code
		if _, err := p.Check(c, now); err == nil && (category.Urgency == "u1" || category.InHome || category.Kind != "repair" || !category.PublicMatter) {
			t.Errorf("of %s nobody shall read first that it is known", category.Code)
		}
	}
}

// A number that anybody can call is no use in a bulletin but the party's own.
func TestWordsOfABulletin(t *testing.T) {
	posted := "0379-67900000"
	for words, fine := range map[string]bool{
		"11月27日8:00至18:00停水，约3小时恢复": true,
		"急事请拨0379-67900000":         true,
		"找小王13803790001":            false,
		"加微信 wang_li_88":            false,
	} {
		if err := ticket.CheckBulletinWords(posted, "text", words); (err == nil) != fine {
			t.Errorf("%s: %v", words, err)
		}
	}
}

func TestBulletinRunsOutByItself(t *testing.T) {
	at := time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC)
	party := models.Actor{AccountID: 1, Parties: []int64{7}}
	b := ticket.Bulletin{HandlingPartyID: 7, FromAt: at, UntilAt: at.Add(time.Hour), Version: 1}
	for after, want := range map[time.Duration]ticket.BulletinState{-time.Second: ticket.BulletinPlanned, 0: ticket.BulletinRunning, time.Hour - time.Second: ticket.BulletinRunning, time.Hour: ticket.BulletinOver} {
		if got := b.State(at.Add(after)); got != want {
			t.Errorf("after %s it is %s", after, got)
		}
	}
	_, err := b.Change(party, ticket.BulletinChange{Version: 1, UntilAt: at.Add(3 * time.Hour), Why: "配件未到"}, at.Add(time.Hour))
	if models.CodeOf(err) != "bulletin.over" {
		t.Errorf("what ran out was prolonged: %v", err)
	}
	_, err = b.Change(party, ticket.BulletinChange{Version: 1, UntilAt: at.Add(73 * time.Hour), Why: "配件未到"}, at.Add(time.Minute))
	if models.CodeOf(err) != "bulletin.bad_end" {
		t.Errorf("prolonged for more than three days: %v", err)
	}
	ended, err := b.End(party, ticket.BulletinEnd{Version: 1, Why: "已修好"}, at.Add(20*time.Minute))
	if err != nil || ended.Minutes != 20 || ended.State(at.Add(20*time.Minute)) != ticket.BulletinOver {
		t.Fatalf("%+v, %v", ended, err)
	}
	if back, err := ended.Undo(party, ticket.BulletinUndo{Version: 1}, at.Add(29*time.Minute)); err != nil || back.Minutes != 60 || back.EndedAt != nil {
		t.Errorf("%+v, %v", back, err)
	}
	if _, err := ended.Undo(party, ticket.BulletinUndo{Version: 1}, at.Add(30*time.Minute)); models.CodeOf(err) != "bulletin.undo_too_late" {
		t.Errorf("%v", err)
	}
}

func TestAnEndFromAboveBars(t *testing.T) {
	now := time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC)
	b := ticket.Bulletin{EndedAt: &now, EndedAbove: true}
	for _, tt := range []struct {
		name              string
		named, wants      []int64
		after             time.Duration
		byItself, allowed bool
	}{
		{name: "the same building", named: []int64{1, 2}, wants: []int64{2}},
		{name: "another building", named: []int64{1, 2}, wants: []int64{3}, allowed: true},
		{name: "the estate after a building", named: []int64{1}},
		{name: "a building after the estate", wants: []int64{1}},
		{name: "the last minute of the day", after: 24*time.Hour - time.Minute},
		{name: "a day later", after: 24 * time.Hour, allowed: true},
		{name: "ended by itself", byItself: true, allowed: true},
	} {
		b.EndedAbove = !tt.byItself
		if got := !b.Bars(tt.named, tt.wants, now.Add(tt.after)); got != tt.allowed {
			t.Errorf("%s: allowed %v", tt.name, got)
		}
	}
}
