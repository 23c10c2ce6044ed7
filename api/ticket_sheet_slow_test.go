package api_test

import (
	"strconv"
	"testing"
	"time"

	"linli/api"
	"linli/api/apitest"
	"linli/storage"
	"linli/storage/storagetest"
	tickets "linli/storage/ticket"
)

// TestASheetHasItsTime: what is not read in the time of a sheet is refused whole, with a moment to come again, and the place is free;
// with time enough the same list comes.
func TestASheetHasItsTime(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		county := storagetest.SmallCounty(t, db)
		if err := db.Write(t.Context(), tickets.SeedCatalogue); err != nil {
			t.Fatal(err)
		}
		people := known{"staff": county.Staff}
		asking := func(limit time.Duration) *apitest.Client {
			store := tickets.New(db, nil, []byte("a key of this test alone, 32 bytes"))
			return apitest.New(t, api.New(api.Config{SheetDeadline: limit}, api.Uses{Tokens: people, Actors: people, Tickets: store})).As("staff")
		}
		slow := asking(time.Nanosecond)
		for range 2 { // not "under way": the first one has left its place
			answer := slow.Get("/api/v1/tickets/sheet?box=desk")
			answer.Refused(503, "ticket.sheet_too_slow")
			if after, _ := strconv.Atoi(answer.Header.Get("Retry-After")); after < 30 {
				t.Errorf("Retry-After %q", answer.Header.Get("Retry-After"))
			}
			if answer.Header.Get("X-Rows") != "" {
				t.Error("part of a list was sent")
			}
		}
		asking(0).Get("/api/v1/tickets/sheet?box=desk").Want(200)
	})
}
