package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"linli/models"
	"linli/models/people"
	"linli/storage"
	"linli/storage/ledger"
)

// in runs a command as a person would, on the world's own database.
func (w *world) in(arguments ...string) (out string, err error) {
	c := w.house.config
	environ := []string{"LINLI_DATA_DIR=" + c.DataDir, "LINLI_DATABASE_URL=" + c.DatabaseURL, "LINLI_SECRET_KEYS=" + c.SecretKeys}
	if c.S3Endpoint != "" {
		environ = append(environ, "LINLI_S3_ENDPOINT="+c.S3Endpoint, "LINLI_S3_BUCKET="+c.S3Bucket, "LINLI_S3_ACCESS_KEY="+c.S3AccessKey,
			"LINLI_S3_SECRET_KEY="+c.S3SecretKey, "LINLI_S3_TLS=0")
	}
	if c.CheckpointDir != "" {
		environ = append(environ, "LINLI_CHECKPOINT_DIR="+c.CheckpointDir)
	}
	var b strings.Builder
	err = run(w.t.Context(), arguments, environ, &b, &b)
	return b.String(), err
}

func (w *world) mustRun(arguments ...string) string {
	w.t.Helper()
	out, err := w.in(arguments...)
	if err != nil {
		w.t.Fatalf("linli %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return out
}

// tellOfPeople writes the lines that the small county's people would have, had they been appointed.
func (w *world) tellOfPeople() {
	w.t.Helper()
	err := w.house.db.Write(w.t.Context(), func(tx storage.Tx) error {
		var held []people.Membership
		if err := tx.DB().Find(&held).Error; err != nil {
			return err
		}
		for _, m := range held {
			_, err := storage.Record(tx, models.Event{Noun: "membership", NounID: m.ID, Action: "grant", ActorRole: models.System, To: string(m.Status), Data: map[string]any{
				"role": m.Role, "scope_kind": m.ScopeKind, "scope_id": m.ScopeID, "method": m.Method, "valid_from": m.ValidFrom, "valid_to": m.ValidTo,
			}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestTheLedgerByHand is what an auditor does: seal, sign, keep the file, and hold a later database against it.
func TestTheLedgerByHand(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.house.config.CheckpointDir = filepath.Join(t.TempDir(), "elsewhere")
		w.tellOfPeople()
		var filed filedJSON
		w.as(w.Resident).Post("/api/v1/tickets", w.filing("REP-01", "灯不亮")).OK(&filed)
		w.mustRun("job", "ledger-seal")
		w.mustRun("job", "ledger-checkpoint")
		w.mustRun("job", "ledger-post")
		head := filepath.Join(w.house.config.CheckpointDir, "checkpoint-0000000001.txt")
		key := strings.TrimSpace(w.mustRun("ledger", "key"))
		if signed, err := os.ReadFile(head); err != nil || !strings.HasPrefix(string(signed), strings.SplitN(key, "+", 2)[0]+"\n") {
			t.Fatalf("%q, %v", signed, err)
		}
		for _, arguments := range [][]string{{}, {"--head", head}, {"--head", head, "--key", key}} {
			out := w.mustRun(append([]string{"ledger", "verify"}, arguments...)...)
			if !strings.Contains(out, "the ledger is whole") || !strings.Contains(out, "tickets (state, party") {
				t.Errorf("%v: %s", arguments, out)
			}
			if elsewhere := strings.Contains(out, "checkpoint 1 of"); elsewhere != (len(arguments) > 0) {
				t.Errorf("%v: %s", arguments, out)
			}
		}
		other, err := ledger.NewKey("")
		if err != nil {
			t.Fatal(err)
		}
		stranger, err := ledger.NewSigner(other)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := w.in("ledger", "verify", "--head", head, "--key", stranger.Key); err == nil || !strings.Contains(out, "a key that is not believed") {
			t.Errorf("a stranger's key: %v, %s", err, out)
		}
		if out := w.mustRun("ledger", "erase", "--account", id(w.Resident.AccountID), "--reason", "依申请删除"); !strings.Contains(out, "erased: ") {
			t.Errorf("%s", out)
		}
		if out := w.mustRun("ledger", "verify", "--head", head); !strings.Contains(out, "erased by order: ") {
			t.Errorf("%s", out)
		}
		err = w.house.db.Write(t.Context(), func(tx storage.Tx) error {
			return tx.DB().Exec("UPDATE tickets SET state = 'closed' WHERE id = ?", filed.Ticket.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := w.in("ledger", "verify", "--head", head)
		if err == nil || !strings.Contains(out, "FAULT: ticket "+id(filed.Ticket.ID)+": the row is not what the ledger tells: state") {
			t.Errorf("%v, %s", err, out)
		}
	})
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

func TestWhatTheLedgerWordsRefuse(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for _, arguments := range [][]string{
			{"ledger", "sell"}, {"ledger", "verify", "what"}, {"ledger", "verify", "--head", "/nowhere"}, {"ledger", "verify", "--key", "x"},
			{"ledger", "verify", "--database", "/nowhere/linli.db"}, {"ledger", "verify", "--database", "postgres://a:secret@localhost/x"},
			{"ledger", "erase", "--reason", "x"}, {"ledger", "erase", "--account", "1"}, {"ledger", "erase", "--account", "99999", "--reason", "x"},
			{"ledger", "new-key", "a b"},
		} {
			out, err := w.in(arguments...)
			if err == nil || strings.Contains(err.Error()+out, "secret@") {
				t.Errorf("linli %s: %v %s", strings.Join(arguments, " "), err, out)
			}
		}
		if out := w.mustRun("ledger"); !strings.Contains(out, "linli ledger verify") {
			t.Errorf("%s", out)
		}
		if key := w.mustRun("ledger", "new-key", "linli.example.cn"); !strings.HasPrefix(key, "PRIVATE+KEY+linli.example.cn+") {
			t.Errorf("%s", key)
		}
	})
}

// The figures are asked of the database; while it is away they are left out, and the others stay.
func TestLedgerMetrics(t *testing.T) {
	signed := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	m := &ledgerMetrics{now: func() time.Time { return signed.Add(90 * time.Minute) }}
	gathered := func(standing ledger.Standing, err error) map[string]float64 {
		m.standing = func(context.Context) (ledger.Standing, error) { return standing, err }
		registry := prometheus.NewPedanticRegistry()
		registry.MustRegister(m)
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]float64{}
		for _, f := range families {
			values[f.GetName()] = f.GetMetric()[0].GetGauge().GetValue()
		}
		return values
	}
	got := gathered(ledger.Standing{Size: 7, Waiting: 2, Newest: &ledger.Stamp{Number: 3, SignedAt: signed}}, nil)
	if len(got) != 3 || got["linli_ledger_checkpoint_age_seconds"] != 5400 || got["linli_ledger_lines"] != 7 || got["linli_ledger_unsealed_lines"] != 2 {
		t.Errorf("%v", got)
	}
	if got := gathered(ledger.Standing{}, nil); len(got) != 2 {
		t.Errorf("before the first checkpoint: %v", got)
	}
	if got := gathered(ledger.Standing{}, context.DeadlineExceeded); len(got) != 0 {
		t.Errorf("without a database: %v", got)
	}
}
