package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"linli/storage"
	"linli/storage/ledger"
	"linli/storage/storagetest"
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

// TestTheLedgerByHand is what an auditor does: seal, sign, keep the file, and hold a later database against it.
func TestTheLedgerByHand(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.house.config.CheckpointDir = filepath.Join(t.TempDir(), "elsewhere")
		if err := w.house.db.Write(t.Context(), storagetest.TellOfMemberships); err != nil {
			t.Fatal(err)
		}
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

// TestTheReceipt: the answer of a filing holds the leaf, the same one when it is sent again; the ticket's page says where it
// stands once it is sealed and signed; anybody who has it can check it, and nobody who has not learns it.
func TestTheReceipt(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		resident, body := w.as(w.Resident), w.filing("REP-01", "灯不亮")
		var filed, again filedJSON
		resident.Post("/api/v1/tickets", body).Want(201).OK(&filed)
		resident.Post("/api/v1/tickets", body).Want(200).OK(&again)
		leaf := filed.Ticket.Receipt.Leaf
		if len(leaf) != 64 || again.Ticket.Receipt.Leaf != leaf || filed.Ticket.Receipt.Position != nil {
			t.Fatalf("%+v, then %+v", filed.Ticket.Receipt, again.Ticket.Receipt)
		}
		var proof struct {
			LineID     int64  `json:"line_id"`
			Position   *int64 `json:"position"`
			Checkpoint *struct {
				Size int64  `json:"size"`
				Root string `json:"root"`
			} `json:"checkpoint"`
			Hashes []string `json:"hashes"`
		}
		w.anyone.Get("/api/v1/ledger/proofs/" + leaf).OK(&proof)
		if proof.Position != nil || proof.Checkpoint != nil {
			t.Errorf("%+v", proof)
		}
		w.mustRun("job", "ledger-seal")
		w.mustRun("job", "ledger-checkpoint")
		resident.Get(path(filed.Ticket.ID, "")).OK(&again.Ticket)
		receipt := again.Ticket.Receipt
		if receipt.Leaf != leaf || receipt.Position == nil || receipt.Checkpoint == nil || receipt.Checkpoint.Number != 1 {
			t.Fatalf("%+v", receipt)
		}
		w.anyone.Get("/api/v1/ledger/proofs/" + leaf).OK(&proof)
		if proof.Position == nil || *proof.Position != *receipt.Position || proof.Checkpoint == nil || proof.Checkpoint.Size != receipt.Checkpoint.Size {
			t.Fatalf("%+v", proof)
		}
		if !climbs(t, proof.LineID, leaf, *proof.Position, proof.Checkpoint.Size, proof.Hashes, proof.Checkpoint.Root) {
			t.Error("the proof does not lead to the root")
		}
		if climbs(t, proof.LineID, leaf[1:]+"0", *proof.Position, proof.Checkpoint.Size, proof.Hashes, proof.Checkpoint.Root) && leaf[1:]+"0" != leaf {
			t.Error("the proof holds for another leaf")
		}
		staff := w.as(w.Staff)
		for _, ask := range []string{path(filed.Ticket.ID, ""), "/api/v1/tickets?box=desk", "/api/v1/ledger/checkpoints"} {
			staff.Get(ask).OK(nil).Lacks(leaf, `"receipt"`)
		}
		w.anyone.Get("/api/v1/ledger/proofs/" + leaf[1:] + "z").Want(404)
		w.anyone.Get("/api/v1/ledger/proofs/"+strings.Repeat("0", 64)).Refused(404, "ledger.leaf_unknown")
		size := id(proof.Checkpoint.Size)
		w.anyone.Get("/api/v1/ledger/consistency?from=" + size + "&to=" + size).OK(nil)
		w.anyone.Get("/api/v1/ledger/consistency?from=1&to="+size).Refused(422, "ledger.size_unknown")
		w.anyone.Get("/api/v1/ledger/consistency?from=0&to=1").Want(422)
		w.anyone.Get("/api/v1/ledger/checkpoints").OK(nil).Tells(w.house.ledger.Key(), proof.Checkpoint.Root)
	})
}

// TestAStationThatJudgesItselfHoldsNoReceipt: a station's worker files for a neighbour, and the station itself must answer.
func TestAStationThatJudgesItselfHoldsNoReceipt(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		body := w.filing("REP-01", "灯不亮")
		body["building_id"] = w.OwnerlessBuilding.ID
		body["on_behalf"] = map[string]any{"name": "老李", "consent": "spoken"}
		var filed filedJSON
		w.as(w.StationStaff).Post("/api/v1/tickets", body).Want(201).Lacks(`"receipt"`).OK(&filed)
		if filed.Ticket.You != "filer" || filed.Ticket.QueryCode == "" {
			t.Errorf("the trial proves nothing: %+v", filed.Ticket)
		}
	})
}

// climbs checks an inclusion proof as a phone does, by RFC 6962 and without the library that made it.
func climbs(t *testing.T, lineID int64, leaf string, position, size int64, path []string, root string) bool {
	t.Helper()
	node := func(parts ...[]byte) []byte {
		sum := sha256.Sum256(bytes.Join(parts, nil))
		return sum[:]
	}
	hash := node([]byte{0}, []byte(id(lineID)+" "+leaf+"\n"))
	at, last := position, size-1
	for _, text := range path {
		sibling, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if at%2 == 1 || at == last {
			hash = node([]byte{1}, sibling, hash)
			for at%2 == 0 && at > 0 {
				at, last = at/2, last/2
			}
		} else {
			hash = node([]byte{1}, hash, sibling)
		}
		at, last = at/2, last/2
	}
	return last == 0 && base64.StdEncoding.EncodeToString(hash) == root
}
