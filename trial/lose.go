package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"linli/storage"
)

// keys are a pair for backups and copies, made by the program as its owner would.
type keys struct{ public, secretFile string }

func newKeys(bin, dir string) (keys, error) {
	cmd := exec.Command(bin, "backup", "new-key")
	var said strings.Builder
	cmd.Stderr = &said
	secret, err := cmd.Output()
	if err != nil {
		return keys{}, fmt.Errorf("new-key: %w", err)
	}
	_, public, found := strings.Cut(said.String(), "LINLI_BACKUP_RECIPIENT=")
	if !found {
		return keys{}, fmt.Errorf("new-key said %q", said.String())
	}
	k := keys{strings.TrimSpace(public), filepath.Join(dir, "backup-key")}
	return k, os.WriteFile(k.secretFile, secret, 0o600)
}

// command runs the program once in the environment of p.
func (p *program) command(ctx context.Context, env []string, arguments ...string) (string, error) {
	cmd := exec.CommandContext(ctx, p.bin, arguments...)
	cmd.Env = append(slices.Clone(p.env), env...)
	said, err := cmd.CombinedOutput()
	if err != nil {
		return string(said), fmt.Errorf("linli %s: %w\n%s", strings.Join(arguments, " "), err, said)
	}
	return string(said), nil
}

// losers are how many clients write: half of the others' number, for these share two cores and one disk with the copy of what they write.
// Past what the copy keeps up with, rows go before photos that are late, and a restore names those (TestCopyNamesMissingPhotos).
func (o options) losers() int { return max(1, o.clients/2) }

// loss is what one lost machine took with it.
type loss struct {
	acked, lost int
	oldest      time.Duration // how long before the end the oldest of what is lost was acknowledged
	gap         time.Duration // from the moment that the restore names to the end
	restore     time.Duration
}

// loseMachines takes the whole machine away under writing clients, the keeper of the copy with it, and restores what the
// copy has. What was acknowledged before the moment that the restore names must be there, whole; what it took is measured.
func loseMachines(ctx context.Context, o options) (r result, err error) {
	places := []string{"folder"}
	if os.Getenv("LINLI_TEST_S3_ENDPOINT") != "" {
		places = append(places, "s3")
	}
	chance := rand.New(rand.NewPCG(o.seed, 11))
	var told []string
	for _, place := range places {
		var worst loss
		for n := range o.losses {
			l, problems, err := loseMachine(ctx, o, place, o.seed+uint64(n), time.Duration(1500+chance.IntN(2500))*time.Millisecond)
			if err != nil || len(problems) > 0 {
				r.problems = append(r.problems, problems...)
				return r, err
			}
			if o.verbose {
				fmt.Printf("    %s: %+v\n", place, l)
			}
			worst.acked, worst.lost = worst.acked+l.acked, worst.lost+l.lost
			worst.oldest, worst.gap, worst.restore = max(worst.oldest, l.oldest), max(worst.gap, l.gap), max(worst.restore, l.restore)
		}
		told = append(told, fmt.Sprintf("%s: %d machines lost, %d acknowledged, %d of them lost, the oldest %d ms before the end; the copy stood at most %d ms back; restored in at most %d ms",
			place, o.losses, worst.acked, worst.lost, worst.oldest.Milliseconds(), worst.gap.Milliseconds(), worst.restore.Milliseconds()))
	}
	r.counts = strings.Join(told, "; ")
	return r, nil
}

var restoredTo = regexp.MustCompile(`restored to (\S+):`)

func loseMachine(ctx context.Context, o options, place string, seed uint64, life time.Duration) (l loss, problems []string, err error) {
	dir, err := os.MkdirTemp("", "linli-trial-")
	if err != nil {
		return l, nil, err
	}
	defer os.RemoveAll(dir)
	k, err := newKeys(o.bin, dir)
	if err != nil {
		return l, nil, err
	}
	env, err := copyEnviron(dir, place)
	if err != nil {
		return l, nil, err
	}
	w := where{dir: filepath.Join(dir, "data")}
	at, err := newProgram(o.bin, w, filepath.Join(dir, "log"), append(env, "LINLI_BACKUP_RECIPIENT="+k.public)...)
	if err != nil {
		return l, nil, err
	}
	c, end, err := workAndLose(ctx, o, w, at, seed, life)
	if err != nil {
		return l, nil, err
	}
	began := time.Now()
	said, err := at.command(ctx, []string{"LINLI_BACKUP_IDENTITY_FILE=" + k.secretFile}, "restore", "-copy")
	if err != nil {
		return l, nil, err
	}
	l.restore = time.Since(began)
	found := restoredTo.FindStringSubmatch(said)
	if found == nil {
		return l, nil, fmt.Errorf("the restore does not say to which moment: %s", said)
	}
	moment, err := time.Parse(time.RFC3339Nano, found[1])
	if err != nil {
		return l, nil, err
	}
	l.gap = end.Sub(moment)
	problems, err = c.judgeLoss(ctx, w, moment, end, &l)
	if err != nil || len(problems) > 0 {
		return l, problems, err
	}
	// The machine that took over serves, and its own copy goes on.
	if err := at.start(ctx); err != nil {
		return l, nil, err
	}
	defer at.kill()
	return l, faults(at.log), nil
}

