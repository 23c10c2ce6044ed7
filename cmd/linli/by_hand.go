package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"linli/api"
	"linli/models"
)

// The commands that do one thing and end.

func printConfig(_ context.Context, p program, _ []string) error {
	p.config.print(p.out)
	return nil
}

func printVersion(_ context.Context, p program, _ []string) error {
	fmt.Fprintln(p.out, version)
	return nil
}

func printNewKey(_ context.Context, p program, _ []string) error {
	fmt.Fprintln(p.out, newKey(time.Now()))
	return nil
}

// printOpenAPI needs no database: the document comes from the types.
func printOpenAPI(_ context.Context, p program, _ []string) error {
	_, err := p.out.Write(api.New(api.Config{}, api.Uses{}).Document())
	return err
}

// askHealth asks over loopback, so it works inside a container without any other program.
func askHealth(ctx context.Context, p program, _ []string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.config.ownURL()+"/readyz", nil)
	if err != nil {
		return err
	}
	// The certificate is made out to the public name, and we ask ourselves by number: nothing secret is sent.
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // #nosec G402 -- see above; loopback only
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("no answer: %w", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", answer.Status, body)
	}
	_, err = p.out.Write(body)
	return err
}

// ownURL is where this machine itself reaches the server.
func (c Config) ownURL() string {
	host, port, _ := net.SplitHostPort(c.Addr)
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// publicURL is where people reach the server: what LINLI_PUBLIC_URL says, else, where the server does https itself, its
// own address, so that the sign-in cookie is the safe one.
func (c Config) publicURL() string {
	if c.PublicURL == "" && c.TLSCert != "" {
		return c.ownURL()
	}
	return c.PublicURL
}

func printSetupToken(ctx context.Context, p program, _ []string) error {
	h, err := openHouse(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	token, err := h.people.MakeSetupToken(ctx)
	if models.CodeOf(err) == "setup.done" {
		return errors.New("there is an admin already; appointments are made in the app")
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, token)
	return nil
}

// resetSecondFactor is the way back in for an admin whom no other admin can help. Who may start this program on the
// server could as well write into its database; here it stands in the ledger.
func resetSecondFactor(ctx context.Context, p program, arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("usage: linli reset-second-factor PHONE")
	}
	h, err := openHouse(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	switch err := h.people.ResetFactorByHand(ctx, arguments[0], "by hand on the server"); models.CodeOf(err) {
	case "account.not_found", "account.phone_wrong":
		return errors.New("there is no account with this phone number")
	case "second_factor.none":
		return errors.New("this account has no second factor")
	default:
		if err != nil {
			return err
		}
	}
	fmt.Fprintln(p.out, "taken away; the sessions of this account have ended, and an admin is asked to add a new one")
	return nil
}

// accountByHand is for the day on which somebody leaves, or his account is in wrong hands.
func accountByHand(ctx context.Context, p program, arguments []string) error {
	const usage = "usage: linli account sign-out | disable | enable PHONE"
	if len(arguments) != 2 {
		return errors.New(usage)
	}
	h, err := openHouse(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	deed, known := map[string]func(context.Context, string) error{
		"sign-out": h.people.SignOutByHand, "disable": h.people.DisableByHand, "enable": h.people.EnableByHand,
	}[arguments[0]]
	if !known {
		return errors.New(usage)
	}
	err = deed(ctx, arguments[1])
	switch models.CodeOf(err) {
	case "account.not_found", "account.phone_wrong":
		return errors.New("there is no account with this phone number")
	}
	if err == nil {
		fmt.Fprintln(p.out, "done; the sessions of this account have ended")
	}
	return err
}

// importRegister prints the report as JSON, so that it can be kept.
func importRegister(ctx context.Context, p program, arguments []string) error {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	dryRun := flags.Bool("dry-run", false, "only say what would happen")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("usage: linli import [-dry-run] FILE")
	}
	body, err := os.ReadFile(flags.Arg(0))
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	report, err := h.places.ImportRegister(ctx, models.SystemActor, body, *dryRun)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(p.out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(report); err != nil {
		return err
	}
	if !report.Committed && !*dryRun {
		return errors.New("nothing was taken in; the report says why")
	}
	return nil
}

func runJob(ctx context.Context, p program, arguments []string) error {
	h, err := openHouse(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	jobs := h.jobs()
	if len(arguments) == 0 {
		return listJobs(ctx, p.out, h.db, jobs)
	}
	at := slices.IndexFunc(jobs, func(j job) bool { return j.name == arguments[0] })
	if at < 0 {
		var names []string
		for _, j := range jobs {
			names = append(names, j.name)
		}
		return fmt.Errorf("there is no job %q; there are: %s", arguments[0], strings.Join(names, ", "))
	}
	done, ran, err := newJobRunner(h.db, p.log).once(ctx, jobs[at], 0)
	if err != nil {
		return err
	}
	if !ran {
		return errors.New("another copy of the program is running this job now")
	}
	fmt.Fprintln(p.out, "done:", done)
	return nil
}
