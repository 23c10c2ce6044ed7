package ticket_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/models"
	"linli/models/ticket"
	"linli/storage"
)

// manager is the one of an operator who keeps the templates.
func (w *world) manager(staff models.Actor) models.Actor {
	a := staff
	a.Held = slices.Clone(staff.Held)
	for i := range a.Held {
		a.Held[i].Role = models.OperatorManager
	}
	return a
}

func (w *world) template(t *testing.T, a models.Actor, words ticket.TemplateWords) ticket.ReplyTemplateView {
	t.Helper()
	view, created, err := w.store.WriteTemplate(t.Context(), a, ticket.TemplateWriting{ClientID: clientID(), HandlingPartyID: a.Parties[0], TemplateWords: words})
	if err != nil || !created {
		t.Fatal(created, err)
	}
	return view
}

func (w *world) titles(t *testing.T, a models.Actor) (titles []string) {
	t.Helper()
	page, err := w.store.ReplyTemplates(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range page.Items {
		if one.UndoUntil == nil {
			titles = append(titles, one.Title)
		}
	}
	return titles
}

func (w *world) templateRows(t *testing.T) (rows, events int64) {
	t.Helper()
	err := w.db.Read(t.Context(), func(tx storage.Tx) error {
		if err := tx.DB().Table("reply_templates").Count(&rows).Error; err != nil {
			return err
		}
		return tx.DB().Table("ledger").Where("noun = ?", "reply_template").Count(&events).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, events
}

// TestTemplatesAreKeptChangedAndRemoved walks one template through its life; each step is a line of the ledger, and what is refused
// leaves nothing behind.
func TestTemplatesAreKeptChangedAndRemoved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		boss := w.manager(w.Staff)
		writing := ticket.TemplateWriting{ClientID: clientID(), HandlingPartyID: boss.Parties[0], TemplateWords: ticket.TemplateWords{Title: "约上门", Text: "{staff}在{deadline}前上门", Use: ticket.TemplateReply}}
		view, created, err := w.store.WriteTemplate(t.Context(), boss, writing)
		if err != nil || !created || view.Example != "小王在9月5日18:00前上门" || !view.MayKeep {
			t.Fatalf("%+v, %v, %v", view, created, err)
		}
		if again, created, err := w.store.WriteTemplate(t.Context(), boss, writing); err != nil || created || again.ID != view.ID {
			t.Errorf("the same again: %+v, %v, %v", again, created, err)
		}
		other := writing
		other.Text = "别的话"
		if _, _, err := w.store.WriteTemplate(t.Context(), boss, other); models.CodeOf(err) != "ticket.id_conflict" {
			t.Errorf("other words under the same id: %v", err)
		}
		for text, code := range map[string]string{"{报事人}您好": "template.unknown_field", "{number": "template.bad_braces", "请打13803790001": "template.points_at_somebody"} {
			bad := ticket.TemplateWriting{ClientID: clientID(), HandlingPartyID: boss.Parties[0], TemplateWords: ticket.TemplateWords{Title: "x", Text: text}}
			if _, _, err := w.store.WriteTemplate(t.Context(), boss, bad); models.CodeOf(err) != code {
				t.Errorf("%s: %v", text, err)
			}
			change := ticket.TemplateChange{Version: 1, TemplateWords: ticket.TemplateWords{Title: "x", Text: text}}
			if _, err := w.store.ChangeTemplate(t.Context(), boss, view.ID, change); models.CodeOf(err) != code {
				t.Errorf("changed to %s: %v", text, err)
			}
		}
		if rows, events := w.templateRows(t); rows != 1 || events != 1 {
			t.Errorf("after what was refused %d rows and %d lines", rows, events)
		}
		changed, err := w.store.ChangeTemplate(t.Context(), boss, view.ID, ticket.TemplateChange{Version: 1, TemplateWords: ticket.TemplateWords{Title: "改期", Text: "改到明天", Category: "REP-01"}})
		if err != nil || changed.Title != "改期" || changed.Category != "REP-01" || changed.Use != "" || changed.Version != 2 {
			t.Fatalf("%+v, %v", changed, err)
		}
		if _, err := w.store.RemoveTemplate(t.Context(), boss, view.ID, ticket.TemplateRemoval{Version: 1}); models.CodeOf(err) != "template.changed_meanwhile" {
			t.Errorf("with an old version: %v", err)
		}
		removed, err := w.store.RemoveTemplate(t.Context(), boss, view.ID, ticket.TemplateRemoval{Version: 2})
		if err != nil || removed.UndoUntil == nil || len(w.titles(t, boss)) != 0 {
			t.Fatalf("%+v, %v", removed, err)
		}
		for who, n := range map[*models.Actor]int{&boss: 1, &w.Staff: 0} {
			if page, err := w.store.ReplyTemplates(t.Context(), *who); err != nil || len(page.Items) != n {
				t.Errorf("after it was removed %v reads %d, %v", who.Held, len(page.Items), err)
			}
		}
		for _, words := range []ticket.TemplateWords{writing.TemplateWords, {Title: "x", Text: "{number"}} { // what stands in the way is said before what is wrong with the words
			if _, err := w.store.ChangeTemplate(t.Context(), w.Staff, view.ID, ticket.TemplateChange{Version: 3, TemplateWords: words}); models.CodeOf(err) != "template.not_yours" {
				t.Errorf("changed by his staff to %s: %v", words.Text, err)
			}
			if _, err := w.store.ChangeTemplate(t.Context(), boss, view.ID, ticket.TemplateChange{Version: 2, TemplateWords: words}); models.CodeOf(err) != "template.changed_meanwhile" {
				t.Errorf("changed with an old version to %s: %v", words.Text, err)
			}
			if _, err := w.store.ChangeTemplate(t.Context(), boss, view.ID, ticket.TemplateChange{Version: 3, TemplateWords: words}); models.CodeOf(err) != "template.removed" {
				t.Errorf("changed after it was removed to %s: %v", words.Text, err)
			}
		}
		if back, err := w.store.RestoreTemplate(t.Context(), boss, view.ID, ticket.TemplateRemoval{Version: 3}); err != nil || back.Title != "改期" || back.UndoUntil != nil {
			t.Errorf("%+v, %v", back, err)
		}
		if _, err := w.store.RemoveTemplate(t.Context(), boss, view.ID, ticket.TemplateRemoval{Version: 4}); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(11 * time.Minute)
		if _, err := w.store.RestoreTemplate(t.Context(), boss, view.ID, ticket.TemplateRemoval{Version: 5}); models.CodeOf(err) != "template.undo_too_late" {
			t.Errorf("taken back too late: %v", err)
		}
		if page, err := w.store.ReplyTemplates(t.Context(), boss); err != nil || len(page.Items) != 0 {
			t.Errorf("%+v, %v", page.Items, err)
		}
		if _, events := w.templateRows(t); events != 5 {
			t.Errorf("%d lines in the ledger", events)
		}
	})
}

