package api

import (
	"strings"
	"testing"

	"linli/models"
)

func TestDemoLoginsAreForTheDemoOnly(t *testing.T) {
	logins := []DemoLogin{{Role: models.Resident, Name: "陈慧敏", Phone: "19900000001", Password: "in the open", What: "报一个问题"}}
	real := newTestServerWith(t, Config{DemoLogins: logins}, fakes{})
	if r := ask(t, real, "GET", "/api/v1/demo/logins", ""); r.code != 404 || strings.Contains(r.body, "19900000001") {
		t.Errorf("%d %s", r.code, r.body)
	}
	demo := newTestServerWith(t, Config{Demo: true, DemoLogins: logins}, fakes{})
	if r := ask(t, demo, "GET", "/api/v1/demo/logins", ""); r.code != 200 || !strings.Contains(r.body, "19900000001") {
		t.Errorf("%d %s", r.code, r.body)
	}
}
