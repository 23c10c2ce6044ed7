package api

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"linli/models"
	"linli/models/score"
)

// scoresFake remembers who asked and answers with a real explanation of nothing.
type scoresFake struct{ asked models.Actor }

func (f *scoresFake) RateOperator(_ context.Context, a models.Actor, g score.GeneralRating) (score.Receipt, error) {
	f.asked = a
	return score.Receipt{ID: 7, Period: "2026-11", Created: g.Level == 5}, g.Check()
}

func (f *scoresFake) EstateScore(context.Context, models.Actor, int64, bool) (score.Summary, error) {
	return score.Summary{}, models.Refuse(models.NotFound, "estate.not_found")
}

func (f *scoresFake) Explain(_ context.Context, a models.Actor, id int64) (score.Explanation, error) {
	f.asked = a
	rules, err := score.ParseRuleset(score.FirstRuleset())
	sample := score.Sample{Priors: rules.Defaults()}
	e := rules.Compute(sample).Explain(rules, sample, models.ScopeOf(a))
	e.EstateID, e.UnitKind, e.Band = id, "estate", "excellent"
	return e, err
}

func (f *scoresFake) Scores(context.Context, models.Actor, score.Filter) (score.List, error) {
	return score.List{}, nil
}

func (f *scoresFake) Overview(context.Context, models.Actor) (score.Overview, error) {
	return score.Overview{}, nil
}

func (f *scoresFake) Comments(context.Context, models.Actor, int64) (score.CommentList, error) {
	return score.CommentList{Items: []string{"路灯修得快"}, Least: score.LeastCommenters}, nil
}

func (f *scoresFake) OwnRating(context.Context, models.Actor, int64) (score.OwnRating, error) {
	return score.OwnRating{Period: "2026-11", Level: 4}, nil
}

func (f *scoresFake) MissedBefore(context.Context, models.Actor, int64, string, int) (score.MissedPage, error) {
	return score.MissedPage{}, nil
}

func TestScoreRoutes(t *testing.T) {
	fake := &scoresFake{}
	s := build(Config{}, Uses{Tokens: fakes{actors: cast}, Actors: fakes{actors: cast}, Health: fakes{}, Scores: fake}, nil)
	const id = "00000000-0000-4000-8000-000000000001"
	for name, v := range map[string]struct {
		who, method, path, body string
		code                    int
	}{
		"first":            {"resident", "POST", "/api/v1/ratings", `{"client_id":"` + id + `","estate_id":1,"level":5}`, 201},
		"again":            {"resident", "POST", "/api/v1/ratings", `{"client_id":"` + id + `","estate_id":1,"level":4}`, 200},
		"six stars":        {"resident", "POST", "/api/v1/ratings", `{"client_id":"` + id + `","estate_id":1,"level":6}`, 422},
		"own weight":       {"resident", "POST", "/api/v1/ratings", `{"client_id":"` + id + `","estate_id":1,"level":5,"weight":"full"}`, 422},
		"own rating":       {"resident", "GET", "/api/v1/estates/9/own-rating", "", 200},
		"nobody's rating":  {"", "GET", "/api/v1/estates/9/own-rating", "", 401},
		"no such estate":   {"resident", "GET", "/api/v1/estates/9/score", "", 404},
		"explained":        {"resident", "GET", "/api/v1/estates/9/score/explanation", "", 200},
		"list, officer":    {"station", "GET", "/api/v1/scores?community_id=3", "", 200},
		"list, resident":   {"resident", "GET", "/api/v1/scores", "", 403},
		"list, operator":   {"operator", "GET", "/api/v1/scores", "", 403},
		"list, bad class":  {"station", "GET", "/api/v1/scores?baseline_class=castle", "", 422},
		"missed, station":  {"station", "GET", "/api/v1/overview/missed-before-hand-over?handling_party_id=3", "", 200},
		"missed, operator": {"operator", "GET", "/api/v1/overview/missed-before-hand-over?handling_party_id=3", "", 403},
		"missed, of whom":  {"station", "GET", "/api/v1/overview/missed-before-hand-over", "", 422},
		"desk, operator":   {"operator", "GET", "/api/v1/overview", "", 200},
		"desk, resident":   {"resident", "GET", "/api/v1/overview", "", 403},
		"nobody signed in": {"", "GET", "/api/v1/estates/9/score/explanation", "", 401},
	} {
		var header []string
		if v.who != "" {
			header = []string{"Authorization", "Bearer " + v.who}
		}
		answer := ask(t, s, v.method, v.path, v.body, header...)
		if answer.code != v.code {
			t.Errorf("%s: %d, want %d: %s", name, answer.code, v.code, answer.body)
		}
	}
	var e struct {
		EstateID int64 `json:"estate_id"`
		Lines    []any
		Rates    []struct{ Note string }
	}
	if err := json.Unmarshal([]byte(ask(t, s, http.MethodGet, "/api/v1/estates/9/score/explanation", "", "Authorization", "Bearer resident").body), &e); err != nil {
		t.Fatal(err)
	}
	if e.EstateID != 9 || e.Lines == nil || len(e.Rates) != 3 || e.Rates[2].Note != "not_released" || fake.asked.AccountID != 1 {
		t.Errorf("%+v, asked by %d", e, fake.asked.AccountID)
	}
}