// copyEnviron are the settings of a copy in a place of its own.
func copyEnviron(dir, place string) ([]string, error) {
	if place == "s3" {
		return []string{"LINLI_COPY_S3_ENDPOINT=" + os.Getenv("LINLI_TEST_S3_ENDPOINT"), "LINLI_COPY_S3_TLS=0", "LINLI_COPY_S3_BUCKET=" + strings.ToLower(filepath.Base(dir)),
			"LINLI_COPY_S3_ACCESS_KEY=" + os.Getenv("LINLI_TEST_S3_ACCESS_KEY"), "LINLI_COPY_S3_SECRET_KEY=" + os.Getenv("LINLI_TEST_S3_SECRET_KEY")}, nil
	}
	folder := filepath.Join(dir, "copy")
	return []string{"LINLI_COPY_DIR=" + folder}, os.Mkdir(folder, 0o700)
}

// workAndLose lets a crowd write for a while and then takes the machine away: every process of it and its data folder.
func workAndLose(ctx context.Context, o options, w where, at *program, seed uint64, life time.Duration) (*crowd, time.Time, error) {
	c, err := settle(ctx, w, at, o.losers(), seed)
	if err != nil {
		return nil, time.Time{}, err
	}
	if err := at.start(ctx); err != nil {
		return nil, time.Time{}, err
	}
	defer at.kill()
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() { c.work(working); close(done) }()
	c.enough(ctx)
	wait(ctx, life)
	at.kill()
	end := time.Now()
	cancel()
	<-done
	return c, end, os.RemoveAll(w.dir)
}

// enough waits until something was acknowledged that could be lost, however slow the machine is.
func (c *crowd) enough(ctx context.Context) {
	for c.acks.Load() < 30 && ctx.Err() == nil {
		wait(ctx, 10*time.Millisecond)
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// judgeLoss counts what is gone, and judges everything that was acknowledged before the moment as if nothing had happened.
func (c *crowd) judgeLoss(ctx context.Context, w where, moment, end time.Time, l *loss) ([]string, error) {
	db, err := storage.Open(ctx, storage.Options{Dir: w.dir})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	before, err := c.judgeIn(ctx, db, w)
	if err != nil {
		return nil, err
	}
	for _, t := range c.things {
		l.acked += int(t.count())
	}
	l.lost = len(before.lost) + len(before.photos)
	c.forgive(moment)
	after, err := c.judgeIn(ctx, db, w)
	if err != nil {
		return nil, err
	}
	l.oldest = c.oldestLost(ctx, db, end)
	return after.problems(), nil
}

// forgive takes back what was acknowledged after a moment: it may be there or not.
func (c *crowd) forgive(moment time.Time) {
	for _, t := range c.things {
		if t.ackedAt.After(moment) {
			t.acked, t.forgiven = false, true
		}
		for _, p := range t.photos {
			if p.storedAt.After(moment) {
				p.stored = false
			}
		}
	}
}

// oldestLost is how long before the end the oldest record that is gone was acknowledged.
func (c *crowd) oldestLost(ctx context.Context, db *storage.DB, end time.Time) (oldest time.Duration) {
	there := map[string]bool{}
	err := db.Read(ctx, func(tx storage.Tx) error {
		for _, query := range tables {
			var rows []kept
			if err := tx.DB().Raw(query).Scan(&rows).Error; err != nil {
				return err
			}
			for _, row := range rows {
				there[fmt.Sprint(row.AuthorID, row.ClientID)] = true
			}
		}
		return nil
	})
	if err != nil {
		return 0
	}
	for _, t := range c.things {
		if t.forgiven && !there[fmt.Sprint(t.author.actor.AccountID, t.clientID)] {
			oldest = max(oldest, end.Sub(t.ackedAt))
		}
	}
	return oldest
}

// loseWithoutCopy has a backup and no copy: all that was acknowledged after the backup has to be lost, or the trial above
// proves nothing.
func loseWithoutCopy(ctx context.Context, o options) (r result, err error) {
	dir, err := os.MkdirTemp("", "linli-trial-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	k, err := newKeys(o.bin, dir)
	if err != nil {
		return r, err
	}
	w := where{dir: filepath.Join(dir, "data")}
	at, err := newProgram(o.bin, w, filepath.Join(dir, "log"), "LINLI_BACKUP_RECIPIENT="+k.public)
	if err != nil {
		return r, err
	}
	c, err := settle(ctx, w, at, o.losers(), o.seed)
	if err != nil {
		return r, err
	}
	if err := at.start(ctx); err != nil {
		return r, err
	}
	defer at.kill()
	backup := filepath.Join(dir, "a.backup")
	if _, err := at.command(ctx, nil, "backup", "-to", backup); err != nil {
		return r, err
	}
	made := time.Now()
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() { c.work(working); close(done) }()
	c.enough(ctx)
	at.kill()
	end := time.Now()
	cancel()
	<-done
	if err := os.RemoveAll(w.dir); err != nil {
		return r, err
	}
	if _, err := at.command(ctx, []string{"LINLI_BACKUP_IDENTITY_FILE=" + k.secretFile}, "restore", backup); err != nil {
		return r, err
	}
	var l loss
	r.problems, err = c.judgeLoss(ctx, w, made, end, &l)
	r.counts = fmt.Sprintf("%d acknowledged since the backup, %d lost, the oldest %d ms before the end", l.acked, l.lost, l.oldest.Milliseconds())
	if err == nil && (l.lost == 0 || l.lost != l.acked) {
		r.problems = append(r.problems, "without a copy not everything was lost: the trial of the copy would prove nothing")
	}
	return r, err
}
