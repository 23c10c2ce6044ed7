package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"linli/models"
	"linli/storage"
	"linli/storage/ledger"
	"linli/storage/seed"
	"linli/storage/storagetest"
)

// place is a filled county on one of the databases.
type place struct {
	kind string // sqlite or postgres
	storage.Options
	filling storagetest.Filling
}

func (p place) people() storagetest.Filled { return p.filling.People(storagetest.County{}) }

// places are the counties of a size on both databases, filled where they are not yet.
func places(ctx context.Context, o options) ([]place, error) {
	filling := storagetest.Filling{Tickets: o.tickets, PhotosPerTicket: o.photos, Now: models.UTC(time.Now())}
	name := fmt.Sprintf("county_%d_%d", o.tickets, o.photos)
	lite := place{"sqlite", storage.Options{Dir: filepath.Join(o.dir, name)}, filling}
	heavy := place{"postgres", storage.Options{URL: databaseURL(o.postgres, name), Dir: filepath.Join(o.dir, name+"_pg")}, filling}
	for _, p := range []place{lite, heavy} {
		if err := p.fill(ctx, o, name); err != nil {
			return nil, fmt.Errorf("filling %s: %w", p.kind, err)
		}
		if err := p.settle(ctx, o, name); err != nil {
			return nil, fmt.Errorf("settling %s: %w", p.kind, err)
		}
	}
	return []place{lite, heavy}, nil
}

func databaseURL(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}

// fill makes the county unless a mark says that it is whole.
func (p place) fill(ctx context.Context, o options, name string) error {
	mark := filepath.Join(o.dir, name+"."+p.kind+".filled")
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	if p.URL == "" {
		if err := os.RemoveAll(p.Dir); err != nil {
			return err
		}
	} else if err := remake(ctx, o.postgres, name); err != nil {
		return err
	}
	began := time.Now()
	quick := p.Options
	quick.FastUnsafe = true
	if _, err := storagetest.Fill(ctx, quick, p.filling); err != nil {
		return err
	}
	db, err := storage.Open(ctx, p.Options)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Write(ctx, seed.All); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "bench: %d tickets on %s in %s\n", o.tickets, p.kind, time.Since(began).Round(time.Second))
	return os.WriteFile(mark, nil, 0o644)
}

// settle lets the program do what has been due in the county for long: seal the ledger, close what nobody answered. A
// county that has been running for a year has none of this left over, and measured beside it everything is slower.
func (p place) settle(ctx context.Context, o options, name string) error {
	mark := filepath.Join(o.dir, name+"."+p.kind+".settled")
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	began := time.Now()
	quick := p.Options
	quick.FastUnsafe = true
	if err := sealAll(ctx, quick); err != nil {
		return err
	}
	server, err := startProgram(ctx, o, p.Dir, p.URL)
	if err != nil {
		return err
	}
	defer server.stop()
	db, err := storage.Open(ctx, p.Options)
	if err != nil {
		return err
	}
	defer db.Close()
	for last, now := int64(-1), int64(0); last != now && ctx.Err() == nil; {
		last = now
		time.Sleep(15 * time.Second) // no job waits longer for its turn when it has more to do
		err := db.Read(ctx, func(tx storage.Tx) error {
			return tx.DB().Table("ledger").Select("max(id)").Scan(&now).Error
		})
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(os.Stderr, "bench: %s settled in %s\n", p.kind, time.Since(began).Round(time.Second))
	return os.WriteFile(mark, nil, 0o644)
}

func sealAll(ctx context.Context, quick storage.Options) error {
	db, err := storage.Open(ctx, quick)
	if err != nil {
		return err
	}
	defer db.Close()
	lines, err := ledger.New(db, ledger.Options{})
	if err != nil {
		return err
	}
	for {
		if n, err := lines.SealLines(ctx); err != nil || n == 0 {
			return err
		}
	}
}

func remake(ctx context.Context, server, name string) error {
	if server == "" {
		return errors.New("no Postgres; run it by make bench")
	}
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if _, err := admin.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// onCore makes a command run on one core: 0 is the server's and the database's, the last one the generator's.
func onCore(core int, command string, args ...string) *exec.Cmd {
	if runtime.GOOS != "linux" || !twoCores() {
		return exec.Command(command, args...)
	}
	return exec.Command("taskset", append([]string{"-c", fmt.Sprint(core), command}, args...)...)
}

// twoCores asks the machine, not Go: we may be held to one ourselves.
func twoCores() bool { return cores() > 1 }

func cores() int {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.NumCPU()
	}
	return strings.Count(string(b), "processor\t")
}
