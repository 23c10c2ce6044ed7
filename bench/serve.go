package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"linli/api"
	"linli/models"
	"linli/storage"
	"linli/storage/storagetest"
	"linli/storage/ticket"
)

// child is this program as a server of its own, on the server's core: "product/sqlite", "control/postgres", or a press of
// one photo.
func child(ctx context.Context, what string, o options) error {
	if photo, ok := strings.CutPrefix(what, "press:"); ok {
		return press(ctx, photo)
	}
	if file, ok := strings.CutPrefix(what, "camera:"); ok {
		return os.WriteFile(file, camera(), 0o644)
	}
	if dir, ok := strings.CutPrefix(what, "filings:"); ok {
		return rawFilings(ctx, o, dir)
	}
	role, kind, _ := strings.Cut(what, "/")
	all, err := places(ctx, o)
	if err != nil {
		return err
	}
	at := all[0]
	if kind == "postgres" {
		at = all[1]
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr()) // for the parent
	if role == "control" {
		return control(ctx, at, l)
	}
	return product(ctx, at, l)
}

// tokenKey signs the tokens of the measurements.
const tokenKey = "measurements only, not for people "

func tokens() (*api.AccessTokens, error) {
	return api.NewAccessTokens([]api.TokenKey{{ID: "bench", Key: []byte(tokenKey)}}, nil)
}

// lookers are who asks for a list, by the number of their account in the tokens.
func lookers(p place) map[int64]looker {
	people := p.people()
	all := map[int64]looker{}
	for _, l := range []looker{
		{name: "an officer", actor: officer(people), box: "all"},
		{name: "an operator", actor: people.Staff, box: "all", party: people.Staff.Parties[0]},
		{name: "a resident", actor: people.Residents[1], box: "mine"},
	} {
		all[l.actor.AccountID] = l
	}
	return all
}

// officer is somebody of the centre, who sees the whole county.
func officer(people storagetest.Filled) models.Actor {
	return models.Actor{
		AccountID: people.TownOfficer.AccountID + 1,
		Held:      []models.Held{{MembershipID: 1, Role: models.CenterOfficer, ScopeKind: models.ScopeCounty, ScopeID: 1, Approved: true}},
	}
}

type looker struct {
	name  string
	actor models.Actor
	box   string
	party int64
}

type known map[int64]looker

// LoadActor is somebody whom the measurement knows.
func (k known) LoadActor(_ context.Context, access models.Access) (models.Actor, error) {
	return k[access.AccountID].actor, nil
}

// product is the API as it is, with its use-cases and its database, but without limits on one person's requests.
func product(ctx context.Context, p place, l net.Listener) error {
	server, err := productServer(ctx, p)
	if err != nil {
		return err
	}
	return server.Serve(l)
}

func productServer(ctx context.Context, p place) (*api.Server, error) {
	db, err := storage.Open(ctx, p.Options)
	if err != nil {
		return nil, err
	}
	read, err := tokens()
	if err != nil {
		return nil, err
	}
	everything := api.Allowance{Burst: 1 << 40, PerMinute: 1 << 40}
	return api.New(api.Config{Limits: api.Limits{Address: everything, Account: everything}}, api.Uses{
		Tokens: read, Actors: known(lookers(p)), Tickets: ticket.New(db, nil, make([]byte, 32)),
	}), nil
}

// control is the least that gives the same list: one handler, two statements written by hand, the raw driver.
func control(ctx context.Context, p place, l net.Listener) error {
	app, err := controlApp(ctx, p)
	if err != nil {
		return err
	}
	return app.Listener(l)
}

func controlApp(ctx context.Context, p place) (*fiber.App, error) {
	ask, err := rawDriver(ctx, p)
	if err != nil {
		return nil, err
	}
	read, err := tokens()
	if err != nil {
		return nil, err
	}
	who := lookers(p)
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	app.Get("/api/v1/tickets", func(c *fiber.Ctx) error {
		access, err := read.ReadToken(strings.TrimPrefix(c.Get(fiber.HeaderAuthorization), "Bearer "))
		if err != nil {
			return fiber.ErrUnauthorized
		}
		page, err := listByHand(c.Context(), ask, who[access.AccountID])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return err
		}
		return c.JSON(page)
	})
	return app, nil
}

// rows is what both raw drivers give.
type rows interface {
	Next() bool
	Scan(...any) error
	Err() error
}

// asker asks a database and hands each row over.
type asker func(ctx context.Context, statement string, values []any, each func(rows) error) error

func rawDriver(ctx context.Context, p place) (asker, error) {
	if p.URL != "" {
		pool, err := pgxpool.New(ctx, p.URL)
		return func(ctx context.Context, statement string, values []any, each func(rows) error) error {
			found, err := pool.Query(ctx, statement, values...)
			if err != nil {
				return err
			}
			defer found.Close()
			return walk(found, each)
		}, err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.Dir, "linli.db")+"?_time_format=sqlite&_pragma=query_only(1)&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	prepared := newPrepared(db)
	return func(ctx context.Context, statement string, values []any, each func(rows) error) error {
		ready, err := prepared.of(ctx, statement)
		if err != nil {
			return err
		}
		found, err := ready.QueryContext(ctx, values...)
		if err != nil {
			return err
		}
		defer found.Close()
		return walk(found, each)
	}, nil
}

func walk(found rows, each func(rows) error) error {
	for found.Next() {
		if err := each(found); err != nil {
			return err
		}
	}
	return found.Err()
}
