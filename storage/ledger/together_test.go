package ledger

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/models"
	"linli/storage"
	"linli/storage/storagetest"
)

func record(tx storage.Tx) error {
	_, err := storage.Record(tx, models.Event{Noun: "trial", NounID: 1, Action: "try", ActorRole: models.System, Note: "嗯"})
	return err
}

// While eight people write, three copies seal. Every line gets one position, and no position goes to two.
func TestSealingUnderWriters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const writers, lines = 8, 40
		var writing, sealing sync.WaitGroup
		var raced atomic.Int64
		over := make(chan struct{})
		for range 3 {
			sealing.Go(func() {
				for {
					_, err := w.store.sealBatch(t.Context(), 7)
					if models.CodeOf(err) == "database.away" {
						raced.Add(1) // lost three times in a row: the job comes again
					} else if err != nil {
						t.Error(err)
						return
					}
					select {
					case <-over:
						return
					default:
					}
				}
			})
		}
		for writer := range writers {
			writing.Go(func() {
				for i := range lines {
					err := w.db.Write(t.Context(), func(tx storage.Tx) error {
						if err := record(tx); err != nil {
							return err
						}
						if w.db.Dialect() == "postgres" && (writer+i)%3 == 0 {
							time.Sleep(time.Duration(i%5) * time.Millisecond) // commits after lines with higher ids
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		writing.Wait()
		close(over)
		sealing.Wait()
		w.seal()
		w.sign()
		w.seal()
		r := w.verify()
		if r.Faulty != 0 || r.Sealed != r.Lines || r.Lines < writers*lines {
			t.Errorf("%d of %d lines sealed; faults %q", r.Sealed, r.Lines, r.Faults)
		}
	})
}

// A line whose transaction took its id early and committed late is sealed like any other. A job that went by "id greater
// than the last" would have passed it.
func TestALateCommitIsSealed(t *testing.T) {
	db := storagetest.Open(t, storage.Options{URL: storagetest.Migrated(t)})
	w := newWorld(t, db, newClock())
	w.seal()
	early, commit, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		ended <- db.Write(t.Context(), func(tx storage.Tx) error {
			err := record(tx)
			close(early)
			<-commit
			return err
		})
	}()
	<-early
	w.write(record)
	if n := w.seal(); n != 1 {
		t.Fatalf("%d lines sealed while one was not committed", n)
	}
	close(commit)
	w.must(<-ended)
	if n := w.seal(); n != 1 {
		t.Fatalf("%d lines sealed", n)
	}
	var last []sealRow
	w.read(func(tx storage.Tx) error { return tx.DB().Order("position DESC").Limit(2).Find(&last).Error })
	if last[0].LedgerID > last[1].LedgerID {
		t.Error("the trial proves nothing: the late line has the higher id")
	}
	if r := w.verify(); r.Faulty != 0 || r.Sealed != r.Lines {
		t.Errorf("%+v", r)
	}
}

// Two that reach for the same positions at once: the constraint refuses one of them.
func TestAPositionIsGivenOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.seal()
		var taken sealRow
		w.read(func(tx storage.Tx) error { return tx.DB().Order("position DESC").Take(&taken).Error })
		w.write(record)
		var fresh storage.LedgerLine
		w.read(func(tx storage.Tx) error { return tx.DB().Order("id DESC").Take(&fresh).Error })
		for name, row := range map[string]sealRow{
			"the position of another line": {taken.Position, fresh.ID, fresh.Leaf},
			"another position for a line":  {taken.Position + 1, taken.LedgerID, fresh.Leaf},
			"another position for a leaf":  {taken.Position + 1, fresh.ID, taken.Leaf},
		} {
			if err := w.db.Write(t.Context(), func(tx storage.Tx) error { return tx.DB().Create(&row).Error }); err == nil {
				t.Errorf("%s was given", name)
			}
		}
		w.write(func(tx storage.Tx) error {
			return tx.DB().Create(&sealRow{taken.Position + 1, fresh.ID, fresh.Leaf}).Error
		}) // the control: a free one is
	})
}

// childEnv tells a copy of the test program to seal and sign until it is killed.
const childEnv = "LINLI_TEST_SEALS"

func TestMain(m *testing.M) {
	if address, child := os.LookupEnv(childEnv); child {
		sealForEver(address)
	}
	os.Exit(m.Run())
}

func sealForEver(address string) {
	o := storage.Options{Dir: address}
	if strings.HasPrefix(address, "postgres://") {
		o = storage.Options{URL: address}
	}
	hour := time.Now()
	o.Now = func() time.Time { hour = hour.Add(time.Hour); return hour }
	db, err := storage.Open(context.Background(), o)
	if err != nil {
		panic(err)
	}
	signer, err := SignerOf(testSeed)
	if err != nil {
		panic(err)
	}
	s, _ := New(db, Options{Signer: signer})
	os.Stdout.WriteString("up\n")
	for {
		if _, err := s.sealBatch(context.Background(), 2); err != nil {
			panic(err)
		}
		if _, err := s.SignCheckpoint(context.Background()); err != nil {
			panic(err)
		}
	}
}

// The job may be killed at any moment: what it has not finished is as if it had not begun.
func TestKilledInTheMiddle(t *testing.T) {
	const rounds, lines = 8, 60
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			o := storage.Options{Dir: t.TempDir()}
			address := o.Dir
			if kind == "postgres" {
				o = storage.Options{URL: storagetest.Migrated(t)}
				address = o.URL
			}
			w := newWorld(t, storagetest.Open(t, o), newClock())
			cut := 0
			for round := range rounds {
				for range lines {
					w.write(record)
				}
				child := exec.Command(os.Args[0])
				child.Env = append(os.Environ(), childEnv+"="+address)
				child.Stderr = os.Stderr
				out, err := child.StdoutPipe()
				w.must(err)
				w.must(child.Start())
				if _, err := out.Read(make([]byte, 3)); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(5+round*7) * time.Millisecond)
				child.Process.Kill()
				child.Wait()
				r := w.verify()
				if r.Faulty != 0 {
					t.Fatalf("round %d: %q", round, r.Faults)
				}
				if r.Sealed < r.Lines {
					cut++
				}
			}
			if cut == 0 {
				t.Error("the trial proves nothing: it was never killed before it was done")
			}
			w.seal()
			if r := w.verify(); r.Faulty != 0 || r.Sealed != r.Lines {
				t.Errorf("%+v", r)
			}
		})
	}
}
