package score

import (
	"testing"

	"linli/models"
	"linli/models/score"
	"linli/models/ticket"
)

func TestOverviewKeepsToTheScope(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1) // 12 closed, one open and overdue
		w.file(2, operator2, hours(-100), func(t *ticket.Ticket) { t.CommunityID, t.AcknowledgedAt = community2, nil })
		w.file(2, operator2, hours(-24*40), func(t *ticket.Ticket) {
			t.CommunityID, t.State, t.Category = community2, ticket.DonePendingConfirm, "CLN-01"
		})
		w.file(3, station, hours(-1), func(t *ticket.Ticket) { t.ReporterID, t.AuthorID = 902, 1 }) // the operator's manager at home
		for name, v := range map[string]struct {
			a                                                 models.Actor
			open, overdue, unanswered, waiting, closed, units int64
		}{
			"centre":   {officer, 4, 2, 1, 1, 12, 5},
			"operator": {operator, 1, 1, 0, 0, 12, 1},
			"station":  {stationStaff, 2, 1, 0, 0, 12, 3},
			"resident": {resident, 0, 0, 0, 0, 0, 0},
		} {
			o, err := w.store.Overview(w.t.Context(), v.a)
			if err != nil {
				w.t.Fatal(err)
			}
			got := []int64{o.Open, o.Overdue, o.Unanswered, o.WaitingConfirm, o.Closed30d, o.Coverage.Units}
			want := []int64{v.open, v.overdue, v.unanswered, v.waiting, v.closed, v.units}
			for i := range want {
				if got[i] != want[i] {
					w.t.Errorf("%s: figure %d is %d, want %d", name, i, got[i], want[i])
				}
			}
			var filed, closed int64
			for _, day := range o.ByDay {
				filed, closed = filed+day.Filed, closed+day.Closed
			}
			if len(o.ByDay) != 30 || filed != o.Filed30d || closed != o.Closed30d || o.ByDay[29].On != "2026-11-22" {
				w.t.Errorf("%s: days %d, filed %d of %d, closed %d of %d", name, len(o.ByDay), filed, o.Filed30d, closed, o.Closed30d)
			}
		}
		o, err := w.store.Overview(w.t.Context(), officer)
		if err != nil || o.MedianHoursResolve == nil || *o.MedianHoursResolve != 10 || o.FiledPrev30d != 1 {
			w.t.Errorf("%+v, %v", o, err)
		}
		if len(o.Worst) != 2 || o.Worst[0].HandlingPartyID != operator2 || o.Worst[0].Name != "单位2" || o.Worst[0].Unanswered != 1 || o.Worst[1].Overdue != 1 {
			w.t.Errorf("worst %+v", o.Worst)
		}
		if len(o.ByGroup) != 2 || o.ByGroup[0] != (score.GroupLoad{Group: "REP", Open: 3, Filed30d: 15}) {
			w.t.Errorf("groups %+v", o.ByGroup)
		}
		c := o.Coverage
		if c.Covered != 4 || c.AreaC != 5_000_000 || c.CoveredAreaC != 4_000_000 || len(c.ByClass) != 3 || c.ByClass[2].Units != 3 || len(c.ByClass[2].ByMode) != 2 {
			w.t.Errorf("coverage %+v", c)
		}
		_ = solved
	})
}

func TestScoresKeepToTheArea(t *testing.T) {
	each(t, func(w *world) {
		solved := w.history(1, operator1)
		w.rate(solved[0], 10, 1, hours(-100))
		townOfficer := models.Actor{AccountID: 906, Held: []models.Held{held(models.TownOfficer, models.ScopeTown, town)}}
		auditor := models.Actor{AccountID: 907, Held: []models.Held{held(models.Auditor, models.ScopeCounty, 1)}}
		lists := map[string]score.List{}
		for name, v := range map[string]struct {
			a     models.Actor
			f     score.Filter
			units int
		}{
			"centre":  {officer, score.Filter{}, 4},
			"auditor": {auditor, score.Filter{}, 4},
			"town":    {townOfficer, score.Filter{}, 4},
			"station": {stationStaff, score.Filter{}, 2},
			"class":   {officer, score.Filter{BaselineClass: "professional"}, 2},
			"place":   {officer, score.Filter{CommunityID: community2}, 2},
		} {
			list, err := w.store.Scores(w.t.Context(), v.a, v.f)
			if err != nil || len(list.Items) != v.units || len(list.Priors) != 9 {
				w.t.Errorf("%s: %d units, %d priors, %v", name, len(list.Items), len(list.Priors), err)
			}
			lists[name] = list
		}
		if top := lists["centre"].Items[0]; top.EstateID != 1 || !top.Rated || lists["centre"].Items[1].Rated {
			w.t.Errorf("the only rated estate comes first: %+v", lists["centre"].Items)
		}
		if raw, shown := lists["centre"].Items[0].T, lists["town"].Items[0].T; raw >= shown || raw != lists["auditor"].Items[0].T {
			w.t.Errorf("one star takes the centre's T to %d; the town must still see %d without it", raw, shown)
		}
		for name, a := range map[string]models.Actor{"operator": operator, "resident": resident} {
			if _, err := w.store.Scores(w.t.Context(), a, score.Filter{}); models.KindOf(err) != models.Denied {
				w.t.Errorf("%s: %v", name, err)
			}
		}
	})
}
