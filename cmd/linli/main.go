// Command linli is the whole program: the server, its jobs, and the few things that are done by hand.
// It wires the rooms together and decides nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"
)

// version is set by the build: -ldflags "-X main.version=1.2.3".
var version = "dev"

// command is one word after the program's name.
type command struct {
	name, arguments, what string
	run                   func(ctx context.Context, p program, arguments []string) error
}

// program is what a command is given of the world outside.
type program struct {
	config Config
	// environ is what config was read from, for a process of ours that reads it again.
	environ []string
	log     *slog.Logger
	out     io.Writer
	logs    io.Writer // standard error: the log, and what a person should see while out is a file
}

func commands() []command {
	return []command{
		{"serve", "", "answer requests and run the jobs (this is also what happens without a word)", serve},
		{"demo", "", "serve the demo county; the same as LINLI_DEMO=1 linli serve", serveDemo},
		{"config", "", "print every setting with its value, secrets hidden", printConfig},
		{"openapi", "", "print the OpenAPI document of the API", printOpenAPI},
		{"health", "", "ask the server that runs here whether it is well; exit 1 if not", askHealth},
		{"new-key", "", "make a key for LINLI_SECRET_KEYS", printNewKey},
		{"setup-token", "", "make the one-time token with which the first admin is set up", printSetupToken},
		{"reset-second-factor", "PHONE", "take an account's second factor away and end its sessions: for the only admin who lost his", resetSecondFactor},
		{"account", "WORD PHONE", "sign-out, disable, enable: for somebody who leaves, or whose account is in wrong hands", accountByHand},
		{"import", "[-dry-run] FILE", "take in a register of estates and buildings, csv or xlsx", importRegister},
		{"job", "[NAME]", "run a job once; without a name list the jobs and how they went", runJob},
		{"migrate", "", "bring the database up to date and end, for owners whose program runs under another role", migrateDatabase},
		{"grants", "[-role NAME]", "print the SQL that makes a Postgres role which can run the program and cannot change the ledger", printGrants},
		{"ledger", "WORD", "verify, erase, key, new-key: the sealed ledger; linli ledger says more", ledgerCommand},
		{"backup", "[-to FILE-OR-FOLDER]", "back up database and photos, encrypted, while people work; also: backup verify FILE, backup new-key", backUp},
		{"restore", "FILE", "restore a backup onto an empty place; restore -copy: the continuous copy", restore},
		{"copy", "", "keep the continuous copy that LINLI_COPY_… asks for, until standard input ends; linli serve starts this itself", keepCopy},
		{"version", "", "print the version", printVersion},
	}
}

func main() {
	time.Local = time.UTC // what is shown to people says its zone itself
	err := run(context.Background(), os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "linli: "+err.Error())
		os.Exit(1)
	}
}

// run is main without the process around it.
func run(ctx context.Context, arguments, environ []string, out, logs io.Writer) error {
	name := "serve"
	if len(arguments) > 0 {
		name, arguments = arguments[0], arguments[1:]
	}
	for _, c := range commands() {
		if c.name != name {
			continue
		}
		config, err := loadConfig(environ)
		if err != nil {
			return fmt.Errorf("the configuration does not work:\n%w", err)
		}
		log := newLog(logs)
		return c.run(ctx, program{config: config, environ: environ, log: log, out: out, logs: logs}, arguments)
	}
	printHelp(logs)
	if name == "help" || name == "-h" || name == "--help" {
		return flag.ErrHelp
	}
	return fmt.Errorf("there is no command %q", name)
}

func printHelp(w io.Writer) {
	fmt.Fprintln(w, "linli COMMAND: what people can do with it is in the README; settings come from the environment (linli config).")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-26s %s\n", strings.TrimSpace(c.name+" "+c.arguments), c.what)
	}
}
