package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/models"
	"linli/storage"
	"linli/storage/ledger"
)

// ledgerWords are the words after `linli ledger`.
func ledgerWords() []command {
	return []command{
		{"verify", "[--head FILE] [--key KEY] [--database FILE]", "hold a ledger, perhaps a copied one, against itself and against checkpoints kept elsewhere; exit 1 if anything is wrong", verifyLedger},
		{"erase", "--account N --reason WHY", "forget who an account was in the ledger and what it wrote; the lines stay", eraseLedger},
		{"key", "", "print the verifier key of the checkpoints, to keep elsewhere", printLedgerKey},
		{"new-key", "[NAME]", "make a key for LINLI_LEDGER_KEY", printNewLedgerKey},
	}
}

func ledgerCommand(ctx context.Context, p program, arguments []string) error {
	if len(arguments) > 0 {
		for _, c := range ledgerWords() {
			if c.name == arguments[0] {
				return c.run(ctx, p, arguments[1:])
			}
		}
	}
	for _, c := range ledgerWords() {
		fmt.Fprintf(p.out, "linli ledger %s\n    %s\n", strings.TrimSpace(c.name+" "+c.arguments), c.what)
	}
	if len(arguments) > 0 {
		return fmt.Errorf("there is no word %q after ledger", arguments[0])
	}
	return nil
}

// texts is a flag that may be given several times.
type texts []string

func (t *texts) String() string { return strings.Join(*t, ",") }

// Set adds one.
func (t *texts) Set(text string) error {
	*t = append(*t, text)
	return nil
}

func verifyLedger(ctx context.Context, p program, arguments []string) error {
	flags := flag.NewFlagSet("ledger verify", flag.ContinueOnError)
	flags.SetOutput(p.out)
	var heads, keys texts
	flags.Var(&heads, "head", "file with a signed checkpoint that was kept elsewhere; may be given several times")
	flags.Var(&keys, "key", "verifier key that is believed, or a file with it; without one those that the ledger names are")
	database := flags.String("database", "", "SQLite file or folder, or postgres:// address without a password; without it the database of the settings")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("what is %q? See linli ledger", flags.Arg(0))
	}
	address, err := p.config.databaseToRead(*database)
	if err != nil {
		return err
	}
	against, err := readAgainst(heads, keys)
	if err != nil {
		return err
	}
	against.Progress = everySeconds(5, func(done, of int64) { p.log.Info("verifying the ledger", "lines", done, "of", of) })
	db, err := storage.OpenReadOnly(ctx, address)
	if err != nil {
		return err
	}
	defer db.Close()
	report, err := ledger.Verify(ctx, db, against)
	if err != nil {
		return err
	}
	printReport(p.out, report)
	if report.Faulty > 0 {
		return fmt.Errorf("the ledger is not what it was: %d faults", report.Faulty)
	}
	return nil
}

// databaseToRead is what the flag says, or the database of the settings. A password belongs into a setting: other people
// on the machine can read what a program was started with.
func (c Config) databaseToRead(given string) (string, error) {
	switch {
	case given == "" && c.DatabaseURL != "":
		return c.DatabaseURL, nil
	case given == "":
		return filepath.Join(c.DataDir, "linli.db"), nil
	case !strings.Contains(given, "://"):
		return given, nil
	}
	u, err := url.Parse(given)
	if err != nil {
		return "", errors.New("--database is not an address")
	}
	if _, has := u.User.Password(); has {
		return "", errors.New("--database: other people on this machine can read the password there; put the address into LINLI_DATABASE_URL or the file of LINLI_DATABASE_URL_FILE")
	}
	return given, nil
}

func readAgainst(heads, keys []string) (against ledger.Against, err error) {
	for _, file := range heads {
		b, err := os.ReadFile(file)
		if err != nil {
			return against, err
		}
		against.Heads = append(against.Heads, ledger.Head{Name: filepath.Base(file), Note: string(b)})
	}
	for _, key := range keys {
		if b, err := os.ReadFile(key); err == nil {
			key = string(b)
		}
		against.Keys = append(against.Keys, strings.TrimSpace(key))
	}
	return against, nil
}

