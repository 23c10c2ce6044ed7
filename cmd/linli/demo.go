package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"linli/api"
	"linli/storage/demo"
)

// demoPassword opens every account of the demo county. Those accounts exist only there, and open only with LINLI_DEMO=1.
const demoPassword = "linli-demo-2026" // #nosec G101 -- printed on the demo's own start page; demo accounts sign in nowhere else

func (h *house) demoDeps() demo.Deps {
	return demo.Deps{DB: h.db, Places: h.places, Photos: h.photos, Tickets: h.tickets, Scores: h.scores, Password: demoPassword}
}

// prepareDemo makes the registers, the people and the tickets of today's desks before anybody is let in.
func (h *house) prepareDemo(ctx context.Context, p program) error {
	if !h.config.Demo {
		return nil
	}
	_, err := demo.Prepare(ctx, h.demoDeps(), time.Now(), progressOn(p.out, "demo county"))
	return err
}

// fillDemo makes the older history while people work already, under a lease like every job. A start that is stopped
// goes on at the next one. It returns what waits for its end.
func (h *house) fillDemo(ctx context.Context, p program, runner *jobRunner) (stop func()) {
	if !h.config.Demo {
		return func() {}
	}
	filling, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	h.demoFilling.Store(true)
	history := job{"demo-history", "makes the demo county's older history", 0, 6 * time.Hour, func(ctx context.Context) (int, error) {
		summary, err := demo.FillHistory(ctx, h.demoDeps(), progressOn(p.out, "demo history"))
		return summary.Tickets, err
	}}
	go func() {
		defer close(ended)
		defer h.demoFilling.Store(false)
		runner.turn(filling, history, 0)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// demoLogins is one sign-in for each role, for the sign-in page of the demo.
func (h *house) demoLogins() []api.DemoLogin {
	var list []api.DemoLogin
	for _, l := range demo.Logins(demoPassword) {
		list = append(list, api.DemoLogin(l))
	}
	return list
}

// progressOn prints how far a part has come, at most once a second and at its end.
func progressOn(out io.Writer, name string) demo.Progress {
	var mu sync.Mutex
	var told time.Time
	return func(done, total int, what string) {
		mu.Lock()
		defer mu.Unlock()
		if done < total && time.Since(told) < time.Second {
			return
		}
		told = time.Now()
		percent := 100
		if total > 0 {
			percent = done * 100 / total
		}
		fmt.Fprintf(out, "%s: %s %d%% (%d of %d)\n", name, what, percent, done, total)
	}
}

// greetDemo prints one sign-in for each role.
func (h *house) greetDemo(p program) {
	fmt.Fprintf(p.out, "演示县：所有演示账号的密码都是 %s\nThe demo county: the password of every demo account is %s\n\n", demoPassword, demoPassword)
	for _, login := range demo.Logins(demoPassword) {
		fmt.Fprintf(p.out, "    %-22s %s  %s\n", login.Role, login.Phone, login.Name)
	}
	fmt.Fprintln(p.out)
}
