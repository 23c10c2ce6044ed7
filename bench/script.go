package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// filing is what the program asks of Postgres to take one ticket in, from the token's account to the answer, in order.
// What must be another in every ticket is a name: :n in the client's id and in a number that was drawn, :id of the ticket,
// :line_id of the ledger's last line.
type filing []string

var (
	ticketLine = regexp.MustCompile(`^INSERT INTO "tickets" .* RETURNING "id"$`)
	ledgerLine = regexp.MustCompile(`^INSERT INTO "ledger" .* RETURNING "id"$`)
	ledgerHalf = regexp.MustCompile(`' *\d+ *' *\) RETURNING "ledger_id"$`)
)

// filingOf makes of what was heard something that can be asked again and again: the transactions that name the account or
// the client's id. Others are of the program's jobs.
func filingOf(all []said, account int64, clientID string, id int64, number string) (filing, error) {
	quoted := func(v any) string { return fmt.Sprintf(" '%v' ", v) }
	heard := transactions(all, "sessions.account_id = accounts.id WHERE accounts.id = "+quoted(account), quoted(clientID))
	renamed := strings.NewReplacer(
		quoted(clientID), " ('"+clientID[:24]+"' || :n) ",
		quoted(number), " ('"+number[:8]+"-' || :n) ",
		quoted(id), " :id ",
	)
	var f filing
	for _, statement := range heard {
		f = append(f, ledgerHalf.ReplaceAllString(renamed.Replace(statement), `:line_id) RETURNING "ledger_id"`))
	}
	whole := strings.Join(f, "\n")
	for name, least := range map[string]int{":n": 2, ":id": 4, ":line_id": 2, `INTO "tickets"`: 1, `INTO "ledger"`: 2, "commit": 1} {
		if strings.Count(whole, name) < least {
			return nil, fmt.Errorf("%s is not in what the program asked:\n%s", name, whole)
		}
	}
	return f, nil
}

// transactions are those of which a statement holds one of the words, in the order in which they began.
func transactions(all []said, words ...string) (statements []string) {
	open := map[int][]string{}
	for _, s := range all {
		open[s.line] = append(open[s.line], s.statement)
		if s.statement != "commit" && s.statement != "rollback" {
			continue
		}
		whole := strings.Join(open[s.line], "\n")
		if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(whole, word) }) {
			statements = append(statements, open[s.line]...)
		}
		delete(open, s.line)
	}
	return statements
}

const lowest, highest = 100_000_000_000, 999_999_999_999 // twelve digits, the last part of a client's id

// pgbench is the filing as pgbench reads it.
func (f filing) pgbench() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\\set n random(%d, %d)\n\\set id random(%d, %d)\n", int64(lowest), int64(highest), int64(lowest), int64(highest))
	ends := map[string]string{"": ";\n", "id": " \\gset\n", "line_id": " \\gset line_\n"}
	for _, one := range f.steps() {
		b.WriteString(strings.ReplaceAll(one.statement, "\n", " ") + ends[one.gives])
	}
	return b.String()
}

var (
	moment = regexp.MustCompile(`'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)Z'`)
	truth  = strings.NewReplacer(" 't' ", " 1 ", " 'f' ", " 0 ")
)

// sqlite is the filing as SQLite keeps moments and truths.
func (f filing) sqlite() filing {
	var out filing
	for _, statement := range f {
		switch statement {
		case "begin":
			statement = "BEGIN IMMEDIATE"
		case "begin read only", "begin isolation level repeatable read read only":
			statement = "BEGIN"
		}
		out = append(out, truth.Replace(moment.ReplaceAllString(statement, "'$1+00:00'")))
	}
	return out
}

// step is a statement with the names of the values that it needs, and the name of the one that it gives.
type step struct {
	statement string
	needs     []string
	gives     string
}

var named = regexp.MustCompile(`:(n|id|line_id)\b`)

func (f filing) steps() (all []step) {
	for _, statement := range f {
		one := step{statement: statement}
		for _, found := range named.FindAllStringSubmatch(statement, -1) {
			if !slices.Contains(one.needs, found[1]) {
				one.needs = append(one.needs, found[1])
			}
		}
		switch {
		case ticketLine.MatchString(statement): // the id that was drawn, or the database's own
			one.gives = "id"
		case ledgerLine.MatchString(statement):
			one.gives = "line_id"
		}
		all = append(all, one)
	}
	return all
}

// ask asks a whole filing on the one connection of a raw driver.
func ask(ctx context.Context, steps []step, ready *prepared) error {
	values := map[string]any{"n": lowest + rand.Int64N(highest-lowest), "id": lowest + rand.Int64N(highest-lowest)}
	for _, one := range steps {
		if err := one.ask(ctx, ready, values); err != nil {
			if back, rolled := ready.of(ctx, "ROLLBACK"); rolled == nil {
				back.ExecContext(ctx)
			}
			return fmt.Errorf("%s: %w", one.statement, err)
		}
	}
	return nil
}

func (one step) ask(ctx context.Context, ready *prepared, values map[string]any) error {
	prepared, err := ready.of(ctx, one.statement)
	if err != nil {
		return err
	}
	var needed []any
	for _, name := range one.needs {
		needed = append(needed, sql.Named(name, values[name]))
	}
	found, err := prepared.QueryContext(ctx, needed...)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		if one.gives == "" {
			continue
		}
		var id int64
		if err := found.Scan(&id); err != nil {
			return err
		}
		values[one.gives] = id
	}
	return found.Err()
}
