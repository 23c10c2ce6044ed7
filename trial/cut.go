package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"linli/storage"
	"linli/trial/lossyfs"
)

// bench is a program on a disk whose power can be taken away.
type bench struct {
	dir     string // ours, on a real disk
	disk    *lossyfs.Disk
	mounted *lossyfs.Mounted
	at      *program
	crowd   *crowd
	chance  *rand.Rand
	cuts    int
	torn    int
}

// newBench writes the small county, puts it on a lossy disk as if long ago, and lets the program serve from there.
func newBench(ctx context.Context, o options, bin string, env ...string) (b *bench, err error) {
	b = &bench{disk: lossyfs.NewDisk(), chance: rand.New(rand.NewPCG(o.seed, 4))}
	if b.dir, err = os.MkdirTemp("", "linli-trial-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	for _, folder := range []string{"disk", "before/linli"} {
		if err := os.MkdirAll(filepath.Join(b.dir, folder), 0o700); err != nil {
			return nil, err
		}
	}
	w := where{dir: filepath.Join(b.dir, "disk", "linli")}
	if b.at, err = newProgram(bin, w, filepath.Join(b.dir, "log"), env...); err != nil {
		return nil, err
	}
	if b.crowd, err = settle(ctx, where{dir: filepath.Join(b.dir, "before", "linli")}, b.at, o.clients, o.seed); err != nil {
		return nil, err
	}
	if err := b.disk.Import(filepath.Join(b.dir, "before")); err != nil {
		return nil, err
	}
	return b, b.power(ctx)
}

// power brings the disk and the program up.
func (b *bench) power(ctx context.Context) (err error) {
	if b.mounted, err = b.disk.Mount(filepath.Join(b.dir, "disk")); err != nil {
		return err
	}
	return b.at.start(ctx)
}

// cut takes the power away: the program is gone, and of what was not synced nothing is left, or pieces.
func (b *bench) cut() error {
	if err := b.down(); err != nil {
		return err
	}
	b.cuts++
	if b.chance.IntN(3) == 0 {
		b.disk.Cut(nil)
		return nil
	}
	b.torn++
	b.disk.Cut(b.chance)
	return nil
}

func (b *bench) down() error {
	b.at.kill()
	if b.mounted == nil {
		return nil
	}
	err := b.mounted.Unmount()
	b.mounted = nil
	return err
}

func (b *bench) close() {
	if b.at != nil {
		b.down()
	}
	os.RemoveAll(b.dir)
}

// judge looks at a copy of what is on the disk: the program that recovers it must not be the one that is judged.
func (b *bench) judge(ctx context.Context) (v verdict, err error) {
	copied, err := os.MkdirTemp(b.dir, "copy-")
	if err != nil {
		return v, err
	}
	defer os.RemoveAll(copied)
	if err := b.disk.Export(copied); err != nil {
		return v, err
	}
	w := where{dir: filepath.Join(copied, "linli")}
	if _, err := os.Stat(filepath.Join(w.dir, "linli.db")); err != nil {
		say(&v.lost, "the whole database: %v", err)
		return v, nil
	}
	db, err := storage.Open(ctx, storage.Options{Dir: w.dir, FastUnsafe: true})
	if err != nil {
		say(&v.lost, "the database does not open: %v", err)
		return v, nil
	}
	defer db.Close()
	return b.crowd.judgeIn(ctx, db, w)
}

// round lets the crowd write until the power goes at a moment that nobody chose, and judges what is left.
func (b *bench) round(ctx context.Context) (verdict, error) {
	working, cancel := context.WithTimeout(ctx, time.Duration(50+b.chance.IntN(500))*time.Millisecond)
	defer cancel()
	done := make(chan struct{})
	go func() { b.crowd.work(working); close(done) }()
	<-working.Done()
	if err := b.cut(); err != nil {
		return verdict{}, err
	}
	cancel()
	<-done
	return b.judge(ctx)
}

