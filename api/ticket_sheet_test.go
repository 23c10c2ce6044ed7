package api

import (
	"testing"

	"linli/models"
)

// TestSheetsAreFewAtOnce: one of an account, a few of all; what has ended leaves its place.
func TestSheetsAreFewAtOnce(t *testing.T) {
	s := sheetsUnderWay{held: map[int64]bool{}}
	done, err := s.begin(1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.begin(1); models.CodeOf(err) != "ticket.sheet_under_way" {
		t.Errorf("a second one: %v", err)
	}
	for account := int64(2); account <= mostSheets; account++ {
		if _, err := s.begin(account); err != nil {
			t.Errorf("account %d: %v", account, err)
		}
	}
	if _, err := s.begin(99); models.CodeOf(err) != "server.busy" {
		t.Errorf("one more than there are places: %v", err)
	}
	done()
	if _, err := s.begin(99); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
}