// TestTemplatesAreOfOneParty: staff of the operator use them and do not change them; another operator's people, an office above and a
// resident find none of it, and what is not theirs is answered as what is not there.
func TestTemplatesAreOfOneParty(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		boss, rival := w.manager(w.Staff), w.manager(w.RivalStaff)
		mine := w.template(t, boss, ticket.TemplateWords{Title: "我们的", Text: "{number} 今天上门"})
		w.template(t, w.StationStaff, ticket.TemplateWords{Title: "服务站的", Text: "{number} 已转办"})
		for name, one := range map[string]struct {
			a    models.Actor
			want []string
		}{
			"the manager": {boss, []string{"我们的"}}, "his staff": {w.Staff, []string{"我们的"}}, "another operator": {rival, nil},
			"the station": {w.StationStaff, []string{"服务站的"}}, "a station elsewhere": {w.OtherStationStaff, nil}, "a resident": {w.Resident, nil},
		} {
			if got := w.titles(t, one.a); !slices.Equal(got, one.want) {
				t.Errorf("%s reads %q", name, got)
			}
		}
		removal := ticket.TemplateRemoval{Version: 1}
		change := ticket.TemplateChange{Version: 1, TemplateWords: ticket.TemplateWords{Title: "x", Text: "x"}}
		for name, one := range map[string]struct {
			a    models.Actor
			code string
		}{"his staff": {w.Staff, "template.not_yours"}, "another operator": {rival, "template.not_found"}, "the station": {w.StationStaff, "template.not_found"}, "a resident": {w.Resident, "template.not_found"}} {
			if _, err := w.store.ChangeTemplate(t.Context(), one.a, mine.ID, change); models.CodeOf(err) != one.code {
				t.Errorf("%s changes it: %v", name, err)
			}
			if _, err := w.store.RemoveTemplate(t.Context(), one.a, mine.ID, removal); models.CodeOf(err) != one.code {
				t.Errorf("%s removes it: %v", name, err)
			}
			writing := ticket.TemplateWriting{ClientID: clientID(), HandlingPartyID: boss.Parties[0], TemplateWords: change.TemplateWords}
			if _, _, err := w.store.WriteTemplate(t.Context(), one.a, writing); models.CodeOf(err) != "template.not_yours" {
				t.Errorf("%s writes one: %v", name, err)
			}
		}
		if _, err := w.store.ChangeTemplate(t.Context(), rival, 999_999, change); models.CodeOf(err) != "template.not_found" {
			t.Errorf("one that is not there: %v", err)
		}
	})
}