// cutPower is TRUST R2.
func cutPower(ctx context.Context, o options) (r result, err error) {
	if err := firstMinute(ctx, o); err != nil {
		return r, err
	}
	b, err := newBench(ctx, o, o.bin)
	if err != nil {
		return r, err
	}
	defer b.close()
	var v verdict
	defer func() {
		r.counts = fmt.Sprintf("%d cuts, %d of them torn, %d acknowledged, %d syncs; %s", b.cuts, b.torn, b.crowd.acks.Load(), b.disk.Syncs(), v.counts())
	}()
	for b.cuts < o.cuts && ctx.Err() == nil {
		if v, err = b.round(ctx); err != nil {
			return r, err
		}
		if r.problems = slices.Concat(v.problems(), b.crowd.wrong.list, faults(b.at.log)); len(r.problems) > 0 {
			return r, nil
		}
		if err := b.power(ctx); err != nil {
			return r, err
		}
		if err := b.crowd.drain(ctx); err != nil {
			return r, fmt.Errorf("after cut %d: %w\n%s", b.cuts, err, tail(b.at.log, 2000))
		}
		b.crowd.replay(4)
		if o.verbose {
			fmt.Printf("    cut %d: %d acknowledged\n", b.cuts, b.crowd.acks.Load())
		}
	}
	if err := b.down(); err != nil {
		return r, err
	}
	if v, err = b.judge(ctx); err != nil {
		return r, err
	}
	r.problems = slices.Concat(v.problems(), b.crowd.wrong.list, faults(b.at.log))
	if n := b.crowd.signedOut(); n > 0 {
		r.problems = append(r.problems, fmt.Sprintf("%d times somebody was signed out by a cut", n))
	}
	return r, ctx.Err()
}

var setupToken = regexp.MustCompile(`(?m)^    (\S{20,})$`)

// firstMinute cuts the power just after the first administrator was set up on an empty disk: nothing but what was
// acknowledged, and the folders that hold it, is there to be kept.
func firstMinute(ctx context.Context, o options) error {
	b := &bench{disk: lossyfs.NewDisk(), chance: rand.New(rand.NewPCG(o.seed, 5))}
	var err error
	if b.dir, err = os.MkdirTemp("", "linli-trial-"); err != nil {
		return err
	}
	defer b.close()
	if err := os.Mkdir(filepath.Join(b.dir, "disk"), 0o700); err != nil {
		return err
	}
	// Two folders that nobody made yet.
	w := where{dir: filepath.Join(b.dir, "disk", "srv", "linli")}
	if b.at, err = newProgram(o.bin, w, filepath.Join(b.dir, "log")); err != nil {
		return err
	}
	if err := b.power(ctx); err != nil {
		return err
	}
	printed, err := os.ReadFile(b.at.log)
	if err != nil {
		return err
	}
	found := setupToken.FindSubmatch(printed)
	if found == nil {
		return errors.New("the program printed no set-up token")
	}
	admin := newPerson("the first admin", "13803790001", noActor, 1, b.at)
	body := fmt.Sprintf(`{"token":%q,"phone":%q,"name":"管理员","password":%q}`, found[1], admin.phone, password)
	if a := admin.send("POST", "/api/v1/setup", []byte(body), map[string]string{"Content-Type": "application/json"}); !a.ok() {
		return fmt.Errorf("set-up: %s", a)
	}
	if a := admin.get("/api/v1/me"); !known(a) {
		return fmt.Errorf("the admin cannot sign in: %s", a)
	}
	if err := b.down(); err != nil {
		return err
	}
	b.disk.Cut(nil)
	if err := b.power(ctx); err != nil {
		return err
	}
	if a := admin.get("/api/v1/me"); !known(a) || admin.signedOut.Load() > 0 {
		return fmt.Errorf("a cut in the first minute took the first admin or his sign-in: %s", a)
	}
	return nil
}

// known reports whether the program knows who asks. An admin is asked for his second factor before he gets further.
func known(a answer) bool { return a.ok() || a.code == http.StatusForbidden }

// cutControls shows that the trial can fail: without each of the three things that keep a write, something is lost.
func cutControls(ctx context.Context, o options) (r result, err error) {
	for _, without := range []string{"synchronous-full", "file-sync", "folder-sync"} {
		what, err := cutControl(ctx, o, without)
		if err != nil {
			return r, fmt.Errorf("without %s: %w", without, err)
		}
		if what == "" {
			r.problems = append(r.problems, fmt.Sprintf("without %s nothing was lost in %d cuts: the trial proves nothing", without, o.cuts))
		}
		r.counts += fmt.Sprintf("without %s: %s; ", without, what)
	}
	return r, nil
}

// cutControl cuts until something is lost, and says what.
func cutControl(ctx context.Context, o options, without string) (what string, err error) {
	b, err := newBench(ctx, o, o.controlBin, "LINLI_TEST_LEAVE_OUT="+without)
	if err != nil {
		return "", err
	}
	defer b.close()
	for b.cuts < o.cuts && ctx.Err() == nil {
		v, err := b.round(ctx)
		if err != nil {
			return "", err
		}
		if len(v.problems()) > 0 {
			return fmt.Sprintf("%s after %d cuts and %d acknowledged", v.counts(), b.cuts, b.crowd.acks.Load()), nil
		}
		if err := b.power(ctx); err != nil {
			return fmt.Sprintf("it does not start after %d cuts", b.cuts), nil
		}
		if err := b.crowd.drain(ctx); err != nil {
			return fmt.Sprintf("it does not work after %d cuts", b.cuts), nil
		}
	}
	return "", ctx.Err()
}
