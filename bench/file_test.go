package main

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"linli/models"
	"linli/storage"
	"linli/storage/seed"
	"linli/storage/storagetest"
)

// TestTheControlFiles holds the control of filing against what it must leave behind: as many tickets and as many lines of
// the ledger, with their private halves, as the program's own. A control that does less would be no control.
func TestTheControlFiles(t *testing.T) {
	o := options{dir: t.TempDir(), bin: filepath.Join(t.TempDir(), "linli"), clients: 2}
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", o.bin, "linli/cmd/linli").CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", said, err)
	}
	filling := storagetest.Filling{Tickets: 2000, PhotosPerTicket: 1, Now: models.UTC(time.Now())}
	heavy := place{"postgres", storage.Options{URL: storagetest.Migrated(t), Dir: t.TempDir()}, filling}
	lite := place{"sqlite", storage.Options{Dir: t.TempDir()}, filling}
	for _, p := range []place{heavy, lite} {
		if _, err := storagetest.Fill(t.Context(), p.Options, filling); err != nil {
			t.Fatal(err)
		}
		if err := storagetest.Open(t, p.Options).Write(t.Context(), seed.All); err != nil {
			t.Fatal(err)
		}
	}
	overheard, err := overhear(t.Context(), o, heavy)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []place{heavy, lite} {
		t.Run(p.kind, func(t *testing.T) {
			before := kept(t, p)
			if p.URL != "" {
				_, err = pgbench(t.Context(), o, p, overheard, time.Second)
			} else {
				_, err = fileByHand(t.Context(), p.Dir, overheard, o.clients, time.Second)
			}
			if err != nil {
				t.Fatal(err)
			}
			after := kept(t, p)
			tickets := after["tickets"] - before["tickets"]
			if tickets == 0 {
				t.Fatal("the control filed nothing")
			}
			// A filing that is held for the morning writes two lines.
			lines := after["ledger"] - before["ledger"]
			if lines < tickets || lines > 2*tickets || after["ledger_private"]-before["ledger_private"] != lines {
				t.Errorf("%d tickets, %d lines, %d private halves", tickets, lines, after["ledger_private"]-before["ledger_private"])
			}
		})
	}
}

func kept(t *testing.T, p place) map[string]int64 {
	db := storagetest.Open(t, p.Options)
	counts := map[string]int64{}
	err := db.Read(t.Context(), func(tx storage.Tx) error {
		for _, table := range []string{"tickets", "ledger", "ledger_private"} {
			var n int64
			if err := tx.DB().Table(table).Count(&n).Error; err != nil {
				return err
			}
			counts[table] = n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}
