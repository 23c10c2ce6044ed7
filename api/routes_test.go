package api

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestRoutes(t *testing.T) {
	s := newTestServer(t)
	var b strings.Builder
	for _, r := range s.routes() {
		fmt.Fprintf(&b, "%-6s %-50s %-8s %s\n", r.method, r.path, r.access, r.operation)
	}
	golden(t, "testdata/routes.golden", b.String())
}

// golden compares with a committed file, or writes it when the test is run with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at the change, then run this test with -update", file)
	}
}

func TestARouteWithoutAccessCannotBeRegistered(t *testing.T) {
	handle := on(func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	for name, r := range map[string]route{
		"no access":         {"GET", "/api/v1/x", "", "x", handle},
		"undeclared access": {"GET", "/api/v1/x", "everybody", "x", handle},
		"no handler":        {"GET", "/api/v1/x", anyone, "x", nil},
		"no operation":      {"GET", "/api/v1/x", anyone, "", handle},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was registered")
				}
			}()
			newTestServer(t, r)
		})
	}
}

// TestEveryRegisteredPathIsInTheList walks what Fiber really serves: nothing may answer that the list does not name.
func TestEveryRegisteredPathIsInTheList(t *testing.T) {
	s := newTestServer(t)
	listed := map[string]bool{}
	for _, r := range s.routes() {
		listed[r.method+" "+fiberPath(r.path)] = true
	}
	served := 0
	for _, r := range s.app.GetRoutes(true) {
		served++
		if !listed[r.Method+" "+r.Path] {
			t.Errorf("%s %s is served and not in the list", r.Method, r.Path)
		}
	}
	if served == 0 {
		t.Error("no routes at all: the walk is broken")
	}
}

func TestAccess(t *testing.T) {
	doors := []access{anyone, enroller, signed, staff, handler, officer, centre, admin}
	var lines []route
	for _, door := range doors {
		lines = append(lines, route{"GET", "/api/v1/door/" + string(door), door, "door" + string(door), on(func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })})
	}
	s := newTestServer(t, lines...)
	open := map[string]string{
		"":          "anyone",
		"nobody":    "anyone",
		"applicant": "anyone enroller signed",
		"resident":  "anyone enroller signed",
		"steward":   "anyone enroller signed",
		"mediator":  "anyone enroller signed",
		"operator":  "anyone enroller signed staff handler",
		"station":   "anyone enroller signed staff handler officer",
		"centre":    "anyone enroller signed staff handler officer centre",
		"auditor":   "anyone enroller signed staff officer centre",
		"admin":     "anyone enroller signed staff officer centre admin",
		"new admin": "anyone enroller",
	}
	for who, want := range open {
		var got []string
		for _, door := range doors {
			r := ask(t, s, "GET", "/api/v1/door/"+string(door), "", "Authorization", "Bearer "+who)
			switch {
			case r.code == 204:
				got = append(got, string(door))
			case cast[who].AccountID == 0 && r.code != 401:
				t.Errorf("%q at %s: %d, want 401", who, door, r.code)
			case cast[who].AccountID != 0 && r.code != 403:
				t.Errorf("%q at %s: %d, want 403", who, door, r.code)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q enters %v, want %s", who, got, want)
		}
	}
}

// TestAnAdminWithoutASecondFactor walks the whole list: he may add one and sign out, and nothing else (DECISIONS 17).
// The control is the same walk by an admin who has one: he never meets that refusal.
func TestAnAdminWithoutASecondFactor(t *testing.T) {
	s := newTestServer(t)
	const code = "session.second_factor_needed"
	var open []string
	for _, r := range s.routes() {
		path := strings.NewReplacer("{id}", "1", "{token}", "x").Replace(r.path)
		refused := func(who string) bool {
			answer := ask(t, s, r.method, path, "", "Authorization", "Bearer "+who, clientHeader, "test")
			told := strings.Contains(answer.body, code)
			if told && answer.code != 403 {
				t.Errorf("%s %s: %d with %s", r.method, r.path, answer.code, code)
			}
			return told
		}
		if refused("admin") {
			t.Errorf("%s %s refuses an admin who has a second factor", r.method, r.path)
		}
		needsAccount := r.access != anyone && r.access != cookie
		if needsAccount && !refused("new admin") {
			open = append(open, r.operation)
		}
	}
	if want := []string{"ownCodeRequest", "secondFactorStart", "secondFactorConfirm"}; !slices.Equal(open, want) {
		t.Errorf("open to an admin without a second factor: %v, want %v", open, want)
	}
}