// everySeconds lets a progress through at most so often.
func everySeconds(seconds int, tell func(done, of int64)) func(done, of int64) {
	last := time.Now()
	return func(done, of int64) {
		if time.Since(last) > time.Duration(seconds)*time.Second {
			last = time.Now()
			tell(done, of)
		}
	}
}

func printReport(w io.Writer, r ledger.Report) {
	fmt.Fprintf(w, "lines: %d, of them with a position: %d\n", r.Lines, r.Sealed)
	if r.Erased > 0 {
		fmt.Fprintf(w, "private halves that were erased by order: %d\n", r.Erased)
	}
	if r.Newest == nil {
		fmt.Fprintln(w, "signed checkpoints: none")
	} else {
		fmt.Fprintf(w, "signed checkpoints: %d, the newest is number %d of %s over %d lines\n", r.Checkpoints, r.Newest.Number, r.Newest.SignedAt.Format(time.RFC3339), r.Newest.Size)
	}
	whose := "as given by --key"
	if r.OwnKeys {
		whose = "as the ledger itself names them; --key checks with one that was kept elsewhere"
	}
	fmt.Fprintf(w, "keys believed: %s (%s)\n", strings.Join(r.Keys, ", "), whose)
	for _, h := range r.Heads {
		fmt.Fprintf(w, "kept elsewhere: checkpoint %d of %s over %d lines is contained\n", h.Number, h.SignedAt.Format(time.RFC3339), h.Size)
	}
	if len(r.Heads) == 0 {
		fmt.Fprintln(w, "kept elsewhere: nothing was given by --head; whoever owns the database and its key could have written all of it anew")
	}
	for _, t := range r.Replayed {
		fmt.Fprintf(w, "replayed from the lines: %d %s (%s)\n", t.Rows, t.Name, t.What)
	}
	fmt.Fprintln(w, "not replayed, because the ledger does not tell it: texts, places and people of tickets, messages, stars and words of ratings, registers, accounts")
	if r.Backdated > 0 {
		fmt.Fprintf(w, "note: %d lines tell of a time more than an hour before the checkpoint that they came after, as an import of history does\n", r.Backdated)
	}
	for _, fault := range r.Faults {
		fmt.Fprintln(w, "FAULT:", fault)
	}
	if more := r.Faulty - int64(len(r.Faults)); more > 0 {
		fmt.Fprintf(w, "and %d faults more\n", more)
	}
	if r.Faulty == 0 {
		fmt.Fprintln(w, "the ledger is whole")
	}
}

func eraseLedger(ctx context.Context, p program, arguments []string) error {
	flags := flag.NewFlagSet("ledger erase", flag.ContinueOnError)
	flags.SetOutput(p.out)
	account := flags.Int64("account", 0, "id of the account")
	reason := flags.String("reason", "", "why, as the ledger will say")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	h, err := openHouse(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	erased, err := h.ledger.EraseLedgerPrivate(ctx, models.SystemActor, *account, *reason)
	switch models.CodeOf(err) {
	case "ledger.account_missing":
		return errors.New("which account? --account N")
	case "ledger.reason_missing":
		return errors.New("why? --reason needs 1 to 500 characters")
	case "ledger.nothing_to_erase":
		return errors.New("the ledger knows nothing of this account")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "erased: %d\n", erased)
	return nil
}

func printLedgerKey(ctx context.Context, p program, _ []string) error {
	h, err := openHouse(ctx, p)
	if err != nil {
		return err
	}
	defer h.close()
	fmt.Fprintln(p.out, h.ledger.Key())
	return nil
}

func printNewLedgerKey(_ context.Context, p program, arguments []string) error {
	name := ""
	if len(arguments) > 0 {
		name = arguments[0]
	}
	key, err := ledger.NewKey(name)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, key)
	return nil
}
