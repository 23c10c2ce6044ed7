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
	"linli/storage/score"
	"linli/storage/storagetest"
	"linli/storage/ticket"
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
	for _, seed := range []func(storage.Tx) error{storage.SeedCalendar, ticket.SeedCatalogue, score.SeedRuleset} {
		if err := db.Write(ctx, seed); err != nil {
			return err
		}
	}
	fmt.Fprintf(os.Stderr, "bench: %d tickets on %s in %s\n", o.tickets, p.kind, time.Since(began).Round(time.Second))
	return os.WriteFile(mark, nil, 0o644)
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