// TestTemplatesAreFilledForTheHandler: those of the ticket's own party that fit it, with its values and the writer's name; nothing of
// the person who filed, and nothing is sent.
func TestTemplatesAreFilledForTheHandler(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		boss := w.manager(w.Staff)
		w.template(t, boss, ticket.TemplateWords{Title: "办结", Text: "{工单号}已修好，{{照片}}附后", Category: "REP-01", Use: ticket.TemplateDone})
		w.template(t, boss, ticket.TemplateWords{Title: "首次", Text: "{estate}的{category}由{staff}负责，{party}", State: ticket.Dispatched})
		w.template(t, boss, ticket.TemplateWords{Title: "别类", Text: "x", Category: "REP-02"})
		w.template(t, w.manager(w.RivalStaff), ticket.TemplateWords{Title: "别家", Text: "x"})
		view := w.file(t, w.Resident, w.filing("REP-01"))
		filled, err := w.store.FilledTemplates(t.Context(), w.Staff, view.ID)
		if err != nil || filled.MayKeep {
			t.Fatal(filled, err)
		}
		var lines []string
		for _, one := range filled.Items {
			lines = append(lines, one.Title+": "+one.Text)
		}
		name := w.nameOf(t, w.Staff)
		want := []string{"办结: " + view.Number + "已修好，{照片}附后", "首次: " + view.EstateName + "的楼道灯、路灯不亮由" + name + "负责，" + view.HandlingParty.Name}
		if !slices.Equal(lines, want) {
			t.Errorf("%q, not %q", lines, want)
		}
		if all := fmt.Sprint(filled); strings.Contains(all, w.nameOf(t, w.Resident)) {
			t.Errorf("%s tells who filed", all)
		}
		for who, one := range map[string]struct {
			a    models.Actor
			code string
		}{"its reporter": {w.Resident, "template.not_handler"}, "the station above": {w.StationStaff, "template.not_handler"}, "another operator": {w.RivalStaff, "ticket.not_found"}} {
			if _, err := w.store.FilledTemplates(t.Context(), one.a, view.ID); models.CodeOf(err) != one.code {
				t.Errorf("%s: %v", who, err)
			}
		}
		if now, err := w.store.Ticket(t.Context(), w.Resident, view.ID); err != nil || len(now.Messages) != 0 || now.State != view.State {
			t.Errorf("something was sent: %+v, %v", now.Messages, err)
		}
	})
}

func (w *world) nameOf(t *testing.T, a models.Actor) (name string) {
	t.Helper()
	err := w.db.Read(t.Context(), func(tx storage.Tx) error {
		return tx.DB().Table("accounts").Where("id = ?", a.AccountID).Pluck("name", &name).Error
	})
	if err != nil || name == "" {
		t.Fatal(name, err)
	}
	return name
}

// TestAPartyKeepsSoManyTemplates: also when several write at once; what was removed makes room, and comes back only where there is.
func TestAPartyKeepsSoManyTemplates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		boss := w.manager(w.Staff)
		first := w.template(t, boss, ticket.TemplateWords{Title: "0", Text: "x"})
		for i := 1; i < ticket.MostReplyTemplates-2; i++ {
			w.template(t, boss, ticket.TemplateWords{Title: fmt.Sprint(i), Text: "x"})
		}
		var all sync.WaitGroup
		errs := make([]error, 6)
		for i := range errs {
			writing := ticket.TemplateWriting{ClientID: clientID(), HandlingPartyID: boss.Parties[0], TemplateWords: ticket.TemplateWords{Title: "together", Text: "x"}}
			all.Go(func() { _, _, errs[i] = w.store.WriteTemplate(t.Context(), boss, writing) })
		}
		all.Wait()
		taken := 0
		for _, err := range errs {
			switch {
			case err == nil:
				taken++
			case models.CodeOf(err) != "template.too_many":
				t.Error(err)
			}
		}
		if n := len(w.titles(t, boss)); taken != 2 || n != ticket.MostReplyTemplates {
			t.Errorf("%d of six were taken, and %d are kept", taken, n)
		}
		if _, err := w.store.RemoveTemplate(t.Context(), boss, first.ID, ticket.TemplateRemoval{Version: 1}); err != nil {
			t.Fatal(err)
		}
		w.template(t, boss, ticket.TemplateWords{Title: "instead", Text: "x"})
		if _, err := w.store.RestoreTemplate(t.Context(), boss, first.ID, ticket.TemplateRemoval{Version: 2}); models.CodeOf(err) != "template.too_many" {
			t.Errorf("back where there is no room: %v", err)
		}
		w.template(t, w.manager(w.RivalStaff), ticket.TemplateWords{Title: "another party's", Text: "x"})
	})
}
